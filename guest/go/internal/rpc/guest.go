// Package rpc speaks the waPC protocol for a guest: it finds the handler of an
// operation, runs it and hands over what it returns, and it calls the host.
package rpc

import (
	"unsafe"

	"github.com/patchbay-go/patchbay/guest/go/internal/abi"
)

// A Handler answers one operation. The payload is the handler's to keep.
type Handler = func(payload []byte) ([]byte, error)

// What the host's call may return.
const (
	failure = 0
	success = 1
)

// guest is the module's own state. A module has one entry for all operations,
// so there is one table of them.
var guest struct {
	handlers map[string]Handler

	// reply is what was handed over last. Some hosts read it after the call has
	// returned, so it must not be collected before the next one.
	reply []byte
}

// Register makes handler answer operation, in place of the one before.
func Register(operation string, handler Handler) {
	if handler == nil {
		panic("wapc: register " + operation + ": the handler is nil")
	}
	if guest.handlers == nil {
		guest.handlers = make(map[string]Handler)
	}
	guest.handlers[operation] = handler
}

// GuestCall is what the host calls, with the sizes of what it has in store. A
// handler that calls the host may be called again before it returns.
func GuestCall(operationSize, payloadSize uint32) uint32 {
	operation := make([]byte, operationSize)
	payload := make([]byte, payloadSize)
	abi.GuestRequest(at(operation), at(payload))

	handler, found := guest.handlers[string(operation)]
	if !found {
		return fail(`Could not find function "` + string(operation) + `"`)
	}
	reply, err := handler(payload)
	if err != nil {
		return fail(err.Error())
	}
	guest.reply = reply
	abi.GuestResponse(at(reply), uint32(len(reply)))
	return success
}

func fail(text string) uint32 {
	abi.GuestError(atString(text), uint32(len(text)))
	return failure
}

func at(b []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b)) }

func atString(s string) unsafe.Pointer { return unsafe.Pointer(unsafe.StringData(s)) }
