package examples

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/tube/picture"
)

var update = flag.Bool("update", false, "write the pictures anew")

const catFile = "pictures/cat.png"

// drawCat draws the picture that the examples use.
func drawCat() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 240, 180))
	for y := range 180 {
		for x := range 240 {
			img.SetNRGBA(x, y, catColor(float64(x), float64(y)))
		}
	}
	return img
}

// catColor is the color of one point of the cat: what is drawn last lies on top.
func catColor(x, y float64) color.NRGBA {
	c := color.NRGBA{uint8(90 + y/2), uint8(150 + y/3), 215, 255}
	ellipse := func(cx, cy, rx, ry float64) bool {
		return (x-cx)*(x-cx)/(rx*rx)+(y-cy)*(y-cy)/(ry*ry) <= 1
	}
	ear := func(cx, tip float64) bool { return y > 25 && y < 80 && math.Abs(x-cx-(80-y)*tip) < (y-25)*0.45 }
	whisker := func(slope float64) bool {
		return math.Abs(x-120) > 22 && math.Abs(x-120) < 85 && math.Abs(y-118-math.Abs(x-120)*slope) < 0.8
	}
	for _, part := range []struct {
		covers bool
		color  color.NRGBA
	}{
		{ear(75, -0.2) || ear(165, 0.2), color.NRGBA{60, 55, 60, 255}},
		{ellipse(120, 105, 72, 60), color.NRGBA{80, 74, 78, 255}},
		{ellipse(120, 128, 34, 26), color.NRGBA{235, 228, 220, 255}},
		{ellipse(92, 92, 16, 12) || ellipse(148, 92, 16, 12), color.NRGBA{200, 220, 70, 255}},
		{ellipse(92, 92, 4, 11) || ellipse(148, 92, 4, 11), color.NRGBA{10, 10, 12, 255}},
		{ellipse(120, 114, 7, 5), color.NRGBA{230, 120, 130, 255}},
		{whisker(-0.15) || whisker(0.02) || whisker(0.2), color.NRGBA{250, 250, 250, 255}},
	} {
		if part.covers {
			c = part.color
		}
	}
	return c
}

// TestCat holds the picture in the repository to the code that drew it; -update
// draws it.
func TestCat(t *testing.T) {
	want := drawCat()
	if *update {
		var encoded bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&encoded, want); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(catFile, encoded.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	encoded, err := os.ReadFile(catFile)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := picture.Decode(encoded, picture.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	samePixels(t, "cat", got, want)
}

// samePixels wants two images to be the same.
func samePixels(t *testing.T, what string, got, want image.Image) {
	t.Helper()
	if got == nil || got.Bounds().Size() != want.Bounds().Size() {
		t.Errorf("%s: an image of %v, want %v", what, got, want.Bounds().Size())
		return
	}
	a, b := picture.Pack(nil, got, picture.RGBA8), picture.Pack(nil, want, picture.RGBA8)
	for i := range a {
		if a[i] != b[i] {
			width := want.Bounds().Dx()
			t.Errorf("%s: pixel %d,%d is %v, want %v", what, i/4%width, i/4/width, a[i&^3:i&^3+4], b[i&^3:i&^3+4])
			return
		}
	}
}

// A raster is packed pixels, as guests see them.
type raster struct {
	pixels        []byte
	width, height int
	layout        picture.Layout
}

func (r raster) at(x, y, c int) int {
	x, y = min(max(x, 0), r.width-1), min(max(y, 0), r.height-1)
	return int(r.pixels[(y*r.width+x)*r.layout.Channels()+c])
}

// each makes a raster of the same layout, sample by sample.
func (r raster) each(width, height int, sample func(x, y, c int) int) image.Image {
	var pixels []byte
	for y := range height {
		for x := range width {
			for c := range r.layout.Channels() {
				pixels = append(pixels, byte(sample(x, y, c)))
			}
		}
	}
	return picture.Unpack(pixels, width, height, r.layout)
}

// mean is the mean of the samples of a rectangle, rounded to the nearest.
func (r raster) mean(c, left, top, right, bottom int) int {
	sum, n := 0, (right-left)*(bottom-top)
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			sum += r.at(x, y, c)
		}
	}
	return (sum + n/2) / n
}

// The references: what the guests compute, written for reading.

func (r raster) blur(radius int) image.Image {
	return r.each(r.width, r.height, func(x, y, c int) int {
		return r.mean(c, x-radius, y-radius, x+radius+1, y+radius+1)
	})
}

func (r raster) grayscale() image.Image {
	return r.each(r.width, r.height, func(x, y, c int) int {
		if c == 3 || r.layout == picture.Gray8 {
			return r.at(x, y, c)
		}
		return (299*r.at(x, y, 0) + 587*r.at(x, y, 1) + 114*r.at(x, y, 2) + 500) / 1000
	})
}

func (r raster) resize(width, height int) image.Image {
	part := func(i, side, newSide int) (int, int) {
		return i * side / newSide, max((i+1)*side/newSide, i*side/newSide+1)
	}
	return r.each(width, height, func(x, y, c int) int {
		left, right := part(x, r.width, width)
		top, bottom := part(y, r.height, height)
		return r.mean(c, left, top, right, bottom)
	})
}

func (r raster) histogram() map[string][]int {
	names := map[picture.Layout][]string{picture.Gray8: {"gray"}, picture.RGB8: {"red", "green", "blue"}, picture.RGBA8: {"red", "green", "blue", "alpha"}}
	counts := map[string][]int{}
	for c, name := range names[r.layout] {
		counts[name] = make([]int, 256)
		for y := range r.height {
			for x := range r.width {
				counts[name][r.at(x, y, c)]++
			}
		}
	}
	return counts
}

// An answer is what a function of the image guests must answer to a picture.
type answer struct {
	function string
	extra    []int64
	want     image.Image
}

// A sitting is a picture in one layout, and all answers to it.
type sitting struct {
	img     image.Image
	raster  raster
	answers []answer
}

func newSitting(img image.Image, layout picture.Layout) sitting {
	size := img.Bounds().Size()
	r := raster{picture.Pack(nil, img, layout), size.X, size.Y, layout}
	answers := []answer{{"grayscale", nil, r.grayscale()}, {"blur", nil, r.blur(2)}}
	radii := []int{0, 1, 3}
	if size.X < 10 { // the reference takes long
		radii = append(radii, 100, 255)
	}
	for _, radius := range radii {
		answers = append(answers, answer{"blur_by", []int64{int64(radius)}, r.blur(radius)})
	}
	for _, to := range []image.Point{{1, 1}, {60, 45}, {37, 200}, {300, 1}, size} {
		answers = append(answers, answer{"resize", []int64{int64(to.X), int64(to.Y)}, r.resize(to.X, to.Y)})
	}
	return sitting{img, r, answers}
}

// TestImageGuests holds the image guests of all languages to the references.
func TestImageGuests(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(guests(), "image-*.wasm"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d image guests in %s: %v", len(files), guests(), err)
	}
	var sittings []sitting
	for _, layout := range []picture.Layout{picture.RGB8, picture.RGBA8, picture.Gray8} {
		sittings = append(sittings, newSitting(drawCat(), layout))
	}
	tiny := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	copy(tiny.Pix, []byte{255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 0})
	sittings = append(sittings, newSitting(tiny, picture.RGBA8))

	for _, file := range append(files, filepath.Join(guests(), "blur.wasm")) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var host patchbay.Host
			defer host.Close(t.Context())
			guest, err := host.Load(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			if guest.Contract() != plugin.Tube {
				t.Errorf("contract %s", guest.Contract())
			}
			for _, s := range sittings {
				s.test(t, guest)
			}
			testImageErrors(t, guest)
			if s := guest.Stats(); s.Traps != 0 || s.Made != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func (s sitting) test(t *testing.T, guest *patchbay.Plugin) {
	t.Helper()
	layout, size := s.raster.layout, s.img.Bounds().Size()
	call := func(function string, options picture.Options) *picture.Reply {
		options.Layout = layout
		reply, err := picture.Call(t.Context(), guest, function, s.img, options)
		if err != nil {
			t.Errorf("%s: %v", function, err)
			return &picture.Reply{}
		}
		return reply
	}
	for _, a := range s.answers {
		samePixels(t, fmt.Sprint(layout, a.function, a.extra), call(a.function, picture.Options{Extra: a.extra}).Image, a.want)
	}
	identity := picture.Unpack(s.raster.pixels, size.X, size.Y, layout)
	samePixels(t, fmt.Sprint(layout, "identity"), call("identity", picture.Options{Pixels: true}).Image, identity)
	var counts map[string][]int
	err := call("histogram", picture.Options{}).JSON(&counts)
	if err != nil || fmt.Sprint(counts) != fmt.Sprint(s.raster.histogram()) {
		t.Errorf("%v histogram: %v, %v", layout, counts, err)
	}
	want := fmt.Sprintf(`{"width":%d,"height":%d}`, size.X, size.Y)
	if reply := call("image_size", picture.Options{}); string(reply.Bytes) != want {
		t.Errorf("image_size: %s", reply.Bytes)
	}
}

func testImageErrors(t *testing.T, guest *patchbay.Plugin) {
	t.Helper()
	for _, test := range []struct {
		request tube.Request
		want    string
	}{
		{tube.Request{Function: "blur", Payload: make([]byte, 7), Extra: []int64{2, 1}}, "the length is not width times height times 1, 3 or 4"},
		{tube.Request{Function: "grayscale", Extra: []int64{0, 0}}, "the length is not width times height times 1, 3 or 4"},
		{tube.Request{Function: "histogram", Payload: []byte{0}, Extra: []int64{1 << 31, 1 << 31}}, "the length is not width times height times 1, 3 or 4"},
		{tube.Request{Function: "blur_by", Payload: []byte{0}, Extra: []int64{1, 1, 256}}, "the radius is not from 0 to 255"},
		{tube.Request{Function: "resize", Payload: []byte{0}, Extra: []int64{1, 1, 1, 0}}, "a new side is not from 1 to 32768"},
	} {
		var answer *tube.GuestError
		if _, err := guest.CallWith(t.Context(), nil, &test.request); !errors.As(err, &answer) || answer.Text != test.want {
			t.Errorf("%s: %v, want %q", test.request.Function, err, test.want)
		}
	}
	if reply, err := patchbay.JSON[any](t.Context(), guest, "echo", []any{"a", 1.5}); err != nil || fmt.Sprint(reply) != "[a 1.5]" {
		t.Errorf("echo: %v, %v", reply, err)
	}
}

// TestTube42 is the guest of wasmtube's own tests (B.5): no allocator, no mark,
// payloads at 42.
func TestTube42(t *testing.T) {
	binary, err := os.ReadFile(filepath.Join(guests(), "tube42.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	var host patchbay.Host
	defer host.Close(t.Context())
	if _, err := host.LoadBytes(t.Context(), "tube42.wasm", binary); err == nil {
		t.Error("a guest without a mark was told apart")
	}
	options := host.Options("tube42.wasm")
	options.Contract = plugin.Tube
	guest, err := host.LoadWith(t.Context(), binary, options)
	if err != nil {
		t.Fatal(err)
	}
	type args struct {
		Args string `json:"args"`
	}
	if reply, err := patchbay.JSON[args](t.Context(), guest, "echo", args{"Hello World!"}); err != nil || reply.Args != "Hello World!" {
		t.Errorf("echo: %+v, %v", reply, err)
	}
	file, err := os.ReadFile(catFile)
	if err != nil {
		t.Fatal(err)
	}
	// WT-05: as wasmtube does it, the bytes of a file with any width and height.
	// The guest takes as many pixels as that is, from wherever its payload lies.
	for _, payload := range [][]byte{file, make([]byte, 123_126)} {
		reply, err := guest.CallWith(context.Background(), nil, &tube.Request{Function: "image_size", Payload: payload, Extra: []int64{256, 256}})
		var size map[string]int
		if err != nil || json.Unmarshal(reply, &size) != nil || size["width"] != 256 || size["height"] != 256 {
			t.Errorf("image_size of %d bytes: %s, %v", len(payload), reply, err)
		}
	}
	// WT-17: pictures leave the guest whole, one that would just fit at 42 and one
	// that is larger than all that the guest has.
	for _, size := range []image.Point{{700, 525}, {1920, 1080}} {
		img := image.NewNRGBA(image.Rectangle{Max: size})
		for i := range img.Pix {
			img.Pix[i] = 0xff
		}
		reply, err := picture.Call(t.Context(), guest, "image_size", img, picture.Options{})
		if want := fmt.Sprintf(`{"width":%d,"height":%d}`, size.X, size.Y); err != nil || string(reply.Bytes) != want {
			t.Errorf("image_size of %v: %+v, %v", size, reply, err)
		}
		echo, err := patchbay.JSON[args](t.Context(), guest, "echo", args{"whole"})
		if err != nil || echo.Args != "whole" || guest.Stats().Traps != 0 {
			t.Errorf("after a picture of %v: %+v, %v", size, echo, err)
		}
	}
	if _, err := guest.Call(t.Context(), "echo", []byte(`{"args":1}`)); err == nil {
		t.Error("echo of a number")
	}
	if reply, err := patchbay.JSON[args](t.Context(), guest, "echo", args{"alive"}); err != nil || reply.Args != "alive" {
		t.Errorf("after a trap: %+v, %v", reply, err)
	}
}
