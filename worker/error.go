package worker

import (
	"errors"

	"github.com/patchbay-go/patchbay/bus"
)

// The errors that a caller may want to tell apart.
var (
	// ErrDown is the error of calls while the worker is down, if its Policy is
	// Closed, and of what can only be done to a worker that is up. It wraps why.
	ErrDown error = &bus.Fault{Code: bus.Unavailable, Text: "the worker is down"}

	// ErrSkipped is the error of calls while the worker is down, if its Policy is
	// Open: nothing was called, and the caller goes on without.
	ErrSkipped error = &bus.Fault{Code: bus.Unavailable, Text: "skipped, because the worker is down"}

	// ErrDrained is the error of calls after [Worker.Drain].
	ErrDrained error = &bus.Fault{Code: bus.Unavailable, Text: "the worker was drained"}

	// ErrCircuit is why a worker failed whose guest trapped too much.
	ErrCircuit = errors.New("the circuit opened")

	// ErrTrial is why a version was rolled back by itself.
	ErrTrial = errors.New("too many calls of the new version failed")

	// ErrMissing says that a new version lacks operations.
	ErrMissing = errors.New("operations are missing")

	// ErrDigest says that bytes are not those that were asked for.
	ErrDigest = errors.New("the digest is another")

	// ErrUnknown says that no version of that digest is kept.
	ErrUnknown = errors.New("no such version is kept")

	// ErrPinned is the error of what would put another version in the place of one
	// that is pinned.
	ErrPinned = errors.New("a version is pinned")

	// ErrRejected says that a version was rolled back before, and is not taken
	// again unless somebody asks for it.
	ErrRejected = errors.New("the version was rolled back before")

	// ErrRunning is the error of running a worker that runs.
	ErrRunning = errors.New("the worker runs already")

	// ErrNoGuest says that Options have neither File nor Binary.
	ErrNoGuest = errors.New("there is no file and no binary to load")

	// ErrHandoverPool says that Options want a handover from several instances.
	ErrHandoverPool = errors.New("a handover needs a pool of one instance")
)

// A Step is one of those by which a version comes into use.
type Step string

// The steps, in their order.
const (
	StepRead       Step = "read"       // of the file
	StepDigest     Step = "digest"     // is it the one that may be loaded
	StepTrial      Step = "trial"      // was it rolled back before
	StepCheck      Step = "check"      // are the bytes a module that can be run ([engine.Check])
	StepLoad       Step = "load"       // compile and link
	StepInitialize Step = "initialize" // an initializer of the guest trapped
	StepOperations Step = "operations" // are those of the old version there
	StepProbe      Step = "probe"
	StepDrain      Step = "drain"   // the old one, before a handover
	StepQuiesce    Step = "quiesce" // the old one
	StepSave       Step = "save"    // the old one's state
	StepRestore    Step = "restore" // in the new one
	StepKeep       Step = "keep"    // its bytes, for later
)

// A SwapError says why a version did not come into use. What was in use is so
// still.
type SwapError struct {
	Worker string
	File   string // where the version is from; empty if it is from no file
	Digest string // of the version, in hexadecimal; empty if it could not be read
	Step   Step
	Err    error
}

// Error returns the path from outside in, as in
// "swap greet: greet.wasm (2c26b46b68ff): probe: cause".
func (e *SwapError) Error() string {
	text := "swap " + e.Worker + ": "
	if e.File != "" {
		text += e.File
		if e.Digest != "" {
			text += " "
		}
	}
	if e.Digest != "" {
		text += "(" + short(e.Digest) + ")"
	}
	if e.File != "" || e.Digest != "" {
		text += ": "
	}
	return text + string(e.Step) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *SwapError) Unwrap() error { return e.Err }

// An Error is what the other methods of a worker return: what went wrong, and
// where.
type Error struct {
	Worker string
	Err    error
}

// Error returns the path from outside in.
func (e *Error) Error() string { return e.Worker + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// because adds to a sentinel why.
func because(sentinel, cause error) error {
	if cause == nil {
		return sentinel
	}
	return &caused{sentinel, cause}
}

type caused struct{ sentinel, cause error }

func (c *caused) Error() string { return c.sentinel.Error() + ": " + c.cause.Error() }

func (c *caused) Unwrap() []error { return []error{c.sentinel, c.cause} }

// short returns the beginning of a digest, for people.
func short(digest string) string { return digest[:min(12, len(digest))] }
