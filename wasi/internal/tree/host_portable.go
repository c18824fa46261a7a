//go:build !linux && !darwin

package tree

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// What follows does with os.Root alone. Between two directories that were opened
// apart nothing can be linked or moved, and the times of a symbolic link cannot
// be set.

const (
	openFlags     = 0
	directoryFlag = 0
	appendFlag    = false
)

func (d *Dir) mkdir(name string) error { return inside(d.root.Mkdir(name, 0o777)) }

func (d *Dir) rmdir(name string) error {
	info, err := d.statRoot(name, false)
	switch {
	case err != nil:
		return err
	case !info.Mode.IsDir():
		return syscall.ENOTDIR
	}
	return inside(d.root.Remove(name))
}

func (d *Dir) unlink(name string) error {
	info, err := d.statRoot(name, false)
	switch {
	case err != nil:
		return err
	case info.Mode.IsDir():
		return syscall.EISDIR
	}
	return inside(d.root.Remove(name))
}

func (d *Dir) symlink(target, name string) error { return inside(d.root.Symlink(target, name)) }

func (d *Dir) link(oldName string, to *Dir, newName string) error {
	if d.root != to.root {
		return syscall.EXDEV
	}
	if info, err := d.statRoot(oldName, false); err == nil && info.Mode.IsDir() {
		return syscall.EPERM
	}
	return inside(d.root.Link(oldName, newName))
}

func (d *Dir) rename(oldName string, to *Dir, newName string) error {
	if d.root != to.root {
		return syscall.EXDEV
	}
	return inside(d.root.Rename(oldName, newName))
}

func (d *Dir) setTimes(name string, access, modify time.Time) error {
	info, err := d.statRoot(name, false)
	switch {
	case err != nil:
		return err
	case info.Mode&fs.ModeSymlink != 0:
		return syscall.ENOTSUP
	}
	return inside(d.root.Chtimes(name, access, modify))
}

func writeAt(f *os.File, p []byte, offset int64) (int, error) { return f.WriteAt(p, offset) }

func setAppend(*os.File, bool) error { return nil }

func allocate(*os.File, int64, int64) error { return syscall.ENOTSUP }

func dataSync(f *os.File) error { return f.Sync() }

// syncDir does nothing: directories cannot be synced.
func syncDir(*os.File) error { return nil }
