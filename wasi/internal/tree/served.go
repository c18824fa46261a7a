package tree

import (
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// locate returns where in the fs.FS name is, and whether it must be a directory.
// ".." is taken by the letter: a file system that knows symbolic links resolves
// them itself.
func (d *Dir) locate(name string) (place string, slash bool, err error) {
	depth := 0
	for element := range strings.SplitSeq(name, "/") {
		switch element {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return "", false, ErrOutside
		}
	}
	return path.Join(d.place, name), strings.HasSuffix(name, "/"), nil
}

func (d *Dir) statFS(name string, follow bool) (Info, error) {
	place, slash, err := d.locate(name)
	if err != nil {
		return Info{}, err
	}
	stat := fs.Stat
	if !follow && !slash {
		stat = fs.Lstat
	}
	fi, err := stat(d.fsys, place)
	switch {
	case err != nil:
		return Info{}, err
	case slash && !fi.IsDir():
		return Info{}, syscall.ENOTDIR
	}
	return describe(fi, place), nil
}

func (d *Dir) openFS(name string, how How) (*File, *Dir, error) {
	place, slash, err := d.locate(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := d.statFS(name, how.Follow)
	switch {
	case err != nil:
		return nil, nil, err
	case info.Mode&fs.ModeSymlink != 0:
		return nil, nil, syscall.ELOOP
	case info.Mode.IsDir():
		return nil, &Dir{fsys: d.fsys, place: place}, nil
	case how.Directory || slash:
		return nil, nil, syscall.ENOTDIR
	}
	f, err := d.fsys.Open(place)
	if err != nil {
		return nil, nil, err
	}
	return &File{served: f, place: place, mode: info.Mode}, nil, nil
}
