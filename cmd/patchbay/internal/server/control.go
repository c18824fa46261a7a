package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/patchbay-go/patchbay/worker"
)

// control serves the commands, to whoever may open the socket:
//
//	GET  /v1/plugins                  []Status
//	POST /v1/plugins/{name}/{verb}    Answer; the body is a module, or a Request
//	POST /v1/reload                   Change
//	POST /v1/drain                    ends the server
//
// besides health and metrics.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.health())
	mux.HandleFunc("GET /v1/plugins", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.Statuses())
	})
	mux.HandleFunc("POST /v1/plugins/{name}/{verb}", s.serveVerb)
	mux.HandleFunc("POST /v1/reload", func(w http.ResponseWriter, r *http.Request) {
		change, err := s.Reload(r.Context())
		if err != nil {
			s.Logger.Error("the configuration was not read again, and nothing has changed", "error", err)
			problem{Code: "refused", Message: err.Error()}.write(w, http.StatusConflict)
			return
		}
		writeJSON(w, http.StatusOK, change)
	})
	mux.HandleFunc("POST /v1/drain", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, Answer{})
		s.end.Do(func() { close(s.ending) })
	})
	return mux
}

// health serves what probes and Prometheus ask for.
func (s *Server) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if reason := s.unready(); reason != "" {
			writeText(w, http.StatusServiceUnavailable, reason+"\n")
			return
		}
		writeText(w, http.StatusOK, "ok\n")
	})
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem{Code: string(outcomeNotFound), Message: "there are /livez, /readyz and /metrics"}.write(w, http.StatusNotFound)
	})
	return mux
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // whoever has gone does not read it
}

// unready says why calls should not be sent here, or "". A plugin that callers go
// on without is no reason, nor is one that somebody drained.
func (s *Server) unready() string {
	if s.draining.Load() {
		return "draining"
	}
	for _, u := range s.sorted() {
		switch state := u.worker.Status().State; state {
		case worker.Up, worker.Held, worker.Empty:
		default:
			if u.config.OnFailure != "open" {
				return fmt.Sprintf("plugin %s is %s", u.config.Name, state)
			}
		}
	}
	return ""
}

// A Status is what `patchbay ps` knows of a plugin. Fields are only ever added.
type Status struct {
	Name       string    `json:"name"`
	State      string    `json:"state"`
	Error      string    `json:"error,omitempty"`
	File       string    `json:"file"`
	Version    string    `json:"version"` // the SHA-256 of the module
	Pinned     string    `json:"pinned,omitempty"`
	Contract   string    `json:"contract"`
	Generation uint64    `json:"generation"`
	Since      time.Time `json:"since"`
	OnTrial    bool      `json:"on_trial"`
	Calls      uint64    `json:"calls"`
	Errors     uint64    `json:"errors"`
	Traps      uint64    `json:"traps"`
	Restarts   uint64    `json:"restarts"`
	Instances  int       `json:"instances"`
	InUse      int       `json:"in_use"`
	Waiting    int       `json:"waiting"`
	Memory     uint64    `json:"memory_bytes"`
	Versions   []Version `json:"versions"` // that are kept, the last one used at the end
	Events     []Event   `json:"events"`   // the last ones, the oldest first
}

// A Version is one whose bytes are kept.
type Version struct {
	Version string    `json:"version"`
	File    string    `json:"file,omitempty"`
	Size    int       `json:"size"`
	Used    time.Time `json:"used"`
}

// An Event is something that happened to a plugin.
type Event struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
	Version string    `json:"version,omitempty"`
	From    string    `json:"from,omitempty"`
	File    string    `json:"file,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// Statuses returns what the plugins are doing, by name.
func (s *Server) Statuses() []Status {
	statuses := []Status{}
	for _, u := range s.sorted() {
		statuses = append(statuses, u.status())
	}
	return statuses
}

func (u *unit) status() Status {
	w := u.worker.Status()
	s := Status{
		Name: u.config.Name, State: w.State.String(), File: w.File, Version: w.Digest, Contract: string(w.Contract),
		Generation: w.Generation, Since: w.Since, OnTrial: w.OnTrial, Calls: w.Calls, Errors: w.Errors, Traps: w.Traps,
		Restarts: w.Restarts, Instances: w.Plugin.Instances, InUse: w.Plugin.InUse, Waiting: w.Plugin.Waiting,
		Memory: w.Plugin.Memory, Pinned: w.Pinned, Versions: []Version{}, Events: []Event{},
	}
	if w.Err != nil {
		s.Error = w.Err.Error()
	}
	for _, k := range u.worker.Versions() {
		s.Versions = append(s.Versions, Version{Version: k.Digest, File: k.File, Size: k.Size, Used: k.Used})
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, e := range u.events {
		event := Event{Time: e.Time, Kind: e.Kind.String(), Version: e.Digest, From: e.From, File: e.File}
		if e.Err != nil {
			event.Error = e.Err.Error()
		}
		s.Events = append(s.Events, event)
	}
	return s
}

// A Request says which version a verb is about; its fields may be empty.
type Request struct {
	Version string `json:"version"` // a digest, or its beginning
}

// An Answer is what a verb has done.
type Answer struct {
	Version string `json:"version,omitempty"` // that is in use now
}

// maxModule is how large a module may be that is sent to the control.
const maxModule = 1 << 30

// errVerb is the error of a verb that there is not.
var errVerb = errors.New("there are swap, pin, unpin, rollback, reload and drain")

func (s *Server) serveVerb(w http.ResponseWriter, r *http.Request) {
	u, err := s.find(r.PathValue("name"))
	if err != nil {
		problem{Code: string(outcomeNotFound), Message: err.Error()}.write(w, http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxModule))
	if err != nil {
		problem{Code: "bad_request", Message: err.Error()}.write(w, http.StatusBadRequest)
		return
	}
	if err := u.do(r.Context(), r.PathValue("verb"), body); err != nil {
		status := http.StatusConflict
		if errors.Is(err, errVerb) {
			status = http.StatusNotFound
		}
		problem{Code: "refused", Message: err.Error()}.write(w, status)
		return
	}
	writeJSON(w, http.StatusOK, Answer{Version: u.worker.Status().Digest})
}

// do does what a command asks for.
func (u *unit) do(ctx context.Context, verb string, body []byte) error {
	var request Request
	if verb != "swap" && len(body) > 0 {
		if err := json.Unmarshal(body, &request); err != nil {
			return err
		}
	}
	switch verb {
	case "swap":
		return u.worker.Swap(ctx, body)
	case "pin":
		return u.worker.Pin(ctx, request.Version)
	case "unpin":
		return u.worker.Unpin(ctx)
	case "rollback":
		return u.worker.Rollback(ctx)
	case "reload":
		return u.worker.Reload(ctx)
	case "drain":
		return u.worker.Drain(ctx)
	}
	return fmt.Errorf("%q: %w", verb, errVerb)
}
