package p1

import (
	"context"
	"encoding/binary"
	"io"
	"math"
)

// file returns an open file that may be used as needed. Streams and other
// packages' descriptors are refused with other.
func (s *System) file(fd uint64, need Rights, other Errno) (*file, error) {
	e, err := s.table.get(uint32(fd), need)
	if err != nil {
		return nil, err
	}
	f, ok := e.descriptor.(*file)
	if !ok {
		return nil, other
	}
	return f, nil
}

// fd_advise(fd, offset, len, advice)
func fdAdvise(_ context.Context, s *System, p []uint64) error {
	if _, err := s.file(p[0], FDAdvise, ESPIPE); err != nil {
		return err
	}
	if uint32(p[3]) > lastAdvice || p[1] > math.MaxInt64 {
		return EINVAL
	}
	return nil // advice need not be followed
}

// fd_allocate(fd, offset, len)
func fdAllocate(_ context.Context, s *System, p []uint64) error {
	f, err := s.file(p[0], FDAllocate, ESPIPE)
	if err != nil {
		return err
	}
	offset, size := p[1], p[2]
	switch {
	case size == 0 || offset > math.MaxInt64:
		return EINVAL
	case size > math.MaxInt64-offset:
		return EFBIG
	}
	return f.Allocate(int64(offset), int64(size))
}

// fd_close(fd)
func fdClose(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.remove(uint32(p[0]))
	if err != nil {
		return err
	}
	return e.descriptor.Close()
}

// fd_renumber(fd, to): to is closed and is what fd was.
func fdRenumber(_ context.Context, s *System, p []uint64) error {
	from, to := uint32(p[0]), uint32(p[1])
	if _, err := s.table.get(from, 0); err != nil {
		return err
	}
	if _, err := s.table.get(to, 0); err != nil || from == to {
		return err
	}
	moved, err := s.table.remove(from)
	if err != nil {
		return err
	}
	replaced := s.table.entries[to]
	s.table.entries[to] = moved
	return replaced.descriptor.Close()
}

// fd_datasync(fd)
func fdDatasync(_ context.Context, s *System, p []uint64) error {
	return s.sync(p[0], FDDatasync, true)
}

// fd_sync(fd)
func fdSync(_ context.Context, s *System, p []uint64) error {
	return s.sync(p[0], FDSync, false)
}

func (s *System) sync(fd uint64, need Rights, dataOnly bool) error {
	e, err := s.table.get(uint32(fd), need)
	if err != nil {
		return err
	}
	return syncDescriptor(e.descriptor, dataOnly)
}

// syncDescriptor does nothing for what has no device behind it.
func syncDescriptor(descriptor Descriptor, dataOnly bool) error {
	switch d := descriptor.(type) {
	case *file:
		return d.Sync(dataOnly)
	case *directory:
		return d.dir.Sync()
	}
	return nil
}

// fd_seek(fd, offset, whence, newoffset)
func (d dialect) fdSeek(_ context.Context, s *System, p []uint64) error {
	whence := uint32(p[2])
	if whence >= uint32(len(d.whence)) {
		return EINVAL
	}
	need := FDSeek
	if p[1] == 0 && d.whence[whence] == io.SeekCurrent {
		need = FDTell
	}
	return s.seek(p[0], need, int64(p[1]), d.whence[whence], uint32(p[3]))
}

// fd_tell(fd, offset)
func fdTell(_ context.Context, s *System, p []uint64) error {
	return s.seek(p[0], FDTell, 0, io.SeekCurrent, uint32(p[1]))
}

func (s *System) seek(fd uint64, need Rights, offset int64, whence int, result uint32) error {
	f, err := s.file(fd, need, ESPIPE)
	if need == FDTell && err == ENOTCAPABLE {
		f, err = s.file(fd, FDSeek, ESPIPE) // the right to seek is the right to tell
	}
	if err != nil {
		return err
	}
	if _, err := s.view(result, 8); err != nil {
		return err
	}
	position, err := f.Seek(offset, whence)
	if err != nil {
		return err
	}
	return s.put64(result, uint64(position))
}

// fd_fdstat_get(fd, stat): type 0, flags 2, rights 8, inheriting rights 16.
func fdFdstatGet(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), 0)
	if err != nil {
		return err
	}
	view, err := s.view(uint32(p[1]), 24)
	if err != nil {
		return err
	}
	clear(view)
	view[0] = byte(e.descriptor.Type())
	binary.LittleEndian.PutUint16(view[2:], e.flags)
	binary.LittleEndian.PutUint64(view[8:], uint64(e.rights))
	binary.LittleEndian.PutUint64(view[16:], uint64(e.inherits))
	return nil
}

// fd_fdstat_set_flags(fd, flags)
func fdFdstatSetFlags(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDFdstatSetFlags)
	if err != nil {
		return err
	}
	flags := uint16(p[1])
	if p[1] > math.MaxUint16 || flags&^flagsKnown != 0 {
		return EINVAL
	}
	if f, ok := e.descriptor.(*file); ok && (flags^e.flags)&flagAppend != 0 {
		if err := f.SetAppend(flags&flagAppend != 0); err != nil {
			return err
		}
	}
	e.flags = flags
	return nil
}

// fd_fdstat_set_rights(fd, rights, inheriting)
func fdFdstatSetRights(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), 0)
	if err != nil {
		return err
	}
	rights, inherits := Rights(p[1]), Rights(p[2])
	if rights&^e.rights != 0 || inherits&^e.inherits != 0 {
		return ENOTCAPABLE
	}
	e.rights, e.inherits = rights, inherits
	return nil
}

// fd_prestat_get(fd, prestat): tag 0 (a directory), length of the name 4.
func fdPrestatGet(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), 0)
	if err != nil {
		return err
	}
	if e.preopen == "" {
		return EBADF
	}
	return s.put64(uint32(p[1]), uint64(len(e.preopen))<<32)
}

// fd_prestat_dir_name(fd, path, path_len)
func fdPrestatDirName(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), 0)
	if err != nil {
		return err
	}
	switch {
	case e.preopen == "":
		return EBADF
	case p[2] < uint64(len(e.preopen)):
		return ENAMETOOLONG
	}
	view, err := s.view(uint32(p[1]), uint32(len(e.preopen)))
	if err != nil {
		return err
	}
	copy(view, e.preopen)
	return nil
}
