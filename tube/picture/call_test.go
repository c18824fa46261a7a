package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/tube/picture"
)

// A fakeGuest keeps what it is called with and answers with a reply, or else
// with the payload.
type fakeGuest struct {
	request tube.Request
	reply   []byte
	err     error
}

func (g *fakeGuest) CallWith(_ context.Context, dst []byte, request *tube.Request) ([]byte, error) {
	g.request = *request
	if g.err != nil {
		return dst, g.err
	}
	if g.reply != nil {
		return append(dst, g.reply...), nil
	}
	return append(dst, request.Payload...), nil
}

func TestCall(t *testing.T) {
	img := sketch(image.Rect(3, 4, 23, 14)) // of 20 by 10
	for _, test := range []struct {
		options picture.Options
		size    image.Point
		extra   []int64
	}{
		{picture.Options{}, image.Pt(20, 10), nil},
		{picture.Options{Layout: picture.RGBA8, Extra: []int64{7, -1}, Index: 99}, image.Pt(20, 10), []int64{7, -1}},
		{picture.Options{Layout: picture.Gray8, Width: 5, Height: 9}, image.Pt(5, 9), nil},
		{picture.Options{Width: 40}, image.Pt(40, 20), nil},
		{picture.Options{Height: 5}, image.Pt(10, 5), nil},
		{picture.Options{Width: 1}, image.Pt(1, 1), nil},
		{picture.Options{Width: 20, Height: 10}, image.Pt(20, 10), nil},
	} {
		guest := &fakeGuest{}
		reply, err := picture.Call(t.Context(), guest, "f", img, test.options)
		if err != nil || reply.Image != nil {
			t.Errorf("%+v: %v", test.options, err)
			continue
		}
		extra := append([]int64{int64(test.size.X), int64(test.size.Y)}, test.extra...)
		request := guest.request
		if request.Function != "f" || request.Index != test.options.Index || !slices.Equal(request.Extra, extra) {
			t.Errorf("%+v: called with %q, index %d, %v", test.options, request.Function, request.Index, request.Extra)
		}
		if n := test.size.X * test.size.Y * test.options.Layout.Channels(); len(request.Payload) != n {
			t.Errorf("%+v: %d bytes, want %d", test.options, len(request.Payload), n)
		}
		if test.size == img.Bounds().Size() && !bytes.Equal(request.Payload, naive(img, test.options.Layout)) {
			t.Errorf("%+v: other pixels", test.options)
		}
	}
}

// TestScale: a picture of one color keeps it, transparent or not.
func TestScale(t *testing.T) {
	want := color.NRGBA{200, 100, 50, 128}
	img := &cropped{image.NewUniform(want), image.Rect(0, 0, 30, 20)}
	guest := &fakeGuest{}
	if _, err := picture.Call(t.Context(), guest, "f", img, picture.Options{Layout: picture.RGBA8, Width: 7}); err != nil {
		t.Fatal(err)
	}
	for pixel := range slices.Chunk(guest.request.Payload, 4) {
		for i, have := range []uint8{want.R, want.G, want.B, want.A} {
			if d := int(pixel[i]) - int(have); d < -2 || d > 2 {
				t.Fatalf("%v, want %v", pixel, want)
			}
		}
	}
}

func TestCallErrors(t *testing.T) {
	img := sketch(image.Rect(0, 0, 20, 10))
	for _, test := range []struct {
		name    string
		img     image.Image
		options picture.Options
		want    string
	}{
		{"empty", image.NewNRGBA(image.Rectangle{}), picture.Options{}, "f: picture: it has 0 by 0 pixels"},
		{"negative", img, picture.Options{Width: -1}, "cannot be scaled to -1 by 0 pixels"},
		{"large", img, picture.Options{Limits: picture.Limits{Pixels: 100}}, "20 by 10 pixels is larger than the 100 pixels in all"},
		{"scaled", img, picture.Options{Width: 1 << 20}, "1048576 by 524288 pixels is larger than the 32768 pixels of width"},
		{"by proportion", sketch(image.Rect(0, 0, 1, 1000)), picture.Options{Width: math.MaxInt32}, "is larger than"},
	} {
		guest := &fakeGuest{}
		_, err := picture.Call(t.Context(), guest, "f", test.img, test.options)
		if err == nil || !strings.Contains(err.Error(), test.want) || guest.request.Function != "" {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	reason := errors.New("not today")
	if _, err := picture.Call(t.Context(), &fakeGuest{err: reason}, "f", img, picture.Options{}); !errors.Is(err, reason) {
		t.Errorf("the guest's error: %v", err)
	}
	if _, err := picture.CallEncoded(t.Context(), &fakeGuest{}, "f", []byte("text"), picture.Options{}); err == nil || !strings.HasPrefix(err.Error(), "f: picture: ") {
		t.Errorf("no picture: %v", err)
	}
}

func TestCallEncoded(t *testing.T) {
	guest := &fakeGuest{}
	img := sketch(image.Rect(0, 0, 20, 10))
	if _, err := picture.CallEncoded(t.Context(), guest, "f", encoded(t, img)["png"], picture.Options{Layout: picture.RGBA8}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(guest.request.Payload, img.Pix) {
		t.Error("other pixels")
	}
}

func TestReplies(t *testing.T) {
	img := sketch(image.Rect(0, 0, 2, 1))
	pixels := []byte{1, 2, 3, 4, 5, 6}
	trailer := func(width, height uint32, layout picture.Layout) []byte {
		return picture.AppendTrailer(bytes.Clone(pixels), width, height, layout)
	}
	for _, test := range []struct {
		name  string
		reply []byte
		alone bool
		want  image.Point // of the picture; 0: none
	}{
		{"a picture", trailer(2, 1, picture.RGB8), false, image.Pt(2, 1)},
		{"one of another size", trailer(1, 2, picture.RGB8), false, image.Pt(1, 2)},
		{"gray", trailer(3, 2, picture.Gray8), false, image.Pt(3, 2)},
		{"JSON", []byte(`{"width":2}`), false, image.Point{}},
		{"nothing", []byte{}, false, image.Point{}},
		{"too many pixels", trailer(2, 2, picture.RGB8), false, image.Point{}},
		{"pixels of no width", trailer(0, 1, picture.RGB8), false, image.Point{}},
		{"a size that wraps around", trailer(1<<31, 1<<31, picture.RGBA8), false, image.Point{}},
		{"no such layout", append(trailer(3, 1, picture.RGB8)[:14], "\x02\x00\x00\x00IMG\xff"...), false, image.Point{}},
		{"pixels alone", pixels, true, image.Pt(2, 1)},
		{"pixels alone, not asked for", pixels, false, image.Point{}},
		{"too few pixels", pixels[1:], true, image.Point{}},
	} {
		reply, err := picture.Call(t.Context(), &fakeGuest{reply: test.reply}, "f", img, picture.Options{Pixels: test.alone})
		if err != nil {
			t.Fatal(err)
		}
		if test.want == (image.Point{}) {
			if reply.Image != nil || !bytes.Equal(reply.Bytes, test.reply) {
				t.Errorf("%s: %v, %q", test.name, reply.Image, reply.Bytes)
			}
			continue
		}
		if reply.Image == nil || reply.Image.Bounds().Size() != test.want || reply.Bytes != nil {
			t.Errorf("%s: %v, %q", test.name, reply.Image, reply.Bytes)
		}
	}
	var size struct{ Width int }
	if err := picture.ParseReply([]byte(`{"width":2}`)).JSON(&size); err != nil || size.Width != 2 {
		t.Errorf("JSON: %+v, %v", size, err)
	}
}

// TestCallAllocations: one for the pixels, a few that do not grow with them.
func TestCallAllocations(t *testing.T) {
	guest := &fakeGuest{}
	for _, side := range []int{10, 500} {
		img := image.NewRGBA(image.Rect(0, 0, side, side))
		got := testing.AllocsPerRun(10, func() {
			if _, err := picture.Call(t.Context(), guest, "f", img, picture.Options{}); err != nil {
				t.Fatal(err)
			}
		})
		if got > 10 {
			t.Errorf("%d by %d pixels: %v allocations", side, side, got)
		}
	}
}

// FuzzParseReply: whatever a guest answers is a picture with all its pixels, or
// what it is.
func FuzzParseReply(f *testing.F) {
	f.Add([]byte(`{"width":2}`))
	f.Add(picture.AppendTrailer(make([]byte, 6), 2, 1, picture.RGB8))
	f.Add(picture.AppendTrailer(nil, 1<<31, 1<<31, picture.RGBA8))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		reply := picture.ParseReply(bytes)
		if (reply.Image == nil) != (reply.Bytes != nil || len(bytes) == 0 && reply.Image == nil) {
			t.Errorf("both or neither: %v, %q", reply.Image, reply.Bytes)
		}
		if reply.Image != nil {
			if size := reply.Image.Bounds().Size(); size.X*size.Y > len(bytes) {
				t.Errorf("%v pixels of %d bytes", size, len(bytes))
			}
		}
	})
}
