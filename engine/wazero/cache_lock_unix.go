//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package wazero

import (
	"os"

	"golang.org/x/sys/unix"
)

// waitLock locks the file for this process as soon as nobody else has it
// locked, until it is closed.
func waitLock(f *os.File) error { return flock(f, unix.LOCK_EX) }

// tryLock locks the file, or fails when somebody else has it locked.
func tryLock(f *os.File) error { return flock(f, unix.LOCK_EX|unix.LOCK_NB) }

func flock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); err != unix.EINTR {
			return err
		}
	}
}
