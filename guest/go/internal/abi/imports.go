//go:build wasm || tinygo.wasm

package abi

import "unsafe"

// GuestRequest has the host write the operation and the payload of the call
// that runs now.
//
//go:wasmimport wapc __guest_request
func GuestRequest(operation, payload unsafe.Pointer)

// GuestResponse hands over the answer of the call.
//
//go:wasmimport wapc __guest_response
func GuestResponse(at unsafe.Pointer, size uint32)

// GuestError hands over the text of the call's error.
//
//go:wasmimport wapc __guest_error
func GuestError(at unsafe.Pointer, size uint32)

// HostCall calls the host and returns 1 if the host's handler succeeded.
//
//go:wasmimport wapc __host_call
func HostCall(
	binding unsafe.Pointer, bindingSize uint32,
	namespace unsafe.Pointer, namespaceSize uint32,
	operation unsafe.Pointer, operationSize uint32,
	payload unsafe.Pointer, payloadSize uint32,
) uint32

// HostResponseLen is the size of the last host call's answer.
//
//go:wasmimport wapc __host_response_len
func HostResponseLen() uint32

// HostResponse has the host write that answer.
//
//go:wasmimport wapc __host_response
func HostResponse(at unsafe.Pointer)

// HostErrorLen is the size of the last host call's error text.
//
//go:wasmimport wapc __host_error_len
func HostErrorLen() uint32

// HostError has the host write that text.
//
//go:wasmimport wapc __host_error
func HostError(at unsafe.Pointer)

// ConsoleLog writes a text to the host's log.
//
//go:wasmimport wapc __console_log
func ConsoleLog(at unsafe.Pointer, size uint32)
