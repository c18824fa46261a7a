package wapc

import (
	"errors"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// The errors of an instance that is not in a state for what was asked of it.
var (
	// ErrClosed is the error of a call after Close.
	ErrClosed = errors.New("the instance is closed")

	// ErrBusy is the error of closing an instance from within its own call.
	ErrBusy = errors.New("the instance is in a call")

	// ErrNesting is the error of a call that would be one too many within
	// others of the same instance.
	ErrNesting = errors.New("too many calls within calls of the same instance")
)

// A GuestError is a guest's own answer that the call failed. The instance stays
// usable.
type GuestError struct {
	// Text is what the guest handed over; empty if it said nothing.
	Text string
}

// Error returns the guest's text.
func (e *GuestError) Error() string {
	if e.Text == "" {
		return "the guest reports failure and set no error text"
	}
	return "guest error: " + e.Text
}

// A TrapError is the end of a call or of an initializer by a trap. It wraps the
// [*engine.Trap].
type TrapError struct {
	// Initializer is which initializer it was, or "start function"; empty in a
	// call.
	Initializer string

	// Text is the error text that the guest had handed over before it trapped;
	// empty if there was none (WP-27).
	Text string

	// Err is the trap.
	Err error
}

// Error says what ended the guest, where, and what the guest said before. The
// words for a deadline are those that callers of other hosts match on (WP-66).
func (e *TrapError) Error() string {
	var b strings.Builder
	if e.Initializer != "" {
		b.WriteString(e.Initializer + ": ")
	}
	trap := engine.AsTrap(e.Err)
	if trap != nil && trap.Kind == engine.Deadline {
		e.writeDeadline(&b, trap)
	} else {
		b.WriteString(e.Err.Error())
	}
	if e.Text != "" {
		b.WriteString("; the guest said: " + e.Text)
	}
	return b.String()
}

func (e *TrapError) writeDeadline(b *strings.Builder, trap *engine.Trap) {
	text := trap.Text
	if text == "" {
		text = trap.Kind.String()
	}
	subject := "guest code"
	if e.Initializer != "" {
		subject = e.Initializer + " init"
	}
	b.WriteString(text + ": " + subject + " interrupted, execution deadline exceeded")
	if len(trap.Frames) > 0 {
		b.WriteString(", in " + trap.Frames[0].String())
	}
}

// Unwrap returns Err.
func (e *TrapError) Unwrap() error { return e.Err }
