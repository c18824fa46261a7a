// Package tree is a directory tree as a guest may see it: every path is taken
// relative to a directory, and none leads out of it, whatever "..", symbolic and
// hard links say. A tree is a directory of the host (os.Root) or an fs.FS; both
// are read the same way, and only a writable directory of the host can be
// changed.
//
// Containment is os.Root's. The few things that os.Root cannot do (rename over
// an empty directory, rename and link between two directories, set the times of
// a symbolic link) are done with the system's calls that take a directory and a
// name, on a directory that os.Root has opened and a name with no slash in it.
//
// Errors are those of package os and syscall, or [ErrOutside]. On Windows there
// are syscall's own values for the POSIX errors that Windows has not.
package tree

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unicode/utf8"
)

// ErrOutside is the error for a path that leads out of its directory.
var ErrOutside = errors.New("path leads out of the directory")

// ErrEncoding is the error for a path that is not UTF-8.
var ErrEncoding = errors.New("path is not UTF-8")

// maxPath is the longest path in bytes that is looked at.
const maxPath = 4096

// A Dir is a directory of a tree. It belongs to one goroutine at a time.
type Dir struct {
	writable bool

	root  *os.Root // of the host, or nil
	owned bool     // root is closed with the Dir
	self  *os.File // root's directory, once it was needed

	fsys  fs.FS // or nil
	place string
	list  fs.ReadDirFile // of fsys, while it is listed
}

// Root returns the tree below root. Close leaves root open.
func Root(root *os.Root, writable bool) *Dir {
	return &Dir{root: root, writable: writable}
}

// FS returns the tree of fsys.
func FS(fsys fs.FS) *Dir {
	return &Dir{fsys: fsys, place: "."}
}

// Writable reports whether the tree can be changed.
func (d *Dir) Writable() bool { return d.writable }

// Close gives back what the directory holds open.
func (d *Dir) Close() error {
	var errs []error
	if d.list != nil {
		errs = append(errs, d.list.Close())
		d.list = nil
	}
	if d.self != nil {
		errs = append(errs, d.self.Close())
		d.self = nil
	}
	if d.owned {
		errs = append(errs, d.root.Close())
	}
	return errors.Join(errs...)
}

// file returns the directory itself as a file of the host.
func (d *Dir) file() (*os.File, error) {
	if d.self == nil {
		self, err := d.root.Open(".")
		if err != nil {
			return nil, inside(err)
		}
		d.self = self
	}
	return d.self, nil
}

// checkPath refuses paths that no tree has anything at.
func checkPath(name string) error {
	switch {
	case name == "":
		return syscall.ENOENT
	case name[0] == '/':
		return ErrOutside
	case len(name) > maxPath:
		return syscall.ENAMETOOLONG
	case strings.IndexByte(name, 0) >= 0:
		return syscall.EINVAL
	case !utf8.ValidString(name):
		return ErrEncoding
	}
	return nil
}

// checkWrite refuses a change of what may not be changed, and bad paths.
func (d *Dir) checkWrite(name string) error {
	if !d.writable {
		return syscall.EROFS
	}
	return checkPath(name)
}

// inside gives os.Root's error for a path that leads out its name: it is the
// only error of os.Root's methods that is neither the system's nor package fs's.
func inside(err error) error {
	var errno syscall.Errno
	switch {
	case err == nil, errors.As(err, &errno):
		return err
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrClosed),
		errors.Is(err, fs.ErrInvalid), errors.Is(err, fs.ErrPermission), errors.Is(err, os.ErrDeadlineExceeded):
		return err
	}
	return ErrOutside
}

// split parts a path that checkPath passed into the directory and the last
// element. The last element has no slash and is not ".."; it is "." if the path
// names a directory by its own name or by that of another one's parent. dir is
// "" for a path of one element. slash says that the path ends in a slash, so
// that the last element must be a directory.
func split(name string) (dir, last string, slash bool) {
	trimmed := strings.TrimRight(name, "/")
	slash = len(trimmed) < len(name)
	dir, last = "", trimmed
	if i := strings.LastIndexByte(trimmed, '/'); i >= 0 {
		dir, last = trimmed[:i+1], trimmed[i+1:]
	}
	if last == ".." {
		return trimmed, ".", slash
	}
	return dir, last, slash
}
