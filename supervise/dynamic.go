package supervise

import "context"

// A command is done by the supervisor's goroutine.
type command struct {
	run  func(*loop) error
	done chan error // has room for one
}

// do has f done by the supervisor that runs. If ctx ends first f is done all the
// same, or never.
func (s *Supervisor) do(ctx context.Context, child string, f func(*loop) error) error {
	if err := s.order(ctx, f); err != nil {
		return &Error{Supervisor: s.Name, Child: child, Err: err}
	}
	return nil
}

func (s *Supervisor) order(ctx context.Context, f func(*loop) error) error {
	s.mu.Lock()
	l := s.current
	s.mu.Unlock()
	if l == nil {
		return ErrNotRunning
	}
	c := command{run: f, done: make(chan error, 1)}
	select {
	case l.commands <- c:
	case <-l.over:
		return ErrNotRunning
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// StartChild adds a child after all others and starts it. It returns when the
// child has started, or with the error with which it did not, and then it is not
// added. The other errors are [ErrPresent], [ErrSpec] and [ErrNotRunning].
//
// This and the methods below wait while the supervisor starts, stops or restarts
// something, as long as ctx lets them; what was begun when ctx ends is done all
// the same. A child that has not started yet must not call them.
func (s *Supervisor) StartChild(ctx context.Context, c Child) error {
	return s.do(ctx, c.Name, func(l *loop) error {
		if err := l.add(c); err != nil {
			return err
		}
		m := l.find(c.Name)
		err := l.start(m)
		if err != nil {
			l.remove(m)
		}
		return err
	})
}

// TerminateChild stops a child. It stays a child, though one that does not run,
// unless it is temporary. RestartChild starts it again, and so does a restart
// that is of it too.
func (s *Supervisor) TerminateChild(ctx context.Context, name string) error {
	return s.do(ctx, name, func(l *loop) error {
		m := l.find(name)
		if m == nil {
			return ErrNotFound
		}
		l.stop(m)
		if m.Restart == Temporary {
			l.remove(m)
		}
		return nil
	})
}

// RestartChild starts a child that does not run. If that does not succeed the
// child stays as it was. The errors are that of the child, [ErrRunning],
// [ErrWaiting], [ErrNotFound] and [ErrNotRunning].
func (s *Supervisor) RestartChild(ctx context.Context, name string) error {
	return s.do(ctx, name, func(l *loop) error {
		m, err := l.idle(name)
		if err != nil {
			return err
		}
		return l.start(m)
	})
}

// DeleteChild forgets a child that does not run. The errors are [ErrRunning],
// [ErrWaiting], [ErrNotFound] and [ErrNotRunning].
func (s *Supervisor) DeleteChild(ctx context.Context, name string) error {
	return s.do(ctx, name, func(l *loop) error {
		m, err := l.idle(name)
		if err != nil {
			return err
		}
		l.remove(m)
		return nil
	})
}

// WhichChildren returns what the children are doing, in the order of their start.
func (s *Supervisor) WhichChildren(ctx context.Context) ([]Info, error) {
	found := make(chan []Info, 1)
	err := s.do(ctx, "", func(l *loop) error {
		infos := make([]Info, len(l.members))
		for i, m := range l.members {
			infos[i] = m.info()
		}
		found <- infos
		return nil
	})
	if err != nil {
		return nil, err
	}
	return <-found, nil
}

// idle returns the member of that name if it does nothing.
func (l *loop) idle(name string) (*member, error) {
	switch m := l.find(name); {
	case m == nil:
		return nil, ErrNotFound
	case m.process != nil:
		return nil, ErrRunning
	case m.waiting:
		return nil, ErrWaiting
	default:
		return m, nil
	}
}
