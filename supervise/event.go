package supervise

import (
	"fmt"
	"time"
)

// A Kind says what an event is.
type Kind int

// The kinds of events.
const (
	Started     Kind = iota + 1 // a child has started
	StartFailed                 // a child failed before it had started
	Exited                      // a child ended by itself; Err is nil if it ended well
	Restarting                  // a child will be started again, after Delay
	Stopped                     // a child has returned after it was stopped
	Killed                      // a child did not return in time and its Kill, if any, was called
	Abandoned                   // a child has not returned; its goroutine runs on
	Returned                    // the goroutine of an abandoned child has ended
	GaveUp                      // the supervisor stops its children, because they failed too often
	Finished                    // the supervisor ends
)

var kindTexts = [...]string{
	Started: "started", StartFailed: "start failed", Exited: "exited", Restarting: "restarting", Stopped: "stopped",
	Killed: "killed", Abandoned: "abandoned", Returned: "returned", GaveUp: "gave up", Finished: "finished",
}

// String returns the kind in words.
func (k Kind) String() string {
	if k > 0 && int(k) < len(kindTexts) {
		return kindTexts[k]
	}
	return fmt.Sprintf("event(%d)", int(k))
}

// An Event is something that happened in a supervisor.
type Event struct {
	Time       time.Time
	Supervisor string // its name
	Child      string // empty if the event is of the supervisor itself
	Kind       Kind

	// Err is what the child or the supervisor came to: with StartFailed, Exited,
	// Stopped, Restarting, Returned, GaveUp and Finished. Nil if it ended well.
	Err error

	// Restarts is how many restarts there were within the period, this one
	// included: with Restarting and GaveUp.
	Restarts int

	// Delay is when the restart follows: with Restarting.
	Delay time.Duration
}

// String returns the event as a line without its time, as in
// "plugins: greet: restarting after 100ms: cause".
func (e Event) String() string {
	text := e.Kind.String()
	if e.Delay > 0 {
		text += " after " + e.Delay.String()
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Child != "" {
		text = e.Child + ": " + text
	}
	if e.Supervisor != "" {
		text = e.Supervisor + ": " + text
	}
	return text
}
