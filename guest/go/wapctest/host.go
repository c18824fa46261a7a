//go:build !wasm && !tinygo.wasm

// Package wapctest plays the host of a waPC plugin, so that the plugin's code
// can be tested with go test and without WebAssembly:
//
//	func TestGreet(t *testing.T) {
//		wapcInit() // registers the operations
//		host := wapctest.New(t)
//		host.Handle("examples", "greet", "visited", func(payload []byte) ([]byte, error) {
//			return nil, nil
//		})
//		reply, err := host.Call("greet", []byte("Ada"))
//		…
//	}
//
// The protocol is the real one, with the copies that it makes: what a handler
// does to a payload after the call is not seen by the test, nor the other way.
package wapctest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"github.com/patchbay-go/patchbay/guest/go/internal/abi"
	"github.com/patchbay-go/patchbay/guest/go/internal/rpc"
)

// A Host plays the host for one test. It is not safe for concurrent use: a
// plugin's instance runs one call at a time.
type Host struct {
	handlers map[address]Handler
	calls    []Call
	logs     []string
	call     *frame // the guest call that runs now
	imports  *abi.Imports
}

// A Handler answers a host call of the plugin. The payload is its own to keep.
type Handler func(payload []byte) ([]byte, error)

// A Call is a host call that the plugin made.
type Call struct {
	Binding, Namespace, Operation string
	Payload                       []byte
}

// A GuestError is the text of an error that the plugin answered with.
type GuestError string

// Error returns the text.
func (e GuestError) Error() string { return string(e) }

type address struct{ binding, namespace, operation string }

// A frame is the state of one guest call: a plugin that is called again while
// it waits for the host has one for each.
type frame struct {
	operation            string
	payload              []byte
	reply, guestError    []byte
	hostReply, hostError []byte
}

// New makes a host that lasts until it is closed, at the latest when the test
// ends. There is one at a time in a process, so tests that use it cannot be
// parallel.
func New(t testing.TB) *Host {
	t.Helper()
	if abi.Host != nil {
		t.Fatal("wapctest: another test has a host; tests with a host cannot run in parallel")
	}
	h := &Host{handlers: make(map[address]Handler), call: &frame{}}
	h.imports = &abi.Imports{
		GuestRequest:    h.guestRequest,
		GuestResponse:   func(at unsafe.Pointer, size uint32) { h.call.reply = read(at, size) },
		GuestError:      func(at unsafe.Pointer, size uint32) { h.call.guestError = read(at, size) },
		HostCall:        h.hostCall,
		HostResponseLen: func() uint32 { return uint32(len(h.call.hostReply)) },
		HostResponse:    func(at unsafe.Pointer) { write(at, h.call.hostReply) },
		HostErrorLen:    func() uint32 { return uint32(len(h.call.hostError)) },
		HostError:       func(at unsafe.Pointer) { write(at, h.call.hostError) },
		ConsoleLog:      func(at unsafe.Pointer, size uint32) { h.logs = append(h.logs, string(read(at, size))) },
	}
	abi.Host = h.imports
	t.Cleanup(h.Close)
	return h
}

// Close makes room for another host. What was recorded can still be read.
func (h *Host) Close() {
	if abi.Host == h.imports {
		abi.Host = nil
	}
}

// Handle answers the plugin's calls of one operation. A call of any other fails
// with the error "no handler for binding/namespace/operation".
func (h *Host) Handle(binding, namespace, operation string, handler Handler) {
	h.handlers[address{binding, namespace, operation}] = handler
}

// Call calls the plugin as a host does. The error is a [GuestError] if the
// plugin answered with one. A handler of the host may call the plugin again.
func (h *Host) Call(operation string, payload []byte) ([]byte, error) {
	before := h.call
	defer func() { h.call = before }()
	h.call = &frame{operation: operation, payload: bytes.Clone(payload)}
	if rpc.GuestCall(uint32(len(operation)), uint32(len(payload))) != 1 {
		return nil, GuestError(h.call.guestError)
	}
	return h.call.reply, nil
}

// Calls returns the host calls that the plugin has made, the first one first.
func (h *Host) Calls() []Call { return slices.Clone(h.calls) }

// Logs returns the texts that the plugin has logged, the first one first.
func (h *Host) Logs() []string { return slices.Clone(h.logs) }

func (h *Host) guestRequest(operation, payload unsafe.Pointer) {
	write(operation, []byte(h.call.operation))
	write(payload, h.call.payload)
}

func (h *Host) hostCall(binding, namespace, operation, payload abi.Span) uint32 {
	call := Call{
		Binding:   string(read(binding.At, binding.Size)),
		Namespace: string(read(namespace.At, namespace.Size)),
		Operation: string(read(operation.At, operation.Size)),
		Payload:   read(payload.At, payload.Size),
	}
	h.calls = append(h.calls, call)
	h.call.hostReply, h.call.hostError = nil, nil
	reply, err := h.answer(call)
	if err != nil {
		h.call.hostError = []byte(err.Error())
		return 0
	}
	h.call.hostReply = bytes.Clone(reply)
	return 1
}

func (h *Host) answer(call Call) ([]byte, error) {
	handler, found := h.handlers[address{call.Binding, call.Namespace, call.Operation}]
	if !found {
		return nil, fmt.Errorf("no handler for %s/%s/%s", call.Binding, call.Namespace, call.Operation)
	}
	return handler(bytes.Clone(call.Payload))
}

// read copies size bytes that the guest points to.
func read(at unsafe.Pointer, size uint32) []byte {
	return bytes.Clone(unsafe.Slice((*byte)(at), size))
}

// write puts b where the guest points to; nothing may go to any place.
func write(at unsafe.Pointer, b []byte) {
	if len(b) > 0 {
		copy(unsafe.Slice((*byte)(at), len(b)), b)
	}
}
