package supervise

import (
	"errors"
	"fmt"
)

// The errors that a caller may want to tell apart.
var (
	// ErrIntensity is why a supervisor gave up: too many restarts in too short a
	// time.
	ErrIntensity = errors.New("restart intensity reached")

	// ErrShutdown is the cause of the end of a child's context.
	ErrShutdown = errors.New("stopped by its supervisor")

	// ErrStartTimeout is the failure of a child that did not start in time.
	ErrStartTimeout = errors.New("did not start in time")

	// ErrAbandoned says that a child had not returned when its supervisor did.
	ErrAbandoned = errors.New("did not stop and was abandoned")

	// ErrNotRunning is the error of the methods on children while the supervisor
	// does not run.
	ErrNotRunning = errors.New("the supervisor does not run")

	// ErrRunning is the error of what needs something not to run: a child, or the
	// supervisor itself.
	ErrRunning = errors.New("is running")

	// ErrWaiting is the error of what cannot be done to a child that is to be
	// restarted.
	ErrWaiting = errors.New("waits to be restarted")

	// ErrPresent says that a child of that name exists.
	ErrPresent = errors.New("a child of that name exists")

	// ErrNotFound says that no child of that name exists.
	ErrNotFound = errors.New("no child of that name")

	// ErrSpec says that a Child is not complete.
	ErrSpec = errors.New("a child needs a name and a function to run")
)

var errGoexit = errors.New("its goroutine exited (runtime.Goexit)")

// An Error is what a supervisor's methods return: what went wrong, and where.
type Error struct {
	// Supervisor is the supervisor's name; it may be empty.
	Supervisor string

	// Child is the name of the child that it is about; empty if it is about none.
	Child string

	// Err is the cause.
	Err error
}

// Error returns the path from outside in, as in "plugins: greet: cause".
func (e *Error) Error() string {
	text := e.Err.Error()
	if e.Child != "" {
		text = e.Child + ": " + text
	}
	if e.Supervisor != "" {
		text = e.Supervisor + ": " + text
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A PanicError is the failure of a child that panicked.
type PanicError struct {
	Value any    // what it panicked with
	Stack []byte // of its goroutine, as runtime/debug.Stack gives it
}

// Error says what it panicked with; the stack is not part of it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns Value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
