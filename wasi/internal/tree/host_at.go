//go:build linux || darwin

package tree

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// openFlags are set whenever a file is opened: a pipe or a device that somebody
// put into the tree must not hold up the host.
const openFlags = syscall.O_NONBLOCK

// directoryFlag makes sure that only a directory is opened.
const directoryFlag = syscall.O_DIRECTORY

// appendFlag says that the host appends by itself, at once with others.
const appendFlag = true

func (d *Dir) statRoot(name string, follow bool) (Info, error) {
	stat := d.root.Lstat
	if follow {
		stat = d.root.Stat
	}
	fi, err := stat(name)
	if err != nil {
		return Info{}, inside(err)
	}
	return describe(fi, name), nil
}

func fileInfo(f *os.File) (Info, error) {
	fi, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	return describe(fi, f.Name()), nil
}

// at runs do with the open directory that holds the last element of name, and
// with that element, which has no slash and is not "..".
func (d *Dir) at(name string, do func(dir int, last string) error) error {
	dir, last, _ := split(name)
	f, err := d.file()
	if err == nil && dir != "" {
		f, err = d.root.OpenFile(dir, openFlags|directoryFlag, 0)
		if err == nil {
			defer f.Close()
		}
	}
	if err != nil {
		return inside(err)
	}
	return control(f, func(fd int) error { return do(fd, last) })
}

// control runs do with the host's descriptor of f, again if a signal came in
// between.
func control(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			if result = do(int(fd)); result != unix.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return result
}

func (d *Dir) mkdir(name string) error {
	return d.at(name, func(dir int, last string) error { return unix.Mkdirat(dir, last, 0o777) })
}

func (d *Dir) rmdir(name string) error {
	return d.at(name, func(dir int, last string) error { return unix.Unlinkat(dir, last, unix.AT_REMOVEDIR) })
}

// unlink says EISDIR for a directory everywhere; POSIX says EPERM.
func (d *Dir) unlink(name string) error {
	err := d.at(name, func(dir int, last string) error { return unix.Unlinkat(dir, last, 0) })
	if err == unix.EPERM {
		if info, statErr := d.statRoot(name, false); statErr == nil && info.Mode.IsDir() {
			return unix.EISDIR
		}
	}
	return err
}

func (d *Dir) symlink(target, name string) error {
	return d.at(name, func(dir int, last string) error { return unix.Symlinkat(target, dir, last) })
}

func (d *Dir) link(oldName string, to *Dir, newName string) error {
	return d.at(oldName, func(oldDir int, oldLast string) error {
		return to.at(newName, func(newDir int, newLast string) error {
			return unix.Linkat(oldDir, oldLast, newDir, newLast, 0)
		})
	})
}

func (d *Dir) rename(oldName string, to *Dir, newName string) error {
	return d.at(oldName, func(oldDir int, oldLast string) error {
		return to.at(newName, func(newDir int, newLast string) error {
			return unix.Renameat(oldDir, oldLast, newDir, newLast)
		})
	})
}

// setTimes changes the times of name and does not follow a symbolic link.
func (d *Dir) setTimes(name string, access, modify time.Time) error {
	return d.at(name, func(dir int, last string) error {
		times, err := timespecs(access, modify)
		if err != nil {
			return err
		}
		return unix.UtimesNanoAt(dir, last, times[:], unix.AT_SYMLINK_NOFOLLOW)
	})
}

// writeAt is not os.File's, which refuses files that append.
func writeAt(f *os.File, p []byte, offset int64) (written int, err error) {
	for written < len(p) && err == nil {
		n := 0
		err = control(f, func(fd int) error {
			var err error
			n, err = unix.Pwrite(fd, p[written:], offset+int64(written))
			return err
		})
		if n <= 0 {
			return written, err
		}
		written += n
	}
	return written, err
}

func setAppend(f *os.File, on bool) error {
	return control(f, func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err != nil {
			return err
		}
		flags &^= unix.O_APPEND
		if on {
			flags |= unix.O_APPEND
		}
		_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, flags)
		return err
	})
}

func syncDir(f *os.File) error {
	return f.Sync()
}
