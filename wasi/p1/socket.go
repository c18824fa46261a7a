package p1

import "context"

// No grant makes a socket: whatever a guest has is none.

// notSocket returns the error for using a descriptor as a socket.
func (s *System) notSocket(fd uint64) error {
	e, err := s.table.get(uint32(fd), 0)
	switch {
	case err != nil:
		return err
	case e.descriptor.Type() == TypeSocketStream, e.descriptor.Type() == TypeSocketDatagram:
		return ENOTSUP
	}
	return ENOTSOCK
}

// sock_accept(fd, flags, result)
func sockAccept(_ context.Context, s *System, p []uint64) error { return s.notSocket(p[0]) }

// sock_recv(fd, ri_data, ri_data_len, ri_flags, ro_datalen, ro_flags)
func sockRecv(_ context.Context, s *System, p []uint64) error { return s.notSocket(p[0]) }

// sock_send(fd, si_data, si_data_len, si_flags, so_datalen)
func sockSend(_ context.Context, s *System, p []uint64) error { return s.notSocket(p[0]) }

// sock_shutdown(fd, how)
func sockShutdown(_ context.Context, s *System, p []uint64) error { return s.notSocket(p[0]) }
