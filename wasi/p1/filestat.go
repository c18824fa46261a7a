package p1

import (
	"context"
	"encoding/binary"
	"math"
	"time"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// A filestat is what a guest is told about a file.
type filestat struct {
	kind FileType
	tree.Info
}

// filestatSize is how large a filestat is for the guest ($filestat).
func (d dialect) filestatSize() uint32 {
	if d.wideLinks {
		return 64
	}
	return 56
}

// putFilestat writes a filestat:
//
//	offset           0    8      16    20     24     32    40     48     56
//	preview 1        dev  inode  type  -      nlink  size  atime  mtime  ctime
//	wasi_unstable    dev  inode  type  nlink  size   atime mtime  ctime
func (d dialect) putFilestat(s *System, ptr uint32, stat filestat) error {
	view, err := s.view(ptr, d.filestatSize())
	if err != nil {
		return err
	}
	clear(view)
	le := binary.LittleEndian
	le.PutUint64(view, stat.Device)
	le.PutUint64(view[8:], stat.Inode)
	view[16] = byte(stat.kind)
	rest := view[24:]
	if d.wideLinks {
		le.PutUint64(rest, stat.Links)
		rest = view[32:]
	} else {
		le.PutUint32(view[20:], uint32(min(stat.Links, math.MaxUint32)))
	}
	le.PutUint64(rest, uint64(stat.Size))
	le.PutUint64(rest[8:], timestamp(stat.Access))
	le.PutUint64(rest[16:], timestamp(stat.Modify))
	le.PutUint64(rest[24:], timestamp(stat.Change))
	return nil
}

// timestamp is a time as the guest has it: nanoseconds since 1970, not before.
func timestamp(t time.Time) uint64 {
	if t.Unix() < 0 {
		return 0
	}
	return uint64(t.UnixNano())
}

// fd_filestat_get(fd, stat)
func (d dialect) fdFilestatGet(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDFilestatGet)
	if err != nil {
		return err
	}
	stat := filestat{kind: e.descriptor.Type(), Info: tree.Info{Links: 1}}
	switch descriptor := e.descriptor.(type) {
	case *file:
		stat.Info, err = descriptor.Info()
	case *directory:
		stat.Info, err = descriptor.dir.Info()
	}
	if err != nil {
		return err
	}
	return d.putFilestat(s, uint32(p[1]), stat)
}

// fd_filestat_set_size(fd, size)
func fdFilestatSetSize(_ context.Context, s *System, p []uint64) error {
	f, err := s.file(p[0], FDFilestatSetSize, EINVAL)
	if err != nil {
		return err
	}
	if p[1] > math.MaxInt64 {
		return EINVAL
	}
	return f.Truncate(int64(p[1]))
}

// fd_filestat_set_times(fd, atim, mtim, flags)
func fdFilestatSetTimes(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDFilestatSetTimes)
	if err != nil {
		return err
	}
	access, modify, err := s.times(p[1], p[2], p[3])
	if err != nil {
		return err
	}
	switch d := e.descriptor.(type) {
	case *file:
		return d.SetTimes(access, modify)
	case *directory:
		return d.dir.SetOwnTimes(access, modify)
	}
	return EBADF
}

// times returns the times that a guest wants to set, zero for one that stays.
// Both to a time and to now is not possible.
func (s *System) times(access, modify, flags uint64) (a, m time.Time, err error) {
	const bothAccess, bothModify = setAccess | setAccessNow, setModify | setModifyNow
	if flags&^setKnown != 0 || flags&bothAccess == bothAccess || flags&bothModify == bothModify {
		return a, m, EINVAL
	}
	if access > math.MaxInt64 && flags&setAccess != 0 || modify > math.MaxInt64 && flags&setModify != 0 {
		return a, m, EINVAL
	}
	now := s.realtime()
	switch {
	case flags&setAccess != 0:
		a = time.Unix(0, int64(access))
	case flags&setAccessNow != 0:
		a = now
	}
	switch {
	case flags&setModify != 0:
		m = time.Unix(0, int64(modify))
	case flags&setModifyNow != 0:
		m = now
	}
	return a, m, nil
}
