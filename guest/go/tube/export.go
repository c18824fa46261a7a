//go:build wasm || tinygo.wasm

package tube

import "github.com/patchbay-go/patchbay/guest/go/internal/place"

// tubeAlloc gives the host a place for payloads.
//
//go:wasmexport tube_alloc
func tubeAlloc(size uint32) uint32 { return place.Alloc(size) }

// tubeFree takes the place back.
//
//go:wasmexport tube_free
func tubeFree(_, _ uint32) { place.Free() }
