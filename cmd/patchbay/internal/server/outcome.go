package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/worker"
)

// An outcome is what a call came to: in metrics, spans, and answers. The set is
// closed and in docs/serve.md.
type outcome string

// The outcomes.
const (
	outcomeOK          outcome = "ok"
	outcomeGuestError  outcome = "guest_error" // the guest answered with an error
	outcomeTrap        outcome = "trap"        // the guest was ended by its own fault
	outcomeDeadline    outcome = "deadline"    // the call lasted too long
	outcomeCanceled    outcome = "canceled"    // the caller went away
	outcomeOverloaded  outcome = "overloaded"  // no instance, no room in the queue
	outcomeUnavailable outcome = "unavailable" // the plugin is down or drained
	outcomeSkipped     outcome = "skipped"     // it is down, and its policy is open
	outcomeNotFound    outcome = "not_found"   // there is no such plugin or operation
	outcomeTooLarge    outcome = "too_large"   // the payload
	outcomeInternal    outcome = "internal"    // the host's own fault
)

// outcomeOf sorts the error of a call.
func outcomeOf(err error) outcome {
	trap := engine.AsTrap(err)
	switch {
	case err == nil:
		return outcomeOK
	case errors.Is(err, worker.ErrSkipped):
		return outcomeSkipped
	case trap != nil && trap.Kind == engine.Deadline, trap == nil && errors.Is(err, context.DeadlineExceeded):
		return outcomeDeadline
	case trap != nil && trap.Kind == engine.Canceled, trap == nil && errors.Is(err, context.Canceled):
		return outcomeCanceled
	case trap != nil:
		return outcomeTrap
	case isGuestError(err):
		return outcomeGuestError
	}
	if missing, ok := errors.AsType[*tube.MissingError](err); ok && missing != nil {
		return outcomeNotFound
	}
	if large, ok := errors.AsType[*tube.SizeError](err); ok && large != nil {
		return outcomeTooLarge
	}
	switch bus.CodeOf(err) {
	case bus.Overloaded:
		return outcomeOverloaded
	case bus.Unavailable:
		return outcomeUnavailable
	case bus.NotFound:
		return outcomeNotFound
	}
	return outcomeInternal
}

func isGuestError(err error) bool {
	_, ofWapc := errors.AsType[*wapc.GuestError](err)
	_, ofTube := errors.AsType[*tube.GuestError](err)
	return ofWapc || ofTube
}

// statusCanceled is what nobody reads: the caller has gone. nginx logs it so.
const statusCanceled = 499

// status returns the HTTP status of an outcome.
func (o outcome) status() int {
	switch o {
	case outcomeOK:
		return http.StatusOK
	case outcomeGuestError:
		return http.StatusUnprocessableEntity
	case outcomeTrap:
		return http.StatusBadGateway
	case outcomeDeadline:
		return http.StatusGatewayTimeout
	case outcomeCanceled:
		return statusCanceled
	case outcomeOverloaded, outcomeUnavailable, outcomeSkipped:
		return http.StatusServiceUnavailable
	case outcomeNotFound:
		return http.StatusNotFound
	case outcomeTooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// A problem is the body of an answer that is no success.
type problem struct {
	// Code is an outcome, or "unauthorized", "forbidden", "bad_request" or
	// "method_not_allowed".
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Trap    string   `json:"trap,omitempty"`   // why the guest was ended
	Frames  []string `json:"frames,omitempty"` // where it was, innermost first
}

// problemOf describes the error of a call.
func problemOf(o outcome, err error) problem {
	p := problem{Code: string(o), Message: err.Error()}
	if trap := engine.AsTrap(err); trap != nil {
		p.Trap = trap.Kind.String()
		for _, frame := range trap.Frames {
			p.Frames = append(p.Frames, frame.String())
		}
	}
	return p
}

// write answers with the problem.
func (p problem) write(w http.ResponseWriter, status int) {
	writeJSON(w, status, map[string]problem{"error": p})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"the answer is no JSON"}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // whoever has gone does not read it
}
