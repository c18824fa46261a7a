package plugin

import (
	"context"
	"sync"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// The errors of calls by a session.
var (
	// ErrSessionEnded is the error of calls after the session was closed, or after
	// its instance trapped.
	ErrSessionEnded error = &bus.Fault{Code: bus.Unavailable, Text: "the session has ended"}

	// ErrSessionBusy is the error of calls while another one runs, also of those that
	// a host function makes which that one calls.
	ErrSessionBusy error = &bus.Fault{Code: bus.Overloaded, Text: "another call of the session is running"}
)

// A Session is one instance of a component's pool, for several calls: what the
// resources of a guest need, whose handles belong to one instance. Bind generated
// clients to it, as to a plugin. It makes one call at a time, each within the
// plugin's limits; its methods are safe for concurrent use.
type Session struct {
	plugin *Plugin

	mu       sync.Mutex
	instance *instance // nil once it was given back
	calling  bool
	closed   bool
}

// Session takes an instance from the pool, as a call does, and keeps it until the
// session is closed; it counts as one that is in use. It stays with the component
// of which it is when that is replaced. A plugin that is no component has none: the
// error is a [*ContractError].
func (p *Plugin) Session(ctx context.Context) (*Session, error) {
	if _, err := p.exports(); err != nil {
		return nil, err
	}
	i, _, err := p.acquire(ctx, "")
	if err != nil {
		return nil, err
	}
	i.returned() // the wait was all that the call was
	if err := p.enterable(i); err != nil {
		return nil, p.release(i, "", err)
	}
	return &Session{plugin: p, instance: i}, nil
}

// Close gives the instance back. If the host still has handles to resources of the
// guest, the instance is closed with them and the pool makes another one when it
// needs one. While a call runs, that happens when it ends. To close again does
// nothing.
func (s *Session) Close() {
	s.mu.Lock()
	s.closed = true
	var i *instance
	if !s.calling {
		i, s.instance = s.instance, nil
	}
	s.mu.Unlock()
	s.giveBack(i)
}

// giveBack ends what acquire began; i may be nil.
func (s *Session) giveBack(i *instance) {
	if i == nil {
		return
	}
	if i.guest.(*componentGuest).instance.Held() > 0 {
		s.plugin.pool.discard(i, false)
	} else {
		s.plugin.pool.retireOrFree(i)
	}
}

// Instances has generated clients call the session's instance.
func (s *Session) Instances() component.Instances { return (*session)(s) }

// session is the instance of one.
type session Session

func (s *session) Type() (*types.ComponentType, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.instance == nil {
		return nil, s.plugin.wrap("", ErrSessionEnded)
	}
	return s.instance.guest.(*componentGuest).operations.typ, nil
}

func (s *session) Fixed() bool { return true }

func (s *session) Enter(ctx context.Context, function string) (*component.Entry, context.Context, error) {
	if err := s.begin(); err != nil {
		return nil, nil, s.plugin.wrap(function, err)
	}
	i := s.instance // this call's alone
	if info := infoOf(ctx); info != nil && function != "" {
		i.lend(lent{info: info})
	}
	return i.entry, ctx, nil
}

func (s *session) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed || s.instance == nil:
		return ErrSessionEnded
	case s.calling:
		return ErrSessionBusy
	}
	s.calling = true
	return nil
}

func (s *session) Leave(_ context.Context, _ *component.Entry, function string, err error) error {
	trapped := err != nil && engine.AsTrap(err) != nil
	i := s.instance
	i.returned()
	if function != "" && !trapped {
		i.calls++
	}
	s.mu.Lock()
	s.calling = false
	end := trapped || s.closed
	if end {
		s.instance = nil
	}
	s.mu.Unlock()
	switch {
	case trapped:
		s.plugin.pool.discard(i, true)
	case end:
		(*Session)(s).giveBack(i)
	}
	if err != nil {
		return s.plugin.wrap(function, err)
	}
	return nil
}
