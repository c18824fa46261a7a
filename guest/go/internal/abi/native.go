//go:build !wasm && !tinygo.wasm

package abi

import "unsafe"

// Imports are the nine functions of a host, as a stand-in gives them.
type Imports struct {
	GuestRequest    func(operation, payload unsafe.Pointer)
	GuestResponse   func(at unsafe.Pointer, size uint32)
	GuestError      func(at unsafe.Pointer, size uint32)
	HostCall        func(binding, namespace, operation, payload Span) uint32
	HostResponseLen func() uint32
	HostResponse    func(at unsafe.Pointer)
	HostErrorLen    func() uint32
	HostError       func(at unsafe.Pointer)
	ConsoleLog      func(at unsafe.Pointer, size uint32)
}

// A Span is a pointer and a length in bytes.
type Span struct {
	At   unsafe.Pointer
	Size uint32
}

// Host is the stand-in, or nil when there is none. A module in WebAssembly has
// one host for its whole life, so a process that plays one has the same.
var Host *Imports

func host() *Imports {
	if Host == nil {
		panic("wapc: there is no host outside of WebAssembly; a test makes one with wapctest.New")
	}
	return Host
}

// GuestRequest has the host write the operation and the payload of the call
// that runs now.
func GuestRequest(operation, payload unsafe.Pointer) { host().GuestRequest(operation, payload) }

// GuestResponse hands over the answer of the call.
func GuestResponse(at unsafe.Pointer, size uint32) { host().GuestResponse(at, size) }

// GuestError hands over the text of the call's error.
func GuestError(at unsafe.Pointer, size uint32) { host().GuestError(at, size) }

// HostCall calls the host and returns 1 if the host's handler succeeded.
func HostCall(
	binding unsafe.Pointer, bindingSize uint32,
	namespace unsafe.Pointer, namespaceSize uint32,
	operation unsafe.Pointer, operationSize uint32,
	payload unsafe.Pointer, payloadSize uint32,
) uint32 {
	return host().HostCall(
		Span{binding, bindingSize}, Span{namespace, namespaceSize},
		Span{operation, operationSize}, Span{payload, payloadSize})
}

// HostResponseLen is the size of the last host call's answer.
func HostResponseLen() uint32 { return host().HostResponseLen() }

// HostResponse has the host write that answer.
func HostResponse(at unsafe.Pointer) { host().HostResponse(at) }

// HostErrorLen is the size of the last host call's error text.
func HostErrorLen() uint32 { return host().HostErrorLen() }

// HostError has the host write that text.
func HostError(at unsafe.Pointer) { host().HostError(at) }

// ConsoleLog writes a text to the host's log.
func ConsoleLog(at unsafe.Pointer, size uint32) { host().ConsoleLog(at, size) }
