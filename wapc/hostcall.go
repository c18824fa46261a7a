package wapc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// missingHandler is what a guest reads when there is no handler (WP-43).
const missingHandler = "Missing host callback function!"

// hostCall8 is __host_call with binding, namespace, operation and payload, each
// a pointer and a length.
func hostCall8(ctx context.Context, caller engine.Instance, stack []uint64) error {
	return hostCall(ctx, caller, stack, 0)
}

// hostCall6 is __host_call of March 2020, without a binding.
func hostCall6(ctx context.Context, caller engine.Instance, stack []uint64) error {
	return hostCall(ctx, caller, stack, 1)
}

// hostCall4 is __host_call of before March 2020, without a namespace either.
func hostCall4(ctx context.Context, caller engine.Instance, stack []uint64) error {
	return hostCall(ctx, caller, stack, 2)
}

// hostCall reads an invocation whose first missing names are not there, asks the
// handler, and tells the guest whether it succeeded. The last answer is
// forgotten before (WP-41).
func hostCall(ctx context.Context, caller engine.Instance, stack []uint64, missing int) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	c := in.current
	c.asked, c.hostResponse, c.hostError = true, nil, ""
	if err := in.readInvocation(c, caller, stack, missing); err != nil {
		return err
	}
	ok, err := c.ask(ctx, in.module.config.Handler)
	stack[0] = 0
	if ok {
		stack[0] = 1
	}
	return err
}

// namesOf are the arguments of __host_call in their order.
var namesOf = [...]string{"binding", "namespace", "operation"}

// readInvocation fills the call's invocation from the guest's memory. The payload
// is copied into the call's buffer (WP-49); names that are the same as in the last
// host call stay.
func (in *Instance) readInvocation(c *call, caller engine.Instance, stack []uint64, missing int) error {
	inv := &c.invocation
	memory := in.bytes(caller)
	names := [len(namesOf)]*string{&inv.Binding, &inv.Namespace, &inv.Operation}
	for i, name := range names {
		if i < missing {
			*name = ""
			continue
		}
		view, ok := slice(memory, stack[0], int(uint32(stack[1])))
		if !ok {
			return in.outside(nameHostCall, namesOf[i], stack[0], stack[1])
		}
		if *name != string(view) {
			if *name, ok = in.names[i].lookup(view); !ok {
				return notText(nameHostCall, namesOf[i], view)
			}
		}
		stack = stack[2:]
	}
	view, ok := slice(memory, stack[0], int(uint32(stack[1])))
	if !ok {
		return in.outside(nameHostCall, "payload", stack[0], stack[1])
	}
	if trap := c.moved.Move(uint64(len(view))); trap != nil {
		return trap
	}
	c.buffer = append(c.buffer[:0], view...)
	inv.Caller = bus.Caller{Plugin: in.module.config.Plugin, Instance: in.id}
	inv.Format = bus.Bytes
	inv.Payload = c.buffer
	return nil
}

// ask passes the call's invocation to the handler and keeps its answer for the
// guest. An error ends the guest's call.
func (c *call) ask(ctx context.Context, handler bus.Handler) (ok bool, err error) {
	if handler == nil {
		c.hostError = missingHandler
		return false, nil
	}
	reply, err := handler.Invoke(ctx, &c.invocation)
	switch {
	case err != nil:
		c.hostError = textOf(err)
		return false, stopped(ctx, err)
	case uint64(len(reply.Payload)) > math.MaxUint32:
		c.hostError = fmt.Sprintf("the host's reply of %d bytes is more than a guest can address", len(reply.Payload))
		return false, nil
	}
	c.hostResponse = reply.Payload
	return true, nil
}

// textOf is what a guest may read of a handler's error: of a fault its own
// text, which is meant for callers (WP-42).
func textOf(err error) string {
	var fault *bus.Fault
	text := ""
	if errors.As(err, &fault) {
		text = fault.Error()
	} else {
		text = err.Error()
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// stopped returns an error if a handler gave up because the guest's own call is
// to end, so that a guest cannot turn its deadline into an error of its own: the
// engine ends the call for its reason.
func stopped(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ctx.Err()
	}
	return nil
}

// hostResponse is __host_response(ptr): it writes the last answer of the host,
// as often as the guest asks (WP-45).
func hostResponse(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	response := in.current.hostResponse
	view, ok := slice(in.bytes(caller), stack[0], len(response))
	if !ok {
		return in.outside("__host_response", "response", stack[0], uint64(len(response)))
	}
	if trap := in.current.moved.Move(uint64(len(response))); trap != nil {
		return trap
	}
	copy(view, response)
	return nil
}

// hostResponseLen is __host_response_len() (WP-44).
func hostResponseLen(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	stack[0] = uint64(len(in.current.hostResponse))
	return nil
}

// hostError is __host_error(ptr): it writes the text of the last host call's
// failure.
func hostError(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	text := in.current.hostError
	view, ok := slice(in.bytes(caller), stack[0], len(text))
	if !ok {
		return in.outside("__host_error", "text", stack[0], uint64(len(text)))
	}
	if trap := in.current.moved.Move(uint64(len(text))); trap != nil {
		return trap
	}
	copy(view, text)
	return nil
}

// hostErrorLen is __host_error_len(), in bytes of UTF-8 (WP-42).
func hostErrorLen(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	stack[0] = uint64(len(in.current.hostError))
	return nil
}
