package gateway

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/worker"
)

// DefaultOperation is what is called of the plugin unless Filter says another.
const DefaultOperation = "http.request"

// DefaultTimeout is how long the plugin has unless Filter says another.
const DefaultTimeout = 2 * time.Second

// SkippedHeader is the header of requests that went on although the plugin was
// down; its value is the plugin's name.
const SkippedHeader = "Patchbay-Skipped"

// A Caller is a plugin or worker.
type Caller interface {
	Name() string
	Call(ctx context.Context, operation string, payload []byte) ([]byte, error)
}

// A Filter asks a plugin about each request before it goes on. Its fields are not
// changed after the first request; it is safe for concurrent use.
type Filter struct {
	// Plugin is asked.
	Plugin Caller

	// Next gets the requests that pass.
	Next http.Handler

	// Operation is what is called; DefaultOperation if it is empty.
	Operation string

	// Timeout is how long the plugin has for a request, with the calls that are
	// made again after a trap; 0 means DefaultTimeout.
	Timeout time.Duration

	// MaxBody is how many bytes a request's body may have for Next; 0 means any
	// number.
	MaxBody int64

	// Logger is told why requests were not answered. Nil means slog.Default().
	Logger *slog.Logger
}

// ServeHTTP asks the plugin, and answers the request or hands it on.
func (f *Filter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del(SkippedHeader)
	verdict, err := f.ask(r)
	switch {
	case errors.Is(err, worker.ErrSkipped):
		r.Header.Set(SkippedHeader, f.Plugin.Name())
	case err != nil:
		f.fail(w, r, err)
		return
	case verdict.Status != 0:
		verdict.answer(w)
		return
	default:
		verdict.change(r)
	}
	if f.MaxBody > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, f.MaxBody)
	}
	f.Next.ServeHTTP(w, r)
}

// ask calls the plugin, again as long as it traps.
func (f *Filter) ask(r *http.Request) (*verdict, error) {
	payload, err := describe(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), cmp.Or(f.Timeout, DefaultTimeout))
	defer cancel()
	operation := cmp.Or(f.Operation, DefaultOperation)
	const longest = 50 * time.Millisecond
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		reply, err := f.Plugin.Call(ctx, operation, payload)
		if err == nil {
			return readVerdict(reply)
		}
		if !trapped(err) || !sleep(ctx, pause) {
			return nil, err
		}
	}
}

// trapped reports whether err is the guest's own end, and not that of a deadline.
func trapped(err error) bool {
	trap := engine.AsTrap(err)
	return trap != nil && trap.Kind != engine.Deadline && trap.Kind != engine.Canceled
}

// sleep waits, and reports whether there is time left.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// fail answers a request about which the plugin said nothing of use. Why is for
// the log, not for whoever asks.
func (f *Filter) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for an answer
	}
	status, text := http.StatusBadGateway, "the request could not be checked"
	switch {
	case errors.Is(err, errRequest):
		status, text = http.StatusBadRequest, "the request is not one that can be checked"
	case errors.Is(err, context.DeadlineExceeded):
		status, text = http.StatusGatewayTimeout, "the request could not be checked in time"
	case errors.Is(err, worker.ErrDown), errors.Is(err, worker.ErrDrained), bus.CodeOf(err) == bus.Overloaded, bus.CodeOf(err) == bus.Unavailable:
		status, text = http.StatusServiceUnavailable, "the request cannot be checked now"
		w.Header().Set("Retry-After", "1")
	}
	logger := f.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Warn("a request was not answered", slog.String("plugin", f.Plugin.Name()), slog.Int("status", status), slog.Any("error", err))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // whoever has gone does not read it
}

// remote returns the address of the other side without its port.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
