package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

// timeoutHeader is how long a caller gives a call.
const timeoutHeader = "Patchbay-Timeout"

// calls serves POST /call/{plugin}/{operation}: the body is the payload, the
// answer's body the reply.
func (s *Server) calls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/call/{plugin}/{operation...}", s.serveCall)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem{Code: string(outcomeNotFound), Message: "calls are POST /call/{plugin}/{operation}"}.write(w, http.StatusNotFound)
	})
	return mux
}

func (s *Server) serveCall(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		problem{Code: "method_not_allowed", Message: "calls are POST"}.write(w, http.StatusMethodNotAllowed)
		return
	}
	u, err := s.find(r.PathValue("plugin"))
	if err != nil {
		problem{Code: string(outcomeNotFound), Message: err.Error()}.write(w, http.StatusNotFound)
		return
	}
	ctx, cancel, err := callContext(r)
	if err != nil {
		problem{Code: "bad_request", Message: err.Error()}.write(w, http.StatusBadRequest)
		return
	}
	defer cancel()
	payload, err := s.payload(w, r)
	if err != nil {
		return
	}
	reply, err := u.Call(ctx, r.PathValue("operation"), payload)
	if err != nil {
		writeFailure(w, err)
		return
	}
	w.Header().Set("Content-Type", replyType(r.Header.Get("Content-Type")))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(reply) // whoever has gone does not read it
}

// payload reads the body, and answers if that is not to be had.
func (s *Server) payload(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	most := s.config().Server.MaxBody
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	large, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		problem{Code: string(outcomeTooLarge), Message: fmt.Sprintf("the payload is larger than %d bytes; see max_body in the server's configuration", large.Limit)}.write(w, http.StatusRequestEntityTooLarge)
	case err != nil:
		problem{Code: "bad_request", Message: "the payload could not be read: " + err.Error()}.write(w, http.StatusBadRequest)
	}
	return payload, err
}

func writeFailure(w http.ResponseWriter, err error) {
	o := outcomeOf(err)
	if o.status() == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	problemOf(o, err).write(w, o.status())
}

// callContext is that of the request, with the deadline that the caller wants.
func callContext(r *http.Request) (context.Context, context.CancelFunc, error) {
	text := r.Header.Get(timeoutHeader)
	if text == "" {
		return r.Context(), func() {}, nil
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		return nil, nil, fmt.Errorf("%s: %q is no duration such as 500ms", timeoutHeader, text)
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	return ctx, cancel, nil
}

// replyType is the type of an answer: that of the payload if it is one of data,
// because a plugin may answer with what a browser would run.
func replyType(asked string) string {
	kind, _, err := mime.ParseMediaType(asked)
	if err == nil {
		switch kind {
		case "application/json", "application/cbor", "application/msgpack", "application/vnd.msgpack":
			return kind
		}
	}
	return "application/octet-stream"
}

// find returns the plugin of that name.
func (s *Server) find(name string) (*unit, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if u := s.units[name]; u != nil {
		return u, nil
	}
	names := make([]string, 0, len(s.units))
	for known := range s.units {
		names = append(names, known)
	}
	if near := spelling.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("there is no plugin %q; did you mean %q?", name, near)
	}
	return nil, fmt.Errorf("there is no plugin %q", name)
}
