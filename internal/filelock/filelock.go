// Package filelock locks files against other processes, and against other openings
// of the file in this one.
//
// A lock goes with the opening that took it: it ends when that is closed, and when
// the process does, however that ends. Where the system has no such locks the
// functions fail with [errors.ErrUnsupported].
package filelock

import (
	"errors"
	"os"
)

// Wait locks the file as soon as nobody else has it locked, until f is closed.
func Wait(f *os.File) error { return lock(f, true) }

// Try locks the file until f is closed, or fails with [ErrLocked] when somebody
// else has it locked.
func Try(f *os.File) error { return lock(f, false) }

// ErrLocked is the error of Try on a file that somebody else has locked.
var ErrLocked = errors.New("somebody else has the file locked")
