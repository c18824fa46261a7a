package picture

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// Limits bound the pictures that are decoded and those that are scaled to.
type Limits struct {
	// Width and Height are each 32,768 by default.
	Width, Height int

	// Pixels is how many pixels there may be, by default 33,554,432: a picture of
	// 8192 by 4096, which takes 128 MiB when it is decoded, and twice as much
	// with 16 bits for a sample.
	Pixels int
}

func (l Limits) withDefaults() Limits {
	return Limits{cmp.Or(l.Width, 32_768), cmp.Or(l.Height, 32_768), cmp.Or(l.Pixels, 1<<25)}
}

// check returns a *LimitError for a picture that is too large.
func (l Limits) check(width, height int) error {
	l = l.withDefaults()
	e := &LimitError{Width: width, Height: height}
	switch {
	case width > l.Width:
		e.Limit, e.Most = "Width", l.Width
	case height > l.Height:
		e.Limit, e.Most = "Height", l.Height
	case int64(width)*int64(height) > int64(l.Pixels):
		e.Limit, e.Most = "Pixels", l.Pixels
	default:
		return nil
	}
	return e
}

// A LimitError says that a picture is larger than it may be.
type LimitError struct {
	// Width and Height are the picture's.
	Width, Height int

	// Limit is the field of [Limits] that it goes beyond, and Most its value.
	Limit string
	Most  int
}

// Error says what is too large.
func (e *LimitError) Error() string {
	what := map[string]string{"Width": "of width", "Height": "of height", "Pixels": "in all"}[e.Limit]
	return fmt.Sprintf("a picture of %d by %d pixels is larger than the %d pixels %s that it may have", e.Width, e.Height, e.Most, what)
}

// A FormatError says that bytes are no picture of a format that is known.
type FormatError struct {
	// Start are the first bytes, 16 at most.
	Start []byte
}

// Error says which formats are known and how the bytes begin.
func (e *FormatError) Error() string {
	if len(e.Start) == 0 {
		return "there are no bytes, and so no picture"
	}
	return fmt.Sprintf("this is no PNG, JPEG, GIF, WebP, BMP or TIFF: it begins with %q", e.Start)
}

// A format is how pictures are encoded.
type format struct {
	name   string
	marks  []string // how it begins; ? is any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// formats are those that are decoded. They are not taken from the registry of
// package image, to which anybody may add.
var formats = []format{
	{"png", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode},
	{"jpeg", []string{"\xff\xd8"}, jpeg.DecodeConfig, jpeg.Decode},
	{"gif", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode},
	{"webp", []string{"RIFF????WEBP"}, webp.DecodeConfig, webp.Decode},
	{"bmp", []string{"BM"}, bmp.DecodeConfig, bmp.Decode},
	{"tiff", []string{"II\x2a\x00", "MM\x00\x2a"}, tiff.DecodeConfig, tiff.Decode},
}

// formatOf returns the format of an encoded picture.
func formatOf(encoded []byte) (format, error) {
	for _, f := range formats {
		for _, mark := range f.marks {
			if begins(encoded, mark) {
				return f, nil
			}
		}
	}
	return format{}, &FormatError{Start: bytes.Clone(encoded[:min(len(encoded), 16)])}
}

func begins(encoded []byte, mark string) bool {
	if len(encoded) < len(mark) {
		return false
	}
	for i := range len(mark) {
		if mark[i] != '?' && mark[i] != encoded[i] {
			return false
		}
	}
	return true
}

// Decode returns the first picture in a file, turned as it lies there whatever
// its metadata say, and the name of its format: png, jpeg,
// gif, webp, bmp or tiff. The size in the header is checked before pixels are
// decoded: the error is a [*LimitError] then, a [*FormatError] if the bytes are
// of no format that is known, and what the decoder says otherwise.
func Decode(encoded []byte, limits Limits) (image.Image, string, error) {
	f, err := formatOf(encoded)
	if err != nil {
		return nil, "", err
	}
	config, err := f.config(bytes.NewReader(encoded))
	if err != nil {
		return nil, f.name, fmt.Errorf("%s: header: %w", f.name, err)
	}
	if err := limits.check(config.Width, config.Height); err != nil {
		return nil, f.name, fmt.Errorf("%s: %w", f.name, err)
	}
	if f.name == "webp" {
		if err := checkLossless(encoded, limits); err != nil {
			return nil, f.name, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	img, err := f.decode(bytes.NewReader(encoded))
	if err != nil {
		return nil, f.name, fmt.Errorf("%s: %w", f.name, err)
	}
	if size := img.Bounds().Size(); size.X <= 0 || size.Y <= 0 {
		return nil, f.name, fmt.Errorf("%s: the picture has no pixels", f.name)
	}
	return img, f.name, nil
}

// checkLossless checks the sizes in the lossless chunks of a WebP file. The one
// of the file as a whole may say less, and the decoder compares them late.
func checkLossless(encoded []byte, limits Limits) error {
	const riff, chunk, head = 12, 8, 5
	for at := riff; at+chunk <= len(encoded); {
		name, size := string(encoded[at:at+4]), int64(binary.LittleEndian.Uint32(encoded[at+4:]))
		if at += chunk; name == "VP8L" && at+head <= len(encoded) {
			bits := binary.LittleEndian.Uint32(encoded[at+1:])
			if err := limits.check(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1); err != nil {
				return err
			}
		}
		at = int(min(int64(at)+size+size&1, int64(len(encoded))))
	}
	return nil
}
