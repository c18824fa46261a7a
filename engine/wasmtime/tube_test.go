//go:build cgo

package wasmtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// TestTubeGuests runs tube guests on both engines: with allocators and without,
// with payloads for which memory must grow, and with what they refuse.
func TestTubeGuests(t *testing.T) {
	first, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	second := wasmtime.New(wasmtime.Config{})
	t.Cleanup(func() {
		if err := errors.Join(first.Close(context.Background()), second.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	pixels := bytes.Repeat([]byte("a picture of cats "), 400*300*3/18)
	size := []int64{400, 300}
	requests := []tube.Request{
		{Function: "echo", Payload: []byte(`{"args":"Hello World!"}`)},
		{Function: "echo", Payload: []byte(`{"args":"elsewhere"}`), Index: 70_000},
		{Function: "image_size", Payload: pixels, Extra: size},
		{Function: "grayscale", Payload: pixels, Extra: size},
		{Function: "blur", Payload: pixels, Extra: size},
		{Function: "histogram", Payload: pixels, Extra: size},
		{Function: "resize", Payload: pixels, Extra: append(size, 31, 17)},
		{Function: "blur", Payload: pixels[1:], Extra: size},
		{Function: "image_size"},
		{Function: "nothing"},
		{Function: "echo", Payload: make([]byte, 9<<20)},
		{Function: "echo", Payload: []byte(`{"args":"alive"}`)},
	}
	for _, name := range []string{"blur.wasm", "image-rust.wasm", "image-tinygo.wasm", "tube42.wasm"} {
		t.Run(name, func(t *testing.T) {
			binary, err := os.ReadFile(filepath.Join(guests, name))
			if err != nil {
				t.Fatal(err)
			}
			want, got := askTube(t, first, name, binary, requests), askTube(t, second, name, binary, requests)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("wazero (-), wasmtime (+):\n%s", diff)
			}
		})
	}
}

// askTube returns what a guest answers to each request.
func askTube(t *testing.T, e engine.Engine, name string, binary []byte, requests []tube.Request) []string {
	t.Helper()
	host := patchbay.Host{Engine: e, Limits: engine.Limits{MemoryBytes: 8 << 20}, Pool: plugin.Pool{Size: 1}}
	defer func() {
		if err := host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	options := host.Options(name)
	options.Contract = plugin.Tube
	guest, err := host.LoadWith(t.Context(), binary, options)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, request := range requests {
		reply, err := guest.CallWith(t.Context(), nil, &request)
		seen = append(seen, fmt.Sprintf("%s: %x, %s", request.Function, reply, describe(err)))
	}
	return seen
}
