package bus

import (
	"context"
	"errors"
	"fmt"
)

// A Code says what kind of fault an invocation ended with. The set is closed:
// codes cross wires and become numbers in guests.
type Code uint8

// The codes. Their numbers do not change.
const (
	OK               Code = 0  // no fault
	Unknown          Code = 1  // an error without a code
	Canceled         Code = 2  // the caller gave up
	DeadlineExceeded Code = 3  // it lasted too long
	NotFound         Code = 4  // nobody answers to this name
	InvalidArgument  Code = 5  // the payload is not what the operation takes
	Denied           Code = 6  // the caller may not ask this
	Overloaded       Code = 7  // a queue or budget is full; later may do
	Unavailable      Code = 8  // whoever answers is not there now; later may do
	GuestFault       Code = 9  // the guest that answers trapped
	Internal         Code = 10 // the host's own fault
)

var codeNames = [...]string{
	OK:               "ok",
	Unknown:          "unknown",
	Canceled:         "canceled",
	DeadlineExceeded: "deadline exceeded",
	NotFound:         "not found",
	InvalidArgument:  "invalid argument",
	Denied:           "denied",
	Overloaded:       "overloaded",
	Unavailable:      "unavailable",
	GuestFault:       "guest fault",
	Internal:         "internal",
}

// String returns the code in words.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("code(%d)", uint8(c))
}

// A Fault is an unsuccessful answer.
type Fault struct {
	Code Code

	// Text is for the caller, who may be a guest: it holds nothing that the
	// caller must not know. If it is empty the code's words stand in.
	Text string

	// Err is the cause, for the host's own eyes.
	Err error
}

// Faultf returns a fault with a formatted text; %w keeps the cause.
func Faultf(code Code, format string, args ...any) *Fault {
	err := fmt.Errorf(format, args...)
	return &Fault{Code: code, Text: err.Error(), Err: errors.Unwrap(err)}
}

// Error returns the text, or the code's words.
func (f *Fault) Error() string {
	if f.Text != "" {
		return f.Text
	}
	return f.Code.String()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Is reports whether target is a fault of the same code without a text, or the
// context error that means the same.
func (f *Fault) Is(target error) bool {
	switch target {
	case context.Canceled:
		return f.Code == Canceled
	case context.DeadlineExceeded:
		return f.Code == DeadlineExceeded
	}
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code && other.Text == ""
}

// CodeOf returns the code that err carries: OK for nil, a fault's own code, the
// code of a context's error, else Unknown.
func CodeOf(err error) Code {
	var fault *Fault
	switch {
	case err == nil:
		return OK
	case errors.As(err, &fault):
		return fault.Code
	case errors.Is(err, context.DeadlineExceeded):
		return DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return Canceled
	}
	return Unknown
}
