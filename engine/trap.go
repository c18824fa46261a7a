package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A TrapKind says why a guest was ended.
type TrapKind int

// The kinds of traps.
const (
	Unreachable       TrapKind = iota + 1 // the unreachable instruction ran
	MemoryBounds                          // a load, store or bulk operation outside a memory
	TableBounds                           // a table access outside a table, or a null element called
	IntegerOverflow                       // a division or conversion whose result does not fit
	DivisionByZero                        // an integer divided by zero
	BadIndirectCall                       // an indirect call with another type than the function has
	StackOverflow                         // too deep a recursion
	UncaughtException                     // an exception that no frame caught
	UnalignedAtomic                       // an atomic access at an unaligned address
	NullReference                         // a null reference used
	OutOfFuel                             // the fuel of the call is spent
	Deadline                              // the call lasted longer than it may
	Canceled                              // the context of the call was canceled
	MemoryLimit                           // the guest needs more memory than it may have
	HostFault                             // a host function returned an error or panicked
	Exit                                  // the guest ended itself (proc_exit)
	OutOfHostBytes                        // the bytes that the call may move through host calls are spent
	BadValue                              // the guest gave a value that its contract does not allow
)

var trapTexts = [...]string{
	Unreachable:       "unreachable executed",
	MemoryBounds:      "memory access out of bounds",
	TableBounds:       "table access out of bounds",
	IntegerOverflow:   "integer overflow",
	DivisionByZero:    "integer divided by zero",
	BadIndirectCall:   "indirect call to a function of another type",
	StackOverflow:     "stack overflow",
	UncaughtException: "uncaught exception",
	UnalignedAtomic:   "unaligned atomic access",
	NullReference:     "null reference",
	OutOfFuel:         "out of fuel",
	Deadline:          "deadline exceeded",
	Canceled:          "call canceled",
	MemoryLimit:       "memory limit exceeded",
	HostFault:         "host function failed",
	Exit:              "guest exited",
	OutOfHostBytes:    "too many bytes through host calls",
	BadValue:          "bad value",
}

// String returns the kind in words.
func (k TrapKind) String() string {
	if k > 0 && int(k) < len(trapTexts) {
		return trapTexts[k]
	}
	return fmt.Sprintf("trap(%d)", int(k))
}

// A Trap is the end of a guest's call by the guest's own fault, or because it
// was stopped. It works with errors.Is and errors.As: a Trap of kind Deadline is
// a context.DeadlineExceeded, one of kind Canceled a context.Canceled, and a
// HostFault is the error that the host function returned.
type Trap struct {
	Kind TrapKind

	// Text replaces the words of Kind if it says more than they do.
	Text string

	// Err is what the host function returned, or why the call was stopped.
	Err error

	// ExitCode is what the guest gave to proc_exit; of kind Exit only.
	ExitCode uint32

	// Frames are the guest's active functions, the innermost first. There may
	// be none, and long stacks are cut.
	Frames []Frame
}

// A Frame is one active function of a guest.
type Frame struct {
	// Func is the function's index in its module, imports counted.
	Func uint32

	// Name is from the module's name section, else from an export, else empty.
	Name string

	// File and Line are where the frame is in the guest's source, if the module
	// has DWARF for it; otherwise "" and 0.
	File string
	Line int

	// Offset is where the frame is in the binary that was loaded, in bytes from
	// its start; 0 if not known.
	Offset uint64
}

// String returns the frame as in "parse (json.c:40)".
func (f Frame) String() string {
	name := f.Name
	if name == "" {
		name = fmt.Sprintf("function %d", f.Func)
	}
	switch {
	case f.File != "":
		return fmt.Sprintf("%s (%s:%d)", name, f.File, f.Line)
	case f.Offset != 0:
		return fmt.Sprintf("%s (offset 0x%x)", name, f.Offset)
	}
	return name
}

// Error returns what happened and, if known, in which function.
func (t *Trap) Error() string {
	var b strings.Builder
	b.WriteString(t.reason())
	if len(t.Frames) > 0 {
		b.WriteString(" in ")
		b.WriteString(t.Frames[0].String())
	}
	return b.String()
}

func (t *Trap) reason() string {
	text := t.Text
	if text == "" {
		text = t.Kind.String()
	}
	switch {
	case t.Kind == Exit:
		return fmt.Sprintf("%s with code %d", text, t.ExitCode)
	case t.Kind == HostFault && t.Err != nil:
		return text + ": " + t.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (t *Trap) Unwrap() error { return t.Err }

// Is reports whether the trap means the same as a context's error.
func (t *Trap) Is(target error) bool {
	switch t.Kind {
	case Deadline:
		return target == context.DeadlineExceeded
	case Canceled:
		return target == context.Canceled
	}
	return false
}

// AsTrap returns the trap that err is or wraps, or nil.
func AsTrap(err error) *Trap {
	var trap *Trap
	if errors.As(err, &trap) {
		return trap
	}
	return nil
}

// HostTrap returns what an adapter ends a call with when a host function
// returned err: err itself if it is a trap of this guest's, else a HostFault
// that wraps it. A trap deeper inside err is another guest's.
func HostTrap(err error) *Trap {
	if trap, ok := err.(*Trap); ok {
		return trap
	}
	return &Trap{Kind: HostFault, Err: err}
}
