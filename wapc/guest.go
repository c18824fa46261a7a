package wapc

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/engine"
)

// errForeign ends a call from an instance that this package did not make.
var errForeign = errors.New("the caller is not a waPC guest")

// guestRequest is __guest_request(operation, payload): it writes the running
// call's request, the payload first (WP-21). Without a request, in an
// initializer, it writes nothing (WP-10).
func guestRequest(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	c, memory := in.current, in.bytes(caller)
	if len(c.payload) > 0 {
		view, ok := slice(memory, stack[1], len(c.payload))
		if !ok {
			return in.outside("__guest_request", "payload", stack[1], uint64(len(c.payload)))
		}
		copy(view, c.payload)
	}
	if c.operation != "" {
		view, ok := slice(memory, stack[0], len(c.operation))
		if !ok {
			return in.outside("__guest_request", "operation", stack[0], uint64(len(c.operation)))
		}
		copy(view, c.operation)
	}
	return nil
}

// guestResponse is __guest_response(ptr, len): it copies the reply to where the
// caller wants it. The last reply of a call counts (WP-24).
func guestResponse(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	view, ok := slice(in.bytes(caller), stack[0], int(uint32(stack[1])))
	if !ok {
		return in.outside("__guest_response", "reply", stack[0], stack[1])
	}
	c := in.current
	c.response = append(c.response[:c.base], view...)
	c.responded = true
	return nil
}

// guestError is __guest_error(ptr, len): the text of why the call failed. The
// last text of a call counts; it does not unsay a reply (WP-24).
func guestError(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	text, err := in.text(caller, "__guest_error", stack)
	if err != nil {
		return err
	}
	in.current.guestError = string(text)
	in.current.failed = true
	return nil
}

// consoleLog is __console_log(ptr, len): a text for the log, delivered before
// the guest goes on (WP-51, WP-52).
func consoleLog(ctx context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	text, err := in.text(caller, "__console_log", stack)
	if err != nil {
		return err
	}
	if log := in.module.config.Log; log != nil {
		log(ctx, in.id, string(text))
	}
	return nil
}

// text returns a view of the text that a function was called with: a pointer
// and a length in bytes.
func (in *Instance) text(caller engine.Instance, function string, stack []uint64) ([]byte, error) {
	view, ok := slice(in.bytes(caller), stack[0], int(uint32(stack[1])))
	if !ok {
		return nil, in.outside(function, "text", stack[0], stack[1])
	}
	if !utf8.Valid(view) {
		return nil, notText(function, "text", view)
	}
	if trap := in.current.moved.Move(uint64(len(view))); trap != nil {
		return nil, trap
	}
	return view, nil
}
