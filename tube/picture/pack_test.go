package picture_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"testing"

	"github.com/patchbay-go/patchbay/tube/picture"
)

// sketch draws something with every kind of pixel, transparent ones too.
func sketch(bounds image.Rectangle) *image.NRGBA {
	img := image.NewNRGBA(bounds)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x * 7), uint8(y * 11), uint8(x*y + 3), uint8(x*y*5 + 1)})
		}
	}
	return img
}

// images are one image of each type that there are many of, some of them not
// beginning at 0, some higher than what is converted at a time.
func images() map[string]image.Image {
	bounds := image.Rect(-3, 5, 34, 160)
	from := sketch(bounds)
	drawn := func(to draw.Image) image.Image {
		draw.Draw(to, bounds, from, bounds.Min, draw.Src)
		return to
	}
	ycbcr := image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)
	for i := range ycbcr.Y {
		ycbcr.Y[i] = byte(i * 3)
	}
	for i := range ycbcr.Cb {
		ycbcr.Cb[i], ycbcr.Cr[i] = byte(i*5), byte(i*7)
	}
	opaque := sketch(bounds)
	for i := 3; i < len(opaque.Pix); i += 4 {
		opaque.Pix[i] = 0xff
	}
	return map[string]image.Image{
		"NRGBA":     from,
		"opaque":    opaque,
		"RGBA":      drawn(image.NewRGBA(bounds)),
		"NRGBA64":   drawn(image.NewNRGBA64(bounds)),
		"Gray":      drawn(image.NewGray(bounds)),
		"Gray16":    drawn(image.NewGray16(bounds)),
		"CMYK":      drawn(image.NewCMYK(bounds)),
		"Paletted":  drawn(image.NewPaletted(bounds, palette.Plan9)),
		"YCbCr":     ycbcr,
		"a part":    from.SubImage(image.Rect(2, 9, 30, 90)),
		"gray part": drawn(image.NewGray(bounds)).(*image.Gray).SubImage(image.Rect(1, 8, 9, 19)),
		"Uniform":   &cropped{image.NewUniform(color.NRGBA{200, 100, 50, 128}), image.Rect(0, 0, 5, 70)},
	}
}

// A cropped is an image of no type that is known.
type cropped struct {
	image.Image
	bounds image.Rectangle
}

func (c *cropped) Bounds() image.Rectangle { return c.bounds }

// naive packs an image by the color models of package color.
func naive(img image.Image, layout picture.Layout) []byte {
	var out []byte
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			switch c := img.At(x, y); layout {
			case picture.Gray8:
				out = append(out, color.GrayModel.Convert(c).(color.Gray).Y)
			case picture.RGBA8:
				n := color.NRGBAModel.Convert(c).(color.NRGBA)
				out = append(out, n.R, n.G, n.B, n.A)
			default:
				n := color.RGBAModel.Convert(c).(color.RGBA)
				out = append(out, n.R, n.G, n.B)
			}
		}
	}
	return out
}

func TestPack(t *testing.T) {
	for name, img := range images() {
		for _, layout := range []picture.Layout{picture.RGB8, picture.RGBA8, picture.Gray8} {
			got := picture.Pack([]byte("kept"), img, layout)
			want := append([]byte("kept"), naive(img, layout)...)
			if !bytes.Equal(got, want) {
				i := 0
				for i < min(len(got), len(want)) && got[i] == want[i] {
					i++
				}
				t.Errorf("%s as %v: %d bytes, want %d; different from byte %d on", name, layout, len(got), len(want), i)
			}
		}
	}
}

func TestUnpack(t *testing.T) {
	for _, layout := range []picture.Layout{picture.RGB8, picture.RGBA8, picture.Gray8} {
		pixels := make([]byte, 5*7*layout.Channels())
		for i := range pixels {
			pixels[i] = byte(i * 37)
		}
		img := picture.Unpack(pixels, 5, 7, layout)
		if size := img.Bounds().Size(); size != image.Pt(5, 7) {
			t.Errorf("%v: size %v", layout, size)
		}
		if got := picture.Pack(nil, img, layout); !bytes.Equal(got, pixels) {
			t.Errorf("%v: %x, want %x", layout, got, pixels)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("too few pixels are enough")
		}
	}()
	picture.Unpack(make([]byte, 5), 2, 1, picture.RGB8)
}

func BenchmarkPack(b *testing.B) {
	const width, height = 1920, 1080
	bounds := image.Rect(0, 0, width, height)
	nrgba := image.NewNRGBA(bounds)
	for i := range nrgba.Pix {
		nrgba.Pix[i] = 0xff
	}
	for _, img := range []image.Image{nrgba, image.NewRGBA(bounds), image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)} {
		b.Run(fmt.Sprintf("%T", img), func(b *testing.B) {
			dst := make([]byte, 0, width*height*3)
			b.SetBytes(width * height * 3)
			for b.Loop() {
				picture.Pack(dst, img, picture.RGB8)
			}
		})
	}
}
