package tree

import (
	"hash/fnv"
	"io/fs"
	"time"
)

// Info is what is known about a file.
type Info struct {
	Mode   fs.FileMode // type and permissions
	Size   int64
	Device uint64 // with Inode names the file; the host's where it has them
	Inode  uint64
	Links  uint64
	Access time.Time
	Modify time.Time
	Change time.Time
}

// describe completes what the host says about the file at place, which stands
// in for an inode number where there is none.
func describe(fi fs.FileInfo, place string) Info {
	info := Info{
		Mode: fi.Mode(), Size: fi.Size(), Device: 1, Inode: placeNumber(place), Links: 1,
		Access: fi.ModTime(), Modify: fi.ModTime(), Change: fi.ModTime(),
	}
	info.addSystem(fi.Sys())
	return info
}

// placeNumber makes a number of a path: the same for the same path, and never 0.
func placeNumber(place string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(place)) // cannot fail
	return hash.Sum64() | 1
}

// Info returns what is known about the directory.
func (d *Dir) Info() (Info, error) {
	if d.fsys != nil {
		fi, err := fs.Stat(d.fsys, d.place)
		if err != nil {
			return Info{}, err
		}
		return describe(fi, d.place), nil
	}
	self, err := d.file()
	if err != nil {
		return Info{}, err
	}
	return fileInfo(self)
}

// Stat returns what is known about the file at name: about what a symbolic link
// there leads to if follow is set, else about the link.
func (d *Dir) Stat(name string, follow bool) (Info, error) {
	if err := checkPath(name); err != nil {
		return Info{}, err
	}
	if d.fsys != nil {
		return d.statFS(name, follow)
	}
	return d.statRoot(name, follow)
}

// Readlink returns what the symbolic link at name leads to. A link to an
// absolute path is [ErrOutside].
func (d *Dir) Readlink(name string) (string, error) {
	if err := checkPath(name); err != nil {
		return "", err
	}
	target, err := d.readlink(name)
	if err == nil && absolute(target) {
		return "", ErrOutside
	}
	return target, err
}

func (d *Dir) readlink(name string) (string, error) {
	if d.fsys == nil {
		target, err := d.root.Readlink(name)
		return target, inside(err)
	}
	place, _, err := d.locate(name)
	if err != nil {
		return "", err
	}
	return fs.ReadLink(d.fsys, place)
}
