package wapc

import (
	"context"
	"fmt"
	"math"

	"github.com/patchbay-go/patchbay/engine"
)

// MaxNesting is how many calls may be under way in one instance: a handler may
// call the instance that called it (WP-50), but not for ever.
const MaxNesting = 64

// An Instance is one instance of a guest, its initializers done. One goroutine
// at a time uses it. A guest that failed in an orderly way stays usable, and
// keeps its memory from call to call (WP-26); after a trap the memory is in
// whatever state the guest left it, and the instance should be closed.
type Instance struct {
	module *Module
	id     uint64

	core      engine.Instance
	memory    engine.Memory // nil until first used, or if there is none
	guestCall engine.Func

	current *call
	depth   int     // of current in calls
	calls   []*call // calls[0] is that of the initializers
	names   [len(namesOf)]nameTable
	closed  bool
}

// ID returns the number that handlers and logs know the instance by (WP-60).
func (in *Instance) ID() uint64 { return in.id }

// Call calls the guest and returns its reply in a slice of its own. See
// [Instance.CallAppend].
func (in *Instance) Call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	return in.CallAppend(ctx, nil, operation, payload)
}

// CallAppend calls the guest and returns dst with the reply appended. Operation
// and payload may be empty (WP-20); the payload is only read, and it must not
// overlap the free part of dst. If dst has room for the reply the call
// allocates nothing, and each payload is copied once.
//
// A guest that answers with an error makes a [*GuestError], one that traps or
// is stopped a [*TrapError], an instance that was closed [ErrClosed]; dst is then
// returned as it was, but the bytes after its end may have changed.
//
// A handler may call the instance whose call it serves, up to [MaxNesting]
// calls deep.
func (in *Instance) CallAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	if in.closed || in.depth >= MaxNesting || uint64(len(operation)|len(payload)) > math.MaxUint32 {
		return dst, in.refusal(operation, payload)
	}
	depth := in.depth
	c := in.enter(depth + 1)
	c.operation, c.payload = operation, payload
	c.moved.Begin(in.module.config.HostBytes)
	c.response, c.base = dst, len(dst)
	reply, err := c.run(ctx, in.guestCall)
	c.reset()
	in.leave(depth)
	if err != nil {
		return dst, err
	}
	return reply, nil
}

// refusal says why a call cannot begin.
func (in *Instance) refusal(operation string, payload []byte) error {
	switch {
	case in.closed:
		return ErrClosed
	case in.depth >= MaxNesting:
		return ErrNesting
	}
	return fmt.Errorf("an operation of %d bytes with a payload of %d bytes is more than a guest can address",
		len(operation), len(payload))
}

// enter makes the call at depth the current one.
func (in *Instance) enter(depth int) *call {
	if depth == len(in.calls) {
		in.calls = append(in.calls, new(call))
	}
	in.depth = depth
	in.current = in.calls[depth]
	return in.current
}

// leave makes the call at depth the current one again.
func (in *Instance) leave(depth int) {
	in.depth = depth
	in.current = in.calls[depth]
}

// MemorySize returns the size of the guest's memory in bytes (WP-30).
func (in *Instance) MemorySize() uint64 {
	if in.closed {
		return 0
	}
	return uint64(len(in.bytes(in.core)))
}

// Spent returns how many units of fuel the guest's code has spent since the
// instance was made, its initializers included, or 0 if the engine does not
// count them (see [engine.Metered]).
func (in *Instance) Spent() uint64 {
	if metered, ok := in.core.(engine.Metered); ok {
		return metered.Spent()
	}
	return 0
}

// Close frees the instance. Calls after it fail with [ErrClosed]; to close again
// does nothing (WP-29). A handler cannot close the instance whose call it
// serves.
func (in *Instance) Close(ctx context.Context) error {
	switch {
	case in.closed:
		return nil
	case in.depth > 0:
		return ErrBusy
	}
	in.closed = true
	in.memory, in.guestCall, in.calls = nil, nil, nil
	return in.core.Close(ctx)
}
