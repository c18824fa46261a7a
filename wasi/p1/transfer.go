package p1

import (
	"context"
	"io"
)

const (
	// together is up to how many bytes the buffers of one call are moved at
	// once, so that what a guest writes by one call arrives in one piece.
	together = 64 << 10

	// enough is after how many bytes a call moves no further buffer: the guest
	// sees a short count, and its next call can be stopped.
	enough = 1 << 20
)

// A mover reads into or writes from p, which is not empty. It may move less.
type mover func(ctx context.Context, p []byte) (int, error)

// fd_write(fd, iovs, iovs_len, nwritten)
func fdWrite(ctx context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDWrite)
	if err != nil {
		return err
	}
	w, ok := e.descriptor.(Writer)
	if !ok {
		return EBADF
	}
	if e.flags&flagNonblock != 0 && waits(e.descriptor, true) {
		return EAGAIN
	}
	list, total, err := s.vectors(uint32(p[1]), uint32(p[2]))
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[3]), 4); err != nil {
		return err
	}
	n, err := s.write(ctx, w, list, total)
	if err == nil && e.flags&flagsSync != 0 && n > 0 {
		err = syncDescriptor(e.descriptor, true)
	}
	if err != nil {
		return err
	}
	return s.put32(uint32(p[3]), uint32(n))
}

// write writes the buffers of list. It fails only if it wrote nothing.
func (s *System) write(ctx context.Context, w Writer, list vectors, total uint64) (int, error) {
	switch {
	case total == 0:
		return 0, nil
	case list.count() == 1:
		buffer, err := s.buffer(list, 0)
		if err != nil {
			return 0, err
		}
		n, err := w.Write(ctx, buffer)
		return moved(n, err, len(buffer))
	case total <= together:
		return s.writeTogether(ctx, w, list)
	}
	return s.move(ctx, w.Write, list)
}

// writeTogether writes the buffers as one. A writer that calls the guest again,
// which then writes, finds no buffer and makes one of its own.
func (s *System) writeTogether(ctx context.Context, w Writer, list vectors) (int, error) {
	joined := s.gather[:0]
	s.gather = nil
	for i := range list.count() {
		buffer, err := s.buffer(list, i)
		if err != nil {
			return 0, err
		}
		joined = append(joined, buffer...)
	}
	n, err := w.Write(ctx, joined)
	s.gather = joined
	return moved(n, err, len(joined))
}

// moved makes of what a Read or Write returned a count or an error: a count that
// is possible, and no error once something was moved.
func moved(n int, err error, size int) (int, error) {
	n = min(max(n, 0), size)
	if n > 0 || err == io.EOF {
		return n, nil
	}
	return 0, err
}

// move moves one buffer after the other until one is not moved in full.
func (s *System) move(ctx context.Context, one mover, list vectors) (int, error) {
	total := 0
	for i := 0; i < list.count() && total < enough; i++ {
		buffer, err := s.buffer(list, i)
		if err != nil {
			return total, err
		}
		if len(buffer) == 0 {
			continue
		}
		n, err := one(ctx, buffer)
		n, err = moved(n, err, len(buffer))
		total += n
		switch {
		case err != nil && total == 0:
			return 0, err
		case err != nil, n < len(buffer):
			return total, nil
		}
	}
	return total, nil
}

// fd_read(fd, iovs, iovs_len, nread)
func fdRead(ctx context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), FDRead)
	if err != nil {
		return err
	}
	r, ok := e.descriptor.(Reader)
	if !ok {
		return EBADF
	}
	list, total, err := s.vectors(uint32(p[1]), uint32(p[2]))
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[3]), 4); err != nil {
		return err
	}
	if total > 0 && e.flags&flagNonblock != 0 && waits(e.descriptor, false) {
		return EAGAIN
	}
	n, err := s.read(ctx, r, list)
	if err != nil {
		return err
	}
	return s.put32(uint32(p[3]), uint32(n))
}

// read reads into the buffers of list. What may wait is read once, into the
// first buffer that is not empty and, as long as it has more, into those after
// it.
func (s *System) read(ctx context.Context, r Reader, list vectors) (int, error) {
	if _, ok := r.(*file); ok {
		return s.move(ctx, r.Read, list)
	}
	first := true
	return s.move(ctx, func(ctx context.Context, p []byte) (int, error) {
		if !first && waits(r, false) {
			return 0, nil
		}
		first = false
		return r.Read(ctx, p)
	}, list)
}

// waits reports whether reading from, or writing to, a descriptor would wait.
func waits(descriptor any, write bool) bool {
	poller, ok := descriptor.(Poller)
	if !ok {
		return false
	}
	_, wait := poller.Ready(write)
	return wait != nil
}

// fd_pread(fd, iovs, iovs_len, offset, nread)
func fdPread(ctx context.Context, s *System, p []uint64) error {
	return s.moveAt(ctx, p, FDRead, (*file).ReadAt)
}

// fd_pwrite(fd, iovs, iovs_len, offset, nwritten)
func fdPwrite(ctx context.Context, s *System, p []uint64) error {
	return s.moveAt(ctx, p, FDWrite, (*file).WriteAt)
}

// moveAt reads or writes at a position. Only files have those.
func (s *System) moveAt(ctx context.Context, p []uint64, right Rights, at func(*file, []byte, int64) (int, error)) error {
	e, err := s.table.get(uint32(p[0]), right|FDSeek)
	if err != nil {
		return err
	}
	f, ok := e.descriptor.(*file)
	if !ok {
		return ESPIPE
	}
	list, _, err := s.vectors(uint32(p[1]), uint32(p[2]))
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[4]), 4); err != nil {
		return err
	}
	offset := int64(p[3])
	n, err := s.move(ctx, func(_ context.Context, p []byte) (int, error) {
		n, err := at(f, p, offset)
		offset += int64(max(n, 0))
		return n, err
	}, list)
	if err == nil && right == FDWrite && e.flags&flagsSync != 0 && n > 0 {
		err = f.Sync(true)
	}
	if err != nil {
		return err
	}
	return s.put32(uint32(p[4]), uint32(n))
}
