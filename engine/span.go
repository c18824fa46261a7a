package engine

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// A Span makes several calls share the limits of one. A contract whose calls take
// several of the engine, one after another or within one another, has a Span and
// passes it as the context of each: then they end at one deadline, and spend fuel
// from one purse. A Span whose parent is another is within its limits, too. Like
// [Task] it is lazy. It belongs to the goroutine that makes the calls; the zero
// value is ready.
//
// As a context it is for engines: it is used again by the next call, so nobody
// keeps it, and what ends it without its parent is its deadline, which closes no
// channel. Host functions see a context of the call that knows its deadline, as
// always.
type Span struct {
	parent    context.Context
	outer     *Span // that is the parent; or nil
	limits    *Limits
	used      bool  // what follows is not as limits have it
	fuel      int64 // left; less than 0: more was spent
	hostBytes HostBytes
	base      time.Time
	deadline  atomic.Int64 // nanoseconds since base; 0 while not armed
}

var _ context.Context = (*Span)(nil)

// unlimited is more fuel than any limit gives: a span without one begins with
// twice as much.
const unlimited = math.MaxInt64 / 2

// Begin begins a call on behalf of parent, within Timeout, Fuel and HostBytes of
// limits, which do not change. It fails when parent is already done. The clock is
// read in the first call only.
func (s *Span) Begin(parent context.Context, limits *Limits) error {
	if err := parent.Err(); err != nil {
		return stopped(err, 0)
	}
	s.parent = parent
	if s.used || s.limits != limits || s.deadline.Load() != 0 {
		s.renew(limits)
	}
	if outer, ok := parent.(*Span); ok {
		s.outer, s.fuel, s.used = outer, min(s.fuel, outer.fuel), true
	}
	return nil
}

// renew gives the span all that limits say.
func (s *Span) renew(limits *Limits) {
	if s.limits == nil {
		s.base = time.Now()
	}
	s.limits, s.used, s.fuel = limits, false, math.MaxInt64
	if limits.Fuel > 0 {
		s.fuel = int64(min(limits.Fuel, unlimited-1))
	}
	s.hostBytes.Begin(limits.HostBytes)
	s.deadline.Store(0)
}

// End ends the call. It returns a trap if all that it made spent more fuel than
// there was.
func (s *Span) End() error {
	s.parent = nil
	if s.outer != nil {
		s.outer = nil
	}
	if s.fuel < 0 {
		return &Trap{Kind: OutOfFuel}
	}
	return nil
}

// Context returns a context for a host function that no guest's code called: the
// parent's, with the deadline. The function that it returns ends it.
func (s *Span) Context() (context.Context, context.CancelFunc) {
	if at, ok := s.Deadline(); ok {
		return context.WithDeadline(s.root(), at)
	}
	return context.WithCancel(s.root())
}

// Running reports whether a call has begun and not ended.
func (s *Span) Running() bool { return s.parent != nil }

// Fuel returns what may still be spent; less than 0 if more was. It is for
// engines, as Spend is.
func (s *Span) Fuel() int64 { return s.fuel }

// Spend takes fuel away, from this span and from those that it is in.
func (s *Span) Spend(units int64) {
	for ; s != nil; s = s.outer {
		s.fuel -= units
		s.used = true
	}
}

// Move counts bytes that go through host calls, as [HostBytes] does.
func (s *Span) Move(bytes uint64) *Trap {
	if bytes == 0 {
		return nil
	}
	s.used = true
	return s.hostBytes.Move(bytes)
}

// root returns the context of the caller, which is no span.
func (s *Span) root() context.Context {
	for s.outer != nil {
		s = s.outer
	}
	return s.parent
}

// Deadline returns when the calls will be stopped. The first that asks arms it.
// It is safe for concurrent use while a call runs.
func (s *Span) Deadline() (time.Time, bool) {
	at, ok := s.parent.Deadline()
	if s.limits.Timeout <= 0 {
		return at, ok
	}
	armed := s.deadline.Load()
	if armed == 0 {
		armed = s.arm()
	}
	if own := s.base.Add(time.Duration(armed)); !ok || own.Before(at) {
		return own, true
	}
	return at, ok
}

func (s *Span) arm() int64 {
	deadline := int64(math.MaxInt64)
	if now := max(int64(time.Since(s.base)), 1); int64(s.limits.Timeout) < deadline-now {
		deadline = now + int64(s.limits.Timeout)
	}
	if s.deadline.CompareAndSwap(0, deadline) {
		return deadline
	}
	return s.deadline.Load()
}

// Done returns the parent's channel.
func (s *Span) Done() <-chan struct{} { return s.parent.Done() }

// Err returns why no further call is made, or nil.
func (s *Span) Err() error {
	if err := s.parent.Err(); err != nil {
		return err
	}
	if s.expired() {
		return context.DeadlineExceeded
	}
	return nil
}

// expired reports whether the deadline was armed and has passed. Whether the
// parent is done is looked at when a call begins and whenever it is checked: not
// for each of many short calls.
func (s *Span) expired() bool {
	return (s.deadline.Load() != 0 || s.outer != nil) && s.late()
}

func (s *Span) late() bool {
	armed := s.deadline.Load()
	return armed != 0 && int64(time.Since(s.base)) >= armed || s.outer != nil && s.outer.expired()
}

// passed returns the timeout if it is what ended the calls by now, and 0 if the
// parent did.
func (s *Span) passed(now time.Time) time.Duration {
	if s.outer != nil && s.outer.expired() {
		return s.outer.passed(now)
	}
	if at, ok := s.root().Deadline(); s.root().Err() != nil || ok && !now.Before(at) {
		return 0
	}
	return s.limits.Timeout
}

// Value returns the parent's value for key.
func (s *Span) Value(key any) any { return s.parent.Value(key) }
