//go:build !wasm && !tinygo.wasm

// Package tubetest calls the functions of a tube plugin as a host does, so that
// they can be tested with go test and without WebAssembly:
//
//	reply, err := tubetest.Call(greet, []byte(`"Ada"`))
//
// A plugin's instance runs one call at a time, and so must tests.
package tubetest

import (
	"bytes"
	"errors"

	"github.com/patchbay-go/patchbay/guest/go/internal/place"
	"github.com/patchbay-go/patchbay/guest/go/tube"
)

// room is how many bytes a host asks for besides those of the payload.
const room = 4096

// Call calls a function with a payload and returns its reply, or the error that
// it answers with.
func Call(function func(index, length uint32) uint64, payload []byte) ([]byte, error) {
	index := place.Alloc(uint32(len(payload) + room))
	defer place.Free()
	copy(place.Payload(index, uint32(len(payload))), payload)
	if length := int32(uint32(function(index, uint32(len(payload))))); length < 0 {
		return nil, errors.New(string(place.Last()))
	}
	return bytes.Clone(place.Last()), nil
}

// CallPicture calls a function with a picture and returns its reply, as it is.
func CallPicture(function func(index, length, width, height uint32) uint64, p tube.Picture) ([]byte, error) {
	return Call(func(index, length uint32) uint64 {
		return function(index, length, uint32(p.Width), uint32(p.Height))
	}, p.Pixels)
}
