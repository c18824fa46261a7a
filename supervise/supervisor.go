package supervise

import (
	"context"
	"sync"
	"time"
)

// A Strategy says which children a restart is of.
type Strategy int

// The strategies.
const (
	OneForOne  Strategy = iota // the one that failed
	OneForAll                  // all
	RestForOne                 // the one that failed and those that were started after it
)

// String returns OTP's words.
func (s Strategy) String() string {
	switch s {
	case OneForAll:
		return "one for all"
	case RestForOne:
		return "rest for one"
	}
	return "one for one"
}

// A Supervisor runs children. Its zero value has none and can be run. The fields
// are not changed once it runs; all methods are safe for concurrent use.
type Supervisor struct {
	// Name stands in errors and events. It may be empty.
	Name string

	// Strategy says which children a restart is of.
	Strategy Strategy

	// Intensity is how many restarts there may be within Period; by default 1,
	// and none if it is less than 0.
	Intensity int

	// Period is the time over which restarts are counted; by default 5 s.
	Period time.Duration

	// Backoff delays restarts; by default there is no delay.
	Backoff Backoff

	// Children are started with the supervisor, in this order. Others may be
	// added while it runs; they are forgotten when it ends.
	Children []Child

	// Events is called for each event, in order, by the supervisor's goroutine,
	// which does nothing else meanwhile. It must not block and must not call the
	// supervisor. Supervisors that share a function call it from a goroutine each.
	// It may be nil.
	Events func(Event)

	mu      sync.Mutex
	current *loop // nil unless it runs
}

// Run starts the children, keeps them alive until ctx ends, and stops them. It
// returns nil then, or an error that is [ErrAbandoned] if a child would not stop.
// Before that it returns only if a child cannot be started with the supervisor,
// or, with [ErrIntensity], if children fail too often; the children are stopped
// in any case. Errors are of type [*Error].
//
// It calls started, which may be nil, when all children have started, and has
// thus the form of Child.Run: supervisors nest. It may be run again once it has
// returned, with the children that it had in the beginning.
func (s *Supervisor) Run(ctx context.Context, started func()) error {
	l := newLoop(ctx, s)
	s.mu.Lock()
	if s.current != nil {
		s.mu.Unlock()
		return &Error{Supervisor: s.Name, Err: ErrRunning}
	}
	s.current = l
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.current = nil
		s.mu.Unlock()
		close(l.over)
	}()
	err := l.run(started)
	l.emit(Event{Kind: Finished, Err: err})
	return err
}

// Child returns the supervisor as a permanent child of another one, under its
// own name. It may take as long as it wants to stop, as OTP advises: its children
// have limits of their own.
func (s *Supervisor) Child() Child {
	return Child{Name: s.Name, Run: s.Run, Shutdown: Infinity}
}

// intensity returns Intensity and Period with their defaults.
func (s *Supervisor) intensity() (restarts int, period time.Duration) {
	restarts, period = s.Intensity, s.Period
	switch {
	case restarts == 0:
		restarts = 1
	case restarts < 0:
		restarts = 0
	}
	if period <= 0 {
		period = 5 * time.Second
	}
	return restarts, period
}
