package wapc

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// A call is the state of one call into a guest. An instance keeps its calls for
// reuse; each level of nesting has its own (WP-50). The one at the bottom has no
// request: it is what initializers run in.
type call struct {
	operation string
	payload   []byte
	slots     [2]uint64

	response  []byte // the caller's dst, and what the guest answered from base on
	base      int
	responded bool

	guestError string
	failed     bool

	asked        bool   // the guest made a host call
	hostResponse []byte // the handler's; at most one of these two is set
	hostError    string

	moved      engine.HostBytes
	invocation bus.Invocation
	buffer     []byte // of the invocation's payload
}

// keepBuffer is the size in bytes of the largest payload buffer that waits for
// the next call.
const keepBuffer = 1 << 20

// run makes the call.
func (c *call) run(ctx context.Context, guestCall engine.Func) ([]byte, error) {
	c.slots = [2]uint64{uint64(len(c.operation)), uint64(len(c.payload))}
	if err := guestCall.Call(ctx, c.slots[:]); err != nil {
		return nil, c.ended("", err)
	}
	return c.outcome(uint32(c.slots[0]) != 0)
}

// outcome is what the call came to, given whether the guest says that it
// succeeded: table A.4.1.
func (c *call) outcome(success bool) ([]byte, error) {
	switch {
	case success && c.responded:
		return c.response, nil
	case c.failed:
		return nil, &GuestError{Text: c.guestError}
	case success:
		return c.response, nil
	}
	return nil, &GuestError{}
}

// ended is the error of a call that err ended; initializer is "" or what it was
// instead of a call.
func (c *call) ended(initializer string, err error) error {
	switch {
	case engine.AsTrap(err) != nil:
		return &TrapError{Initializer: initializer, Text: c.guestError, Err: err}
	case initializer != "":
		return fmt.Errorf("%s: %w", initializer, err)
	}
	return err
}

// reset makes c ready for the next call and lets go of what others own.
func (c *call) reset() {
	c.operation, c.payload = "", nil
	c.response, c.responded = nil, false
	if c.failed {
		c.guestError, c.failed = "", false
	}
	if c.asked {
		c.forget()
	}
}

// forget lets go of the last host call. Its names stay if they are short: they
// are likely to come again.
func (c *call) forget() {
	c.asked = false
	c.hostResponse, c.hostError = nil, ""
	inv := &c.invocation
	inv.Payload = nil
	if len(inv.Binding)+len(inv.Namespace)+len(inv.Operation) > len(namesOf)*maxName {
		inv.Binding, inv.Namespace, inv.Operation = "", "", ""
	}
	if cap(c.buffer) > keepBuffer {
		c.buffer = nil
	}
}
