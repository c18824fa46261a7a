//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package wazero

import (
	"errors"
	"os"
)

// waitLock fails: there are no locks here that would go with a process.
func waitLock(*os.File) error { return errors.ErrUnsupported }

// tryLock fails as waitLock does.
func tryLock(*os.File) error { return errors.ErrUnsupported }
