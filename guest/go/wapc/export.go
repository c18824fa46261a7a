//go:build wasm || tinygo.wasm

package wapc

import "github.com/patchbay-go/patchbay/guest/go/internal/rpc"

// guestCall is the one function of the module that a waPC host calls.
//
//go:wasmexport __guest_call
func guestCall(operationSize, payloadSize uint32) uint32 {
	return rpc.GuestCall(operationSize, payloadSize)
}
