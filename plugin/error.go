package plugin

import (
	"fmt"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// The errors that a caller may want to tell apart. They are faults of the bus,
// so that they keep their code when they travel.
var (
	// ErrClosed is the error of calls after Close.
	ErrClosed error = &bus.Fault{Code: bus.Unavailable, Text: "the plugin is closed"}

	// ErrOverloaded is the error of calls that found the queue full, and every
	// [*BudgetError].
	ErrOverloaded error = &bus.Fault{Code: bus.Overloaded, Text: "too many calls wait for an instance"}

	// ErrHeld is the error of calls that would have to wait for themselves: they
	// were made, directly or not, by a handler that an instance of the same
	// plugin waits for.
	ErrHeld error = &bus.Fault{Code: bus.Overloaded, Text: "every instance is in use, and one is held by its own call chain"}
)

// An Error is what a plugin's methods return: what went wrong, and where.
type Error struct {
	// Plugin is the name under which the plugin was loaded.
	Plugin string

	// Operation is the operation that was called; empty when the error is of
	// the plugin as a whole.
	Operation string

	// Waited is how long the call waited for an instance before it began: that
	// much less of its time was the guest's. It is 0 if one was free, and if the
	// call never began.
	Waited time.Duration

	// Err is the cause.
	Err error
}

// Error returns the path from outside in, as in "greet.wasm: greet: cause".
func (e *Error) Error() string {
	text := e.Err.Error()
	if e.Operation != "" {
		text = e.Operation + ": " + text
	}
	if e.Plugin != "" {
		text = e.Plugin + ": " + text
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// As gives a trap as a [*bus.Fault], so that it has a code on the bus: the guest's
// fault, the host's own if a handler panicked or failed, or what stopped the
// call.
func (e *Error) As(target any) bool {
	fault, wanted := target.(**bus.Fault)
	if !wanted {
		return false
	}
	trap := engine.AsTrap(e.Err)
	if trap == nil {
		return false
	}
	*fault = &bus.Fault{Code: codeOf(trap), Text: e.Error()}
	return true
}

func codeOf(trap *engine.Trap) bus.Code {
	switch trap.Kind {
	case engine.Deadline:
		return bus.DeadlineExceeded
	case engine.Canceled:
		return bus.Canceled
	case engine.HostFault:
		return bus.Internal
	}
	return bus.GuestFault
}

// An InstanceError says that a call waited for an instance and none could be
// made. The guest was not called.
type InstanceError struct {
	// Err is why: a trap of an initializer, a [*BudgetError] or another.
	Err error
}

// Error returns the cause's text.
func (e *InstanceError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InstanceError) Unwrap() error { return e.Err }

// A waitError is the end of a wait by its context.
type waitError struct {
	err     error // of the context
	meaning string
}

func (e *waitError) Error() string { return e.err.Error() + " " + e.meaning }

func (e *waitError) Unwrap() error { return e.err }

// closing adds to err what went wrong while something was closed after it.
func closing(err, closed error) error {
	switch {
	case closed == nil:
		return err
	case err == nil:
		return closed
	}
	return fmt.Errorf("%w; then %w", err, closed)
}
