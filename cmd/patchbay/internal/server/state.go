package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/patchbay-go/patchbay/internal/filelock"
)

// holdState makes a state folder and keeps other servers from it until what it
// returns is closed: two would overwrite each other's record of versions. Where the
// system has no locks nothing keeps them.
func holdState(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	switch err := filelock.Try(f); {
	case errors.Is(err, filelock.ErrLocked):
		return nil, errors.Join(fmt.Errorf("%s: another server uses it", folder), f.Close())
	case err != nil && !errors.Is(err, errors.ErrUnsupported):
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
