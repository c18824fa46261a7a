//go:build !wasm && !tinygo.wasm

package main

import (
	"bytes"
	"testing"

	"github.com/patchbay-go/patchbay/guest/go/tube"
	"github.com/patchbay-go/patchbay/guest/go/tubetest"
)

// The tests of ../.. hold the guests of all languages to references. These show
// how a function is tested without WebAssembly.

func TestGrayscale(t *testing.T) {
	reply, err := tubetest.CallPicture(grayscale, tube.Picture{Pixels: []byte{255, 0, 0, 0, 0, 255}, Width: 2, Height: 1})
	want := []byte("\x4c\x4c\x4c\x1d\x1d\x1d\x02\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00IMG\xff")
	if err != nil || !bytes.Equal(reply, want) {
		t.Errorf("%x, %v", reply, err)
	}
}

func TestNoPicture(t *testing.T) {
	if reply, err := tubetest.CallPicture(blur, tube.Picture{Pixels: make([]byte, 7), Width: 2, Height: 1}); err == nil {
		t.Errorf("7 bytes for 2 pixels are a picture: %x", reply)
	}
}

func TestEcho(t *testing.T) {
	if reply, err := tubetest.Call(echo, []byte(`{"a":1}`)); err != nil || string(reply) != `{"a":1}` {
		t.Errorf("%s, %v", reply, err)
	}
}
