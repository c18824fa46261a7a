package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/patchbay-go/patchbay/tube/picture"
)

// encoded returns a picture in each format but WebP.
func encoded(t testing.TB, img image.Image) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, encode := range map[string]func(io.Writer) error{
		"png":  func(w io.Writer) error { return png.Encode(w, img) },
		"jpeg": func(w io.Writer) error { return jpeg.Encode(w, img, &jpeg.Options{Quality: 100}) },
		"gif":  func(w io.Writer) error { return gif.Encode(w, img, nil) },
		"bmp":  func(w io.Writer) error { return bmp.Encode(w, img) },
		"tiff": func(w io.Writer) error { return tiff.Encode(w, img, nil) },
	} {
		var file bytes.Buffer
		if err := encode(&file); err != nil {
			t.Fatal(err)
		}
		files[name] = file.Bytes()
	}
	return files
}

// webpOf returns a lossless WebP file of one color: five prefix codes of one
// symbol each, and no bits for the pixels.
func webpOf(width, height int, c color.NRGBA) []byte {
	var bits []byte
	n := 0
	put := func(value uint32, count int) {
		for range count {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(value&1) << (n % 8)
			value >>= 1
			n++
		}
	}
	put(0x2f, 8)
	put(uint32(width-1), 14)
	put(uint32(height-1), 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no color cache, no meta prefix codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A} {
		put(0b101, 3) // simple, one symbol, of 8 bits
		put(uint32(symbol), 8)
	}
	put(0b0001, 4) // simple, one symbol, of 1 bit: distance 0
	return riff(chunk("VP8L", bits))
}

func chunk(name string, content []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
	out = append(out, content...)
	return append(out, make([]byte, len(content)%2)...)
}

func riff(chunks ...[]byte) []byte {
	content := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return chunk("RIFF", content)
}

// canvas is a WebP file that says one size and has another.
func canvas(width, height int, rest []byte) []byte {
	extended := make([]byte, 10)
	binary.LittleEndian.PutUint32(extended[4:], uint32(width-1))
	copy(extended[7:], binary.LittleEndian.AppendUint32(nil, uint32(height-1))[:3])
	return riff(chunk("VP8X", extended), rest)
}

func TestDecode(t *testing.T) {
	img := sketch(image.Rect(0, 0, 20, 10))
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0xff
	}
	files := encoded(t, img)
	for name, file := range files {
		got, format, err := picture.Decode(file, picture.Limits{})
		if err != nil || format != name || got.Bounds().Size() != image.Pt(20, 10) {
			t.Errorf("%s: %q, %v", name, format, err)
			continue
		}
		if name == "jpeg" || name == "gif" { // they lose something
			continue
		}
		if !bytes.Equal(picture.Pack(nil, got, picture.RGBA8), img.Pix) {
			t.Errorf("%s: other pixels", name)
		}
	}
	want := color.NRGBA{200, 100, 50, 128}
	got, format, err := picture.Decode(webpOf(3, 2, want), picture.Limits{})
	if err != nil || format != "webp" || got.Bounds().Size() != image.Pt(3, 2) || got.At(2, 1) != want {
		t.Errorf("webp: %q, %v, %v", format, got, err)
	}
}

// pngHeader is a PNG file that ends after a header.
func pngHeader(width, height uint32) []byte {
	header := []byte("IHDR")
	header = binary.BigEndian.AppendUint32(header, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, 8, 6, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(header))
}

// TestLimits: what is too large is an error before any pixel is decoded, and
// before there is memory for one.
func TestLimits(t *testing.T) {
	small := sketch(image.Rect(0, 0, 20, 10))
	type row struct {
		name   string
		file   []byte
		limits picture.Limits
		limit  string
	}
	rows := []row{
		{"width", pngHeader(32_769, 1), picture.Limits{}, "Width"},
		{"height", pngHeader(1, 32_769), picture.Limits{}, "Height"},
		{"pixels", pngHeader(8192, 4097), picture.Limits{}, "Pixels"},
		{"all of it", pngHeader(math.MaxInt32/5, math.MaxInt32/5), picture.Limits{}, "Width"},
		{"webp", webpOf(16384, 16384, color.NRGBA{}), picture.Limits{}, "Pixels"},
		{"webp within a smaller one", canvas(1, 1, webpOf(16384, 16384, color.NRGBA{})[12:]), picture.Limits{}, "Pixels"},
		{"webp around a smaller one", canvas(32768, 32768, webpOf(1, 1, color.NRGBA{})[12:]), picture.Limits{}, "Pixels"},
	}
	for name, file := range encoded(t, small) {
		rows = append(rows, row{name, file, picture.Limits{Pixels: 199}, "Pixels"}, row{name, file, picture.Limits{Width: 19}, "Width"},
			row{name, file, picture.Limits{Height: 9}, "Height"})
	}
	for _, row := range rows {
		var limit *picture.LimitError
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := picture.Decode(row.file, row.limits); !errors.As(err, &limit) || limit.Limit != row.limit {
			t.Errorf("%s: %v, want the limit %s", row.name, err, row.limit)
		}
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
			t.Errorf("%s: %d bytes allocated for a header", row.name, allocated)
		}
	}
	if _, _, err := picture.Decode(encoded(t, small)["png"], picture.Limits{Width: 20, Height: 10, Pixels: 200}); err != nil {
		t.Errorf("just so: %v", err)
	}
}

func TestNoPicture(t *testing.T) {
	for _, file := range []string{"", "P", "This is a text.", "\x00asm\x01\x00\x00\x00"} {
		var format *picture.FormatError
		if _, _, err := picture.Decode([]byte(file), picture.Limits{}); !errors.As(err, &format) || !strings.HasPrefix(file, string(format.Start)) {
			t.Errorf("%q: %v", file, err)
		}
	}
	for name, file := range encoded(t, sketch(image.Rect(0, 0, 20, 10))) {
		for _, n := range []int{len(file) / 10, len(file) / 2} {
			if _, format, err := picture.Decode(file[:n], picture.Limits{}); err == nil || format != name || !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("%d of %d bytes of %s: %v", n, len(file), name, err)
			}
		}
	}
}

// FuzzDecode wants an error or a picture within the limits, for whatever a file
// says.
func FuzzDecode(f *testing.F) {
	for _, file := range encoded(f, sketch(image.Rect(0, 0, 20, 10))) {
		f.Add(file)
	}
	f.Add(webpOf(5, 5, color.NRGBA{1, 2, 3, 4}))
	f.Add(canvas(5, 5, webpOf(5, 5, color.NRGBA{})[12:]))
	f.Add(pngHeader(100, 100))
	limits := picture.Limits{Width: 300, Height: 200, Pixels: 20_000}
	f.Fuzz(func(t *testing.T, file []byte) {
		img, format, err := picture.Decode(file, limits)
		if err != nil {
			if img != nil {
				t.Error("an error and a picture")
			}
			return
		}
		size := img.Bounds().Size()
		if format == "" || size.X < 1 || size.Y < 1 || size.X > limits.Width || size.Y > limits.Height || size.X*size.Y > limits.Pixels {
			t.Errorf("%s of %v pixels", format, size)
		}
		for _, layout := range []picture.Layout{picture.RGB8, picture.RGBA8, picture.Gray8} {
			if n := len(picture.Pack(nil, img, layout)); n != size.X*size.Y*layout.Channels() {
				t.Errorf("%v: %d bytes", layout, n)
			}
		}
	})
}
