package worker

import (
	"fmt"
	"time"
)

// A Kind says what an event is.
type Kind int

// The kinds of events.
const (
	Loaded     Kind = iota + 1 // the worker has started with a version
	LoadFailed                 // the worker could not start with a version: a [*SwapError]
	Swapped                    // a new version is in use
	SwapFailed                 // a new version is not, a [*SwapError], and nothing has changed
	RolledBack                 // the version before From is in use again; Err is why, nil if it was asked for
	Drained                    // an old version has ended
	Lingers                    // an old version still runs calls after Options.Drain
	Ignored                    // the file has changed and is not taken; Err is why
	Pinned                     // the version is to stay in use
	Unpinned                   // it is not any more
	Handed                     // the state of the old version was given to the new one
	Failed                     // the worker fails; Err is why
	Stopped                    // the worker has ended
)

var kindTexts = [...]string{
	Loaded: "loaded", LoadFailed: "load failed", Swapped: "swapped", SwapFailed: "swap failed", RolledBack: "rolled back",
	Drained: "drained", Lingers: "lingers", Ignored: "ignored", Pinned: "pinned", Unpinned: "unpinned", Handed: "state handed over", Failed: "failed", Stopped: "stopped",
}

// String returns the kind in words.
func (k Kind) String() string {
	if k > 0 && int(k) < len(kindTexts) {
		return kindTexts[k]
	}
	return fmt.Sprintf("event(%d)", int(k))
}

// An Event is something that happened to a worker.
type Event struct {
	Time   time.Time
	Worker string
	Kind   Kind

	// Digest is of the version that the event is about, in hexadecimal, and From
	// of the one that was in use before it. Each may be empty.
	Digest string
	From   string

	// File is where the version is from; empty if it is from no file.
	File string

	// Generation is that of the version; see [Status].
	Generation uint64

	Err error
}

// String returns the event as a line without its time, as in
// "greet: swapped to 2c26b46b68ff".
func (e Event) String() string {
	text := e.Worker + ": " + e.Kind.String()
	if e.Digest != "" {
		text += " " + short(e.Digest)
	}
	if e.From != "" {
		text += " from " + short(e.From)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// emit tells of an event. One is told after the other.
func (w *Worker) emit(e Event) {
	w.announce(func() (Event, bool) { return e, true })
}

// announce makes a change and tells of it if it came about, before another change
// that is announced is made: events of such changes come in their order. change
// takes Worker.mu itself.
func (w *Worker) announce(change func() (Event, bool)) (changed bool) {
	w.telling.Lock()
	defer w.telling.Unlock()
	e, changed := change()
	if changed && w.options.Events != nil {
		e.Time, e.Worker = time.Now(), w.Name()
		w.options.Events(e)
	}
	return changed
}

// of returns an event about a version.
func (k Kind) of(v *version, err error) Event {
	return Event{Kind: k, Digest: v.digest, File: v.file, Generation: v.generation.Load(), Err: err}
}

// tell emits an event about a version.
func (w *Worker) tell(k Kind, v *version, err error) {
	w.emit(k.of(v, err))
}
