package main

import "fmt"

// The exit codes. 124 to 126 are those of timeout(1), 130 and 134 what a shell
// shows for a program that SIGINT or abort(3) ended.
const (
	exitOK        = 0
	exitGuest     = 1   // the guest answered with an error
	exitUsage     = 2   // the command line is wrong
	exitDeadline  = 124 // the deadline passed
	exitHost      = 125 // anything else on the host's side
	exitRefused   = 126 // the module was refused
	exitInterrupt = 130 // interrupted
	exitTrap      = 134 // the guest trapped
)

// A failure is an error that knows how the command ends and what to try next.
type failure struct {
	code int
	err  error
	hint string // without the word; may be empty
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// usagef is the failure of a wrong command line.
func usagef(hint, format string, args ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// An exit is how a program that was run ended: not an error, and nothing is
// said about it.
type exit uint32

func (e exit) Error() string { return fmt.Sprintf("exit status %d", uint32(e)) }
