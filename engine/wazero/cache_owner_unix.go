//go:build unix

package wazero

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// trustOwner returns why somebody else could have written a file or folder.
func trustOwner(info fs.FileInfo) error {
	owner, ok := ownerOf(info)
	switch {
	case !ok:
		return errors.New("has no owner that is known")
	case owner != os.Geteuid():
		return fmt.Errorf("belongs to user %d, not to user %d who runs this", owner, os.Geteuid())
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("can be written by others (mode %04o); chmod go-w would mend that", info.Mode().Perm())
	}
	return nil
}

// trustParents returns why somebody else could put another folder in the place
// of the one at path: a folder above it that belongs to another user, or that
// everybody may write into and whose sticky bit is not set. Who owns the top
// folder owns the machine.
func trustParents(path string) error {
	above, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return err
	}
	top, err := os.Stat("/")
	if err != nil {
		return err
	}
	machine, _ := ownerOf(top)
	for ; ; above = filepath.Dir(above) {
		info, err := os.Stat(above)
		if err != nil {
			return err
		}
		owner, _ := ownerOf(info)
		switch {
		case owner != 0 && owner != machine && owner != os.Geteuid():
			return fmt.Errorf("folder %s, above %s, belongs to user %d", above, path, owner)
		case info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0:
			return fmt.Errorf("folder %s, above %s, can be written by everybody", above, path)
		case above == filepath.Dir(above):
			return nil
		}
	}
}

func ownerOf(info fs.FileInfo) (user int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}
