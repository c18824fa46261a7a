package tree

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"syscall"
)

// An Entry is a file in a directory.
type Entry struct {
	Name  string
	Mode  fs.FileMode // its type
	Inode uint64      // as in [Info]
}

// Rewind makes Next begin anew, with what is in the directory by then.
func (d *Dir) Rewind() error {
	if d.fsys == nil {
		self, err := d.file()
		if err != nil {
			return err
		}
		_, err = self.Seek(0, io.SeekStart)
		return err
	}
	if d.list != nil {
		_ = d.list.Close() // it was only read from
		d.list = nil
	}
	f, err := d.fsys.Open(d.place)
	if err != nil {
		return err
	}
	list, ok := f.(fs.ReadDirFile)
	if !ok {
		_ = f.Close() // the other error counts
		return syscall.ENOTSUP
	}
	d.list = list
	return nil
}

// Next returns the next entries, n at most, in the order of the host and
// without "." and "..". There are none after the last one. Rewind comes first.
func (d *Dir) Next(n int) ([]Entry, error) {
	if d.fsys != nil {
		return d.nextFS(n)
	}
	for {
		names, err := d.self.Readdirnames(n)
		if err == io.EOF {
			return nil, nil
		}
		entries := d.entries(names)
		if err != nil || len(entries) > 0 {
			return entries, err
		}
	}
}

// entries describes the files of those names, but for those that are gone by
// now.
func (d *Dir) entries(names []string) []Entry {
	entries := make([]Entry, 0, len(names))
	for _, name := range names {
		if info, err := d.statRoot(name, false); err == nil {
			entries = append(entries, Entry{Name: name, Mode: info.Mode.Type(), Inode: info.Inode})
		}
	}
	return entries
}

func (d *Dir) nextFS(n int) ([]Entry, error) {
	listed, err := d.list.ReadDir(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	entries := make([]Entry, len(listed))
	for i, e := range listed {
		place := path.Join(d.place, e.Name())
		entries[i] = Entry{Name: e.Name(), Mode: e.Type(), Inode: placeNumber(place)}
		if fi, err := e.Info(); err == nil {
			entries[i].Inode = describe(fi, place).Inode
		}
	}
	return entries, nil
}
