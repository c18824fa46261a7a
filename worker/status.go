package worker

import (
	"errors"
	"slices"
	"time"

	"github.com/patchbay-go/patchbay/plugin"
)

// A State is what a worker is doing.
type State int

// The states of a worker.
const (
	Idle     State = iota // it does not run
	Starting              // it loads its guest
	Up                    // it serves calls
	Held                  // it serves calls in a moment: a handover is under way
	Empty                 // it was drained
	Down                  // it has failed and waits for its supervisor
)

// String returns the state in a word.
func (s State) String() string {
	switch s {
	case Starting:
		return "starting"
	case Up:
		return "up"
	case Held:
		return "held"
	case Empty:
		return "drained"
	case Down:
		return "down"
	}
	return "idle"
}

// Status is what a worker is doing at one moment, and what it has done.
type Status struct {
	Name  string
	State State

	// Err is why the worker is down.
	Err error

	// CircuitOpen says that it is down because its guest trapped too much, and
	// TrapsInARow how many calls have trapped since the last good one.
	CircuitOpen bool
	TrapsInARow int

	// Digest is the SHA-256, in hexadecimal, of the version in use, and File where
	// it is from; empty if there is none.
	Digest string
	File   string

	// Contract is how the guest is called.
	Contract plugin.Contract

	// Generation is 0 for the first version that came into use, and one more for
	// each that did after it, by a swap, a rollback or a restart (WT-22).
	Generation uint64

	// Since is when the version that is in use, or was at last, came into use
	// (WT-23).
	Since time.Time

	// Pinned is the digest of the version that is to stay in use; empty if none is.
	Pinned string

	// OnTrial says that the version may still be rolled back by itself.
	OnTrial bool

	// Calls is how many calls were made, Errors how many of them the guest failed,
	// and Traps how many of those trapped: in all versions together.
	Calls, Errors, Traps uint64

	// Restarts is how often the worker was run again.
	Restarts uint64

	// Old is how many versions before this one are loaded: because they serve a
	// call, or this one is on trial.
	Old int

	// Plugin is what the version's pool is doing.
	Plugin plugin.Stats
}

// Status returns what the worker is doing.
func (w *Worker) Status() Status {
	pinned := w.store.read().Pinned
	w.mu.Lock()
	s := Status{
		Name: w.Name(), State: w.state, Err: w.cause, Pinned: pinned,
		Generation: w.generation, Since: w.since, Restarts: w.restarts, Old: len(w.live),
	}
	sum, live, v := w.ended, slices.Clone(w.live), w.current.Load()
	w.mu.Unlock()
	for _, l := range live {
		sum.add(l)
	}
	s.Calls, s.Errors, s.Traps = sum.calls, sum.errors, sum.traps
	s.CircuitOpen = errors.Is(s.Err, ErrCircuit)
	if v != nil {
		s.TrapsInARow = int(v.row.Load())
		s.Digest, s.File, s.Contract = v.digest, v.file, v.plugin.Contract()
		s.OnTrial, s.Plugin, s.Old = v.onTrial.Load(), v.plugin.Stats(), s.Old-1
	}
	return s
}
