package tree

import (
	"io/fs"
	"os"
	"syscall"
)

// How says how a file is opened.
type How struct {
	Read, Write bool
	Append      bool // each write goes to the end of the file
	Create      bool // make an empty file if there is none
	Exclusive   bool // with Create: there must be none
	Truncate    bool // make it empty
	Directory   bool // it must be a directory
	Follow      bool // a symbolic link at the end of the path is followed
}

// changes reports whether opening in that way, or what it is for, can change
// the tree.
func (h How) changes() bool {
	return h.Write || h.Append || h.Create || h.Truncate
}

// Open opens what is at name: a *File or a *Dir, and the other one is nil.
func (d *Dir) Open(name string, how How) (*File, *Dir, error) {
	if err := checkPath(name); err != nil {
		return nil, nil, err
	}
	switch {
	case how.Directory && how.Create:
		return nil, nil, syscall.EINVAL
	case how.Directory && (how.Write || how.Truncate):
		return nil, nil, syscall.EISDIR
	case how.changes() && !d.writable:
		return nil, nil, syscall.EROFS
	case d.fsys != nil:
		return d.openFS(name, how)
	}
	return d.openRoot(name, how)
}

func (d *Dir) openRoot(name string, how How) (*File, *Dir, error) {
	if err := d.checkLink(name, how); err != nil {
		return nil, nil, err
	}
	f, err := d.root.OpenFile(name, how.flags(), 0o666)
	if err != nil {
		return nil, nil, inside(err)
	}
	fi, err := f.Stat()
	switch {
	case err != nil:
	case fi.IsDir():
		return d.openDir(name, f)
	case how.Directory:
		err = syscall.ENOTDIR
	default:
		return &File{host: f, mode: fi.Mode(), append: how.Append}, nil, nil
	}
	_ = f.Close() // the error before it is the one that counts
	return nil, nil, err
}

// checkLink refuses a symbolic link at the end of a path that is not to be
// followed. Should the link come into being after the check, it is followed,
// within the tree.
func (d *Dir) checkLink(name string, how How) error {
	if how.Follow || how.Create && how.Exclusive {
		return nil
	}
	fi, err := d.root.Lstat(name)
	if err == nil && fi.Mode()&fs.ModeSymlink != 0 {
		return syscall.ELOOP
	}
	return nil // opening it says what else is wrong
}

// openDir makes a directory of what was opened as f, which it takes over.
func (d *Dir) openDir(name string, f *os.File) (*File, *Dir, error) {
	root, err := d.root.OpenRoot(name)
	if err != nil {
		_ = f.Close() // the error before it is the one that counts
		return nil, nil, inside(err)
	}
	return nil, &Dir{root: root, owned: true, self: f, writable: d.writable}, nil
}

// flags are those for os.OpenFile. To empty a file takes the access to write,
// also where that is not asked for.
func (h How) flags() int {
	flags := openFlags
	write := h.Write || h.Truncate
	switch {
	case h.Read && write:
		flags |= os.O_RDWR
	case write:
		flags |= os.O_WRONLY
	}
	for _, f := range []struct {
		set  bool
		flag int
	}{
		{h.Append && appendFlag, os.O_APPEND},
		{h.Create, os.O_CREATE},
		{h.Exclusive, os.O_EXCL},
		{h.Truncate, os.O_TRUNC},
		{h.Directory, directoryFlag},
	} {
		if f.set {
			flags |= f.flag
		}
	}
	return flags
}
