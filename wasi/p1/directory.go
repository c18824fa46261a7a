package p1

import (
	"context"
	"encoding/binary"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// A directory is an open directory. Its entries have numbers from 0 on, "." and
// ".." first, that stand as long as the guest does not start over; it keeps a
// window of them.
type directory struct {
	dir    *tree.Dir
	listed bool   // there is a window
	first  uint64 // the number of its first entry
	window []tree.Entry
}

var _ Descriptor = (*directory)(nil)

// Type implements [Descriptor].
func (d *directory) Type() FileType { return TypeDirectory }

// Close implements [Descriptor].
func (d *directory) Close() error { return d.dir.Close() }

// windowSize is how many entries are read at once.
const windowSize = 128

// dots is how many entries come before those of the host.
const dots = 2

// entry returns the entry of that number, or false after the last one.
func (d *directory) entry(ctx context.Context, number uint64) (tree.Entry, bool, error) {
	if number < dots {
		info, err := d.dir.Info()
		return tree.Entry{Name: ".."[:number+1], Mode: info.Mode.Type(), Inode: info.Inode}, true, err
	}
	if !d.listed || number < d.first {
		if err := d.rewind(); err != nil {
			return tree.Entry{}, false, err
		}
	}
	for number-d.first >= uint64(len(d.window)) {
		if err := ctx.Err(); err != nil {
			return tree.Entry{}, false, err
		}
		next, err := d.dir.Next(windowSize)
		if err != nil || len(next) == 0 {
			return tree.Entry{}, false, err
		}
		d.first += uint64(len(d.window))
		d.window = next
	}
	return d.window[number-d.first], true, nil
}

func (d *directory) rewind() error {
	if err := d.dir.Rewind(); err != nil {
		return err
	}
	d.listed, d.first, d.window = true, dots, nil
	return nil
}

// direntSize is how large an entry is before its name ($dirent).
const direntSize = 24

// fd_readdir(fd, buf, buf_len, cookie, bufused). A cookie is the number of the
// entry to begin with. The last entry is cut if it does not fit: a buffer that is
// not full means that there are no more.
func fdReaddir(ctx context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDReaddir)
	if err != nil {
		return err
	}
	d, ok := e.descriptor.(*directory)
	if !ok {
		return ENOTDIR
	}
	buffer, err := s.view(uint32(p[1]), uint32(p[2]))
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[4]), 4); err != nil {
		return err
	}
	used, err := d.list(ctx, buffer, p[3])
	if err != nil {
		return err
	}
	return s.put32(uint32(p[4]), uint32(used))
}

// list writes entries to buffer, beginning with that of the given number.
func (d *directory) list(ctx context.Context, buffer []byte, number uint64) (int, error) {
	if number == 0 {
		d.listed = false // the guest starts over
	}
	used := 0
	for ; used < len(buffer); number++ {
		entry, ok, err := d.entry(ctx, number)
		switch {
		case err != nil && used == 0:
			return 0, err
		case err != nil || !ok:
			return used, nil
		}
		used += putDirent(buffer[used:], entry, number+1)
	}
	return used, nil
}

// putDirent writes an entry, as far as it fits: number of the next one 0, inode
// 8, length of the name 16, type 20, name 24.
func putDirent(buffer []byte, entry tree.Entry, next uint64) int {
	var head [direntSize]byte
	le := binary.LittleEndian
	le.PutUint64(head[:], next)
	le.PutUint64(head[8:], entry.Inode)
	le.PutUint32(head[16:], uint32(len(entry.Name)))
	head[20] = byte(fileType(entry.Mode))
	n := copy(buffer, head[:])
	return n + copy(buffer[n:], entry.Name)
}
