package tree

import (
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Mkdir makes a directory.
func (d *Dir) Mkdir(name string) error {
	if err := d.checkWrite(name); err != nil {
		return err
	}
	return d.mkdir(name)
}

// Rmdir removes an empty directory.
func (d *Dir) Rmdir(name string) error {
	if err := d.checkWrite(name); err != nil {
		return err
	}
	return d.rmdir(name)
}

// Unlink removes a file that is not a directory.
func (d *Dir) Unlink(name string) error {
	if err := d.checkWrite(name); err != nil {
		return err
	}
	if strings.HasSuffix(name, "/") {
		return d.notFile(name)
	}
	return d.unlink(name)
}

// notFile returns why what a path with a slash at its end names is no file.
func (d *Dir) notFile(name string) error {
	info, err := d.statRoot(strings.TrimRight(name, "/"), false)
	switch {
	case err != nil:
		return err
	case info.Mode.IsDir():
		return syscall.EISDIR
	}
	return syscall.ENOTDIR
}

// Symlink makes a symbolic link at name that leads to target. The target must
// be relative, but what is there is only looked at when the link is followed.
func (d *Dir) Symlink(target, name string) error {
	if err := d.checkWrite(name); err != nil {
		return err
	}
	if target == "" {
		return syscall.ENOENT
	}
	if err := checkPath(target); err != nil {
		return err
	}
	if absolute(target) {
		return ErrOutside
	}
	if strings.HasSuffix(name, "/") {
		return d.taken(name)
	}
	return d.symlink(target, name)
}

// taken returns why nothing but a directory can be made at a path with a slash
// at its end.
func (d *Dir) taken(name string) error {
	info, err := d.statRoot(strings.TrimRight(name, "/"), false)
	switch {
	case err != nil:
		return err
	case info.Mode.IsDir():
		return syscall.EEXIST
	}
	return syscall.ENOTDIR
}

// Link makes newName in to another name of the file at oldName, which is not
// followed if it is a symbolic link. Both trees must be writable: else a guest
// could link a file that it may read to where it may write.
func (d *Dir) Link(oldName string, to *Dir, newName string) error {
	if err := d.checkWrite(oldName); err != nil {
		return err
	}
	if err := to.checkWrite(newName); err != nil {
		return err
	}
	if strings.HasSuffix(newName, "/") {
		return to.taken(newName)
	}
	if strings.HasSuffix(oldName, "/") {
		if err := d.notFile(oldName); err != syscall.EISDIR {
			return err
		}
		return syscall.EPERM
	}
	return d.link(oldName, to, newName)
}

// Rename moves the file at oldName to newName in to, over a file that is there
// or an empty directory.
func (d *Dir) Rename(oldName string, to *Dir, newName string) error {
	if err := d.checkWrite(oldName); err != nil {
		return err
	}
	if err := to.checkWrite(newName); err != nil {
		return err
	}
	if strings.HasSuffix(oldName, "/") || strings.HasSuffix(newName, "/") {
		if err := d.notFile(strings.TrimRight(oldName, "/")); err != syscall.EISDIR {
			return err
		}
	}
	return d.rename(oldName, to, newName)
}

// SetTimes changes the times of the file at name, or of what a symbolic link
// there leads to if follow is set; a zero time leaves one as it is.
func (d *Dir) SetTimes(name string, follow bool, access, modify time.Time) error {
	if err := d.checkWrite(name); err != nil {
		return err
	}
	if follow || strings.HasSuffix(name, "/") {
		return inside(d.root.Chtimes(name, access, modify))
	}
	return d.setTimes(name, access, modify)
}

// SetOwnTimes changes the times of the directory itself.
func (d *Dir) SetOwnTimes(access, modify time.Time) error {
	if !d.writable {
		return syscall.EROFS
	}
	return inside(d.root.Chtimes(".", access, modify))
}

// Sync brings the directory's entries to the device.
func (d *Dir) Sync() error {
	if d.fsys != nil {
		return nil
	}
	self, err := d.file()
	if err != nil {
		return err
	}
	return syncDir(self)
}

// absolute reports whether target would be absolute on the host.
func absolute(target string) bool {
	return strings.HasPrefix(target, "/") || filepath.IsAbs(target) || filepath.VolumeName(target) != "" ||
		filepath.Separator == '\\' && strings.HasPrefix(target, `\`)
}
