package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// Pack appends the pixels of img to dst in the given layout:
// width*height*Channels bytes.
func Pack(dst []byte, img image.Image, layout Layout) []byte {
	size := img.Bounds().Size()
	start := len(dst)
	dst = append(dst, make([]byte, size.X*size.Y*layout.Channels())...)
	packInto(dst[start:], img, layout)
	return dst
}

// packInto fills out, which is as long as the packed picture.
func packInto(out []byte, img image.Image, layout Layout) {
	switch layout {
	case RGBA8:
		packRGBA(out, img)
	case Gray8:
		packGray(out, img)
	default:
		packRGB(out, img)
	}
}

func packRGB(out []byte, img image.Image) {
	if img, ok := img.(*image.NRGBA); ok {
		eachRow(img.Pix, img.Stride, img.Rect, 4, func(y int, row []byte) {
			overBlack(out[y*len(row)/4*3:], row)
		})
		return
	}
	eachRGBA(img, func(y int, row []byte) {
		o := out[y*len(row)/4*3:]
		for len(row) >= 4 && len(o) >= 3 {
			o[0], o[1], o[2] = row[0], row[1], row[2]
			o, row = o[3:], row[4:]
		}
	})
}

// overBlack packs a row of NRGBA as RGB.
func overBlack(out, row []byte) {
	for len(row) >= 4 && len(out) >= 3 {
		if alpha := uint32(row[3]); alpha == 0xff {
			out[0], out[1], out[2] = row[0], row[1], row[2]
		} else {
			for i := range 3 { // as color.NRGBA.RGBA does it, with 16 bits
				out[i] = byte(uint32(row[i]) * 0x101 * (alpha * 0x101) / 0xffff >> 8)
			}
		}
		out, row = out[3:], row[4:]
	}
}

func packRGBA(out []byte, img image.Image) {
	bounds := img.Bounds()
	if img, ok := img.(*image.NRGBA); ok {
		eachRow(img.Pix, img.Stride, bounds, 4, func(y int, row []byte) { copy(out[y*len(row):], row) })
		return
	}
	if opaque(img) {
		eachRGBA(img, func(y int, row []byte) { copy(out[y*len(row):], row) })
		return
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			out[0], out[1], out[2], out[3] = c.R, c.G, c.B, c.A
			out = out[4:]
		}
	}
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

func packGray(out []byte, img image.Image) {
	if img, ok := img.(*image.Gray); ok {
		eachRow(img.Pix, img.Stride, img.Rect, 1, func(y int, row []byte) { copy(out[y*len(row):], row) })
		return
	}
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out[0] = color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y
			out = out[1:]
		}
	}
}

// eachRow calls do with the bytes of each row, counted from 0.
func eachRow(pixels []byte, stride int, bounds image.Rectangle, channels int, do func(y int, row []byte)) {
	for y := range bounds.Dy() {
		start := y * stride
		do(y, pixels[start:start+bounds.Dx()*channels])
	}
}

// band is how many rows are converted at a time.
const band = 64

// eachRGBA calls do with each row as RGBA, colors multiplied by alpha, counted
// from 0.
func eachRGBA(img image.Image, do func(y int, row []byte)) {
	bounds := img.Bounds()
	if img, ok := img.(*image.RGBA); ok {
		eachRow(img.Pix, img.Stride, bounds, 4, do)
		return
	}
	rows := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), min(band, bounds.Dy())))
	for top := 0; top < bounds.Dy(); top += band {
		part := rows.Bounds()
		part.Max.Y = min(band, bounds.Dy()-top)
		draw.Draw(rows, part, img, bounds.Min.Add(image.Pt(0, top)), draw.Src)
		eachRow(rows.Pix, rows.Stride, part, 4, func(y int, row []byte) { do(top+y, row) })
	}
}

// Unpack returns packed pixels as an image: RGBA8 as an *image.NRGBA, RGB8 as an
// opaque one, Gray8 as an *image.Gray. The pixels are copied. It panics if they
// are not as many as width, height and layout say.
func Unpack(pixels []byte, width, height int, layout Layout) image.Image {
	if len(pixels) != width*height*layout.Channels() {
		panic("picture: the pixels are not as many as width and height say")
	}
	bounds := image.Rect(0, 0, width, height)
	switch layout {
	case Gray8:
		img := image.NewGray(bounds)
		copy(img.Pix, pixels)
		return img
	case RGBA8:
		img := image.NewNRGBA(bounds)
		copy(img.Pix, pixels)
		return img
	}
	img := image.NewNRGBA(bounds)
	for out := img.Pix; len(pixels) >= 3 && len(out) >= 4; {
		out[0], out[1], out[2], out[3] = pixels[0], pixels[1], pixels[2], 0xff
		pixels, out = pixels[3:], out[4:]
	}
	return img
}
