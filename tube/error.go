package tube

import (
	"errors"
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// The errors of an instance that is not in a state for what was asked of it.
var (
	// ErrClosed is the error of a call after Close.
	ErrClosed = errors.New("the instance is closed")

	// ErrBusy is the error of using an instance from within its own call.
	ErrBusy = errors.New("the instance is in a call")
)

// A GuestError is a guest's own answer that the call failed. The instance stays
// usable.
type GuestError struct {
	// Text is what the guest says; empty if it says nothing.
	Text string
}

// Error returns the guest's text.
func (e *GuestError) Error() string {
	if e.Text == "" {
		return "the guest reports failure and gives no reason"
	}
	return "guest error: " + e.Text
}

// A MissingError says that the guest has no function of that name.
type MissingError struct {
	// Function is what was asked for.
	Function string

	// Nearest is the function that may have been meant; empty if none is close.
	Nearest string

	// Exists are the functions that there are, in the order of the binary.
	Exists []string
}

// Error names what there is.
func (e *MissingError) Error() string {
	const most = 8
	var b strings.Builder
	fmt.Fprintf(&b, "the guest exports no function %q", cut(e.Function))
	if e.Nearest != "" {
		fmt.Fprintf(&b, "; did you mean %q?", cut(e.Nearest))
	}
	b.WriteString(" There is ")
	for i, name := range e.Exists {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(e.Exists)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(cut(name))
	}
	return b.String()
}

// cut bounds what a name adds to a text.
func cut(name string) string {
	const most = 64
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}

// A SignatureError says that a function cannot be called as it was.
type SignatureError struct {
	Function string

	// Type is the function's type.
	Type engine.FuncType

	// Extra is how many arguments the call had after index and length.
	Extra int

	// Reason says more when the number of arguments is right; empty otherwise.
	Reason string

	contract bool // the type is one of the contract
}

// Error says what the function's type is and what the call had.
func (e *SignatureError) Error() string {
	text := fmt.Sprintf("function %s has type %v", cut(e.Function), e.Type)
	switch {
	case !e.contract:
		return text + "; tube guests are called by functions (i32, i32, …) -> (i32) or (i64)"
	case e.Reason != "":
		return text + ": " + e.Reason
	}
	return fmt.Sprintf("%s: it takes %s after index and length, and the call has %d", text, arguments(len(e.Type.Params)-2), e.Extra)
}

func arguments(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// A SizeError says that a payload does not fit into the guest.
type SizeError struct {
	// Size is the payload's, in bytes, and Index where it was to lie.
	Size  uint64
	Index uint32

	// Memory is the size of the guest's memory in bytes, which could not grow to
	// what is needed.
	Memory uint64
}

// Error says what does not fit where.
func (e *SizeError) Error() string {
	return fmt.Sprintf("a payload of %d bytes at index %d does not fit: the guest's memory has %d bytes and cannot grow so far",
		e.Size, e.Index, e.Memory)
}

// An AllocError says that a guest's allocator gave no place for a payload, or
// one outside of its memory; then it wraps an [*engine.Trap].
type AllocError struct {
	// Allocator is the function that was asked, as "tube_alloc".
	Allocator string

	// Size is how many bytes were asked for, and Pointer what was answered; 0
	// means that the guest had none.
	Size    uint32
	Pointer uint32

	trap *engine.Trap
}

// Error says what was asked and answered.
func (e *AllocError) Error() string {
	if e.trap != nil {
		return e.trap.Error()
	}
	return fmt.Sprintf("%s: the guest has no %d bytes for the payload", e.Allocator, e.Size)
}

// Unwrap returns the trap, if it is one.
func (e *AllocError) Unwrap() error { return unwrap(e.trap) }

// A LengthError says that a guest returned a length that no reply can have. One
// that is beyond the memory wraps an [*engine.Trap]: the guest has lost count,
// and its instance is not to be used again.
type LengthError struct {
	Function string

	// Length is what the guest returned.
	Length int64

	trap *engine.Trap
}

// Error says what is wrong with the length.
func (e *LengthError) Error() string {
	if e.trap != nil {
		return e.trap.Error()
	}
	return fmt.Sprintf("the guest returned %d, which is not the length of a reply", e.Length)
}

// Unwrap returns the trap, if it is one.
func (e *LengthError) Unwrap() error { return unwrap(e.trap) }

func unwrap(trap *engine.Trap) error {
	if trap == nil {
		return nil
	}
	return trap
}

// outside is the trap of a guest that named bytes which are not in its memory.
func outside(memory engine.Memory, what string, pointer, size uint32) *engine.Trap {
	return &engine.Trap{
		Kind: engine.MemoryBounds,
		Text: fmt.Sprintf("%s: %d bytes at 0x%x are not within the guest's memory of %d bytes", what, size, pointer, len(memory.Bytes())),
	}
}
