package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/tube/picture"
)

// The names of the subjects that tubes are held against.
const (
	thePixels  = "two copies of its pixels"
	theCodec   = "json.Marshal and json.Unmarshal"
	fullWidth  = 1920
	fullHeight = 1080
)

// tubes are the figures of the tube contract, with the guest blur.wasm of the
// examples.
func (p *patchbayHost) tubes(ctx context.Context, examples string) ([]figure, error) {
	binary, err := os.ReadFile(filepath.Join(examples, "blur.wasm"))
	if err != nil {
		return nil, fmt.Errorf("guests: %w", err)
	}
	guest, err := loadPlugin(ctx, p.engine, binary, 1)
	if err != nil {
		return nil, err
	}
	return []figure{pictures(ctx, guest), conversions(), values(ctx, guest)}, nil
}

// pictures sends packed pixels through a guest that leaves them as they are.
func pictures(ctx context.Context, guest *plugin.Plugin) figure {
	pixels := bytes.Repeat([]byte("rgb"), fullWidth*fullHeight)
	between, dst := make([]byte, len(pixels)), make([]byte, len(pixels))
	request := &tube.Request{Function: "identity", Payload: pixels, Extra: []int64{fullWidth, fullHeight}}
	return figure{"1920x1080 RGB8 through an identity guest", []subject{
		{name: thePixels, run: func(n int) error {
			for range n {
				copy(between, pixels)
				copy(dst, between)
			}
			return nil
		}},
		{name: "patchbay, Plugin.CallWith", against: []against{{thePixels, bound{must: 1.5}}},
			run: times(pixels, func() ([]byte, error) { return guest.CallWith(ctx, dst[:0], request) })},
	}}
}

// conversions are what a Go image costs besides.
func conversions() figure {
	from := image.NewRGBA(image.Rect(0, 0, fullWidth, fullHeight))
	for i := range from.Pix {
		from.Pix[i] = 0xff
	}
	dst := make([]byte, 0, fullWidth*fullHeight*3)
	return figure{"1920x1080 RGBA, converted", []subject{
		{name: "to RGB8, picture.Pack", run: func(n int) error {
			for range n {
				picture.Pack(dst, from, picture.RGB8)
			}
			return nil
		}},
		{name: "from RGB8, picture.Unpack, into a new image", run: func(n int) error {
			for range n {
				picture.Unpack(dst[:cap(dst)], fullWidth, fullHeight, picture.RGB8)
			}
			return nil
		}},
	}}
}

// An order is 1 KiB of JSON.
type order struct {
	Name  string   `json:"name"`
	Tags  []string `json:"tags"`
	Count int      `json:"count"`
	Text  string   `json:"text"`
}

func newOrder() (order, error) {
	d := order{Name: "patchbay", Tags: []string{"a", "bb", "ccc"}, Count: 42}
	empty, err := json.Marshal(d)
	d.Text = strings.Repeat("x", 1024-len(empty))
	return d, err
}

// values sends a Go value through a guest and back.
func values(ctx context.Context, guest *plugin.Plugin) figure {
	sent, failed := newOrder()
	check := func(d order, err error) error {
		if err == nil && d.Text != sent.Text {
			return fmt.Errorf("an order of %d letters is not the one that was sent", len(d.Text))
		}
		return err
	}
	return figure{"JSON call of 1 KiB", []subject{
		{name: theCodec, run: func(n int) error {
			for range n {
				var d order
				encoded, err := json.Marshal(sent)
				if err == nil {
					err = json.Unmarshal(encoded, &d)
				}
				if err := check(d, err); err != nil {
					return err
				}
			}
			return failed
		}},
		{name: "patchbay, plugin.JSON", over: []against{{theCodec, bound{must: 1000}}}, run: func(n int) error {
			for range n {
				if err := check(plugin.JSON[order](ctx, guest, "echo", sent)); err != nil {
					return err
				}
			}
			return nil
		}},
	}}
}
