package main

import (
	"image"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/patchbay-go/patchbay/tube/picture"
)

// blurred compares what a guest made with a reference that is written for
// reading.
func blurred(ts *testscript.TestScript, _ bool, args []string) {
	radius, err := strconv.Atoi(args[0])
	ts.Check(err)
	in, out := readPixels(ts, args[1]), readPixels(ts, args[2])
	bounds := in.Bounds()
	if out.Bounds().Size() != bounds.Size() {
		ts.Fatalf("%s has %v pixels, want %v", args[2], out.Bounds().Size(), bounds.Size())
	}
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			want, at := meanAround(in, x, y, radius), out.PixOffset(x, y)
			if have := [3]byte(out.Pix[at:]); have != want {
				ts.Fatalf("%s: pixel %d,%d is %v, want %v", args[2], x, y, have, want)
			}
		}
	}
}

// readPixels reads a picture that begins at 0,0.
func readPixels(ts *testscript.TestScript, name string) *image.NRGBA {
	img, _, err := picture.Decode([]byte(ts.ReadFile(name)), picture.Limits{})
	ts.Check(err)
	size := img.Bounds().Size()
	return picture.Unpack(picture.Pack(nil, img, picture.RGBA8), size.X, size.Y, picture.RGBA8).(*image.NRGBA)
}

// meanAround is the mean of the square around a pixel, rounded to the nearest;
// where the picture ends its last pixel counts again.
func meanAround(img *image.NRGBA, x, y, radius int) (mean [3]byte) {
	var sums [3]int
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			at := img.PixOffset(min(max(x+dx, 0), img.Rect.Dx()-1), min(max(y+dy, 0), img.Rect.Dy()-1))
			for c := range sums {
				sums[c] += int(img.Pix[at+c])
			}
		}
	}
	area := (2*radius + 1) * (2*radius + 1)
	for c := range sums {
		mean[c] = byte((sums[c] + area/2) / area)
	}
	return mean
}

func TestDimensions(t *testing.T) {
	for text, want := range map[string]dimensions{
		"640x480": {640, 480}, "640x": {640, 0}, "x480": {0, 480}, "1x1": {1, 1},
	} {
		var got dimensions
		if err := got.Set(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %+v (%s), %v", text, got, got.String(), err)
		}
	}
	for _, text := range []string{"", "x", "640", "0x1", "-1x1", "1x1x1", "99999999999x1", "ax b"} {
		if err := new(dimensions).Set(text); err == nil {
			t.Errorf("%q is a size", text)
		}
	}
}
