package supervise

import (
	"context"
	"time"
)

// A Child says what a supervisor runs and how. It is OTP's child specification.
type Child struct {
	// Name tells the children of one supervisor apart. It must not be empty.
	Name string

	// Run is the child. It runs in a goroutine of its own, calls started as soon
	// as it serves, and returns when its context ends. Further calls of started
	// do nothing. A panic in it, or runtime.Goexit, is a failure.
	Run func(ctx context.Context, started func()) error

	// Restart says whether the child is started again when it has ended.
	Restart Restart

	// StartTimeout is how long the child may take to start; 0 means for ever.
	StartTimeout time.Duration

	// Shutdown is how long the child may take to return once its context has
	// ended: 5 s if it is 0, for ever if it is [Infinity], not at all if it is
	// [BrutalKill].
	Shutdown time.Duration

	// Kill is called once if Shutdown has passed. It makes Run return if it can,
	// must not block, and may be nil.
	Kill func()
}

// Values of Child.Shutdown.
const (
	Infinity   time.Duration = -1 // wait until the child has returned
	BrutalKill time.Duration = 1  // do not wait
)

const (
	defaultShutdown = 5 * time.Second
	killWait        = time.Second // how long a child may take to return after Kill
)

// A Restart says when a child is started again.
type Restart int

// The restart types.
const (
	Permanent Restart = iota // always
	Transient                // if it returned an error or panicked
	Temporary                // never
)

// String returns OTP's word.
func (r Restart) String() string {
	switch r {
	case Permanent:
		return "permanent"
	case Transient:
		return "transient"
	}
	return "temporary"
}

// wanted reports whether a child that came to err is started again.
func (r Restart) wanted(err error) bool {
	return r == Permanent || r == Transient && err != nil
}

// A State is what a child is doing.
type State int

// The states of a child.
const (
	Ended    State = iota // it ended and is not restarted by itself
	Starting              // it has not said yet that it has started
	Running               // it has started
	Waiting               // it is to be restarted
)

// String returns the state in a word.
func (s State) String() string {
	switch s {
	case Starting:
		return "starting"
	case Running:
		return "running"
	case Waiting:
		return "waiting"
	}
	return "ended"
}

// Info is what a supervisor knows of a child.
type Info struct {
	Name    string
	State   State
	Restart Restart

	// Since is when the child was last started; zero if it never was.
	Since time.Time

	// Restarts is how often it was started after the first time, whatever the
	// reason.
	Restarts int

	// Err is what the last run came to, nil if it ended well or there was none.
	Err error
}

// A member is a child in a running supervisor.
type member struct {
	Child
	process *process // that runs; nil if none does
	waiting bool
	due     time.Time // of a member that waits
	starts  int
	since   time.Time // of the last start
	delays  int       // restarts in a row that were delayed
	err     error     // of the last run
}

func (m *member) info() Info {
	return Info{
		Name: m.Name, State: m.state(), Restart: m.Restart,
		Since: m.since, Restarts: max(0, m.starts-1), Err: m.err,
	}
}

func (m *member) state() State {
	switch {
	case m.waiting:
		return Waiting
	case m.process == nil:
		return Ended
	case m.process.isUp():
		return Running
	}
	return Starting
}
