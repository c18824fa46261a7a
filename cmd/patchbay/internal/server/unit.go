package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/worker"
)

// A unit is a plugin that is served: a worker with what it is granted, and what
// is noted of it.
type unit struct {
	config  config.Plugin
	worker  *worker.Worker
	server  *Server
	child   string // the name under which the worker is supervised
	roots   []*os.Root
	version atomic.Pointer[string] // the digest of the version in use, shortened

	mu     sync.Mutex
	events []worker.Event // the last ones, the oldest first
	swaps  map[string]uint64
}

// mostEvents is how many events of a plugin are kept for `patchbay ps`.
const mostEvents = 20

// newUnit opens what the plugin is granted and makes its worker, which does not
// run yet.
func (s *Server) newUnit(c config.Plugin) (_ *unit, err error) {
	u := &unit{config: c, server: s, swaps: map[string]uint64{}}
	none := ""
	u.version.Store(&none)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("plugin %s: %w", c.Name, err), u.close())
		}
	}()
	granted, err := u.grants()
	if err != nil {
		return nil, err
	}
	u.worker, err = worker.New(worker.From(s.Hosts), u.options(granted))
	return u, err
}

// close gives back what the plugin was granted.
func (u *unit) close() error {
	var errs []error
	for _, root := range u.roots {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}

// grants opens the folders and streams that the plugin may use.
func (u *unit) grants() (wasi.Config, error) {
	g := u.config.Grants
	granted := wasi.Config{Args: g.Args, Env: g.Env}
	for _, dir := range g.Dirs {
		root, err := os.OpenRoot(dir.Host)
		if err != nil {
			return wasi.Config{}, err
		}
		u.roots = append(u.roots, root)
		granted.Preopens = append(granted.Preopens, wasi.Preopen{Name: dir.Guest, Root: root, Writable: dir.Writable})
	}
	logger := u.logger().With(slog.String("plugin", u.config.Name))
	if g.Stdout == "log" {
		granted.Stdout = &logWriter{logger: logger, stream: "stdout"}
	}
	if g.Stderr == "log" {
		granted.Stderr = &logWriter{logger: logger, stream: "stderr"}
	}
	return granted, granted.Validate()
}

func (u *unit) logger() *slog.Logger {
	return slog.New(levelHandler{u.server.Logger.Handler(), u.config.LogLevel})
}

// options are those of the worker.
func (u *unit) options(granted wasi.Config) worker.Options {
	c := &u.config
	o := worker.Options{
		Plugin: plugin.Options{
			Name: c.Name, Contract: c.Contract, Handler: &hostSide{u.logger(), c.HostCalls}, WASI: granted,
			Limits: c.Limits, Pool: c.Pool, Logger: u.logger(),
		},
		File:  c.File,
		State: filepath.Join(u.server.Config.Server.State, "versions"),
		Keep:  c.Swap.Keep,

		ReloadOnTouch: c.Swap.Touch,
		Digest:        c.SHA256,
		Policy:        policy(c.OnFailure),
		Circuit: worker.Circuit{
			Row: c.Circuit.Row, Rate: c.Circuit.Rate, Window: c.Circuit.Window, Least: uint64(c.Circuit.Least),
		},
		AllowMissing: c.Swap.AllowMissing,
		Trial: worker.Trial{
			Off: c.Swap.Trial.Off, Calls: uint64(c.Swap.Trial.Calls), Time: c.Swap.Trial.Time,
			Rate: c.Swap.Trial.Rate, Least: uint64(c.Swap.Trial.Least),
		},
		Handover: worker.Handover(c.Swap.Handover),
		Drain:    c.Swap.Drain,
		Events:   u.note,
	}
	if c.Swap.Watch {
		o.Watcher = u.server.watcher
	}
	if p := c.Swap.Probe; p != nil {
		o.Probe = &worker.Probe{Operation: p.Operation, Payload: p.Payload, Timeout: p.Timeout, Check: p.Check}
	}
	return o
}

func policy(word string) worker.Policy {
	switch word {
	case "closed":
		return worker.Closed
	case "open":
		return worker.Open
	}
	return worker.Reload
}

// note keeps an event, counts it and logs it.
func (u *unit) note(e worker.Event) {
	short := e.Digest[:min(12, len(e.Digest))]
	switch e.Kind {
	case worker.Loaded, worker.Swapped, worker.RolledBack:
		u.version.Store(&short)
		u.server.metrics.used(u.config.Name, short)
	}
	u.mu.Lock()
	u.events = append(u.events, e)
	if len(u.events) > mostEvents {
		u.events = u.events[1:]
	}
	switch e.Kind {
	case worker.Swapped:
		u.swaps["ok"]++
	case worker.SwapFailed:
		u.swaps["failed"]++
	case worker.RolledBack:
		u.swaps["rolled_back"]++
	}
	u.mu.Unlock()
	level := slog.LevelInfo
	if e.Err != nil {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("plugin", u.config.Name)}
	if short != "" {
		attrs = append(attrs, slog.String("version", short))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.Any("error", e.Err))
	}
	u.server.Logger.LogAttrs(context.Background(), level, e.Kind.String(), attrs...)
}

// Name returns the plugin's name.
func (u *unit) Name() string { return u.config.Name }

// Call calls the plugin, with a span and metrics.
func (u *unit) Call(ctx context.Context, operation string, payload []byte) (reply []byte, err error) {
	ctx, end := u.server.tracing.begin(ctx, u.config.Name, operation)
	var info plugin.Info
	began := time.Now()
	err = u.worker.Do(ctx, func(p *plugin.Plugin) (err error) {
		reply, err = p.CallInfo(ctx, &info, nil, operation, payload)
		return err
	})
	o := outcomeOf(err)
	u.server.metrics.called(u, operation, o, time.Since(began), &info)
	end(o, err)
	return reply, err
}

// A hostSide answers what a guest asks of the host.
type hostSide struct {
	logger *slog.Logger
	way    string // "deny", "log" or "echo"
}

// Invoke implements bus.Handler.
func (h *hostSide) Invoke(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
	switch h.way {
	case "echo":
		return bus.Reply{Format: inv.Format, Payload: inv.Payload}, nil
	case "log":
		h.logger.LogAttrs(ctx, slog.LevelInfo, "host call", slog.String("plugin", inv.Caller.Plugin), slog.Uint64("instance", inv.Caller.Instance),
			slog.String("binding", inv.Binding), slog.String("namespace", inv.Namespace), slog.String("operation", inv.Operation),
			slog.Int("bytes", len(inv.Payload)))
		return bus.Reply{}, nil
	}
	return bus.Reply{}, bus.Faultf(bus.Denied, "host calls are denied: %q %q %q", inv.Binding, inv.Namespace, inv.Operation)
}

// A levelHandler passes on what is at least of a level.
type levelHandler struct {
	slog.Handler
	least slog.Level
}

// Enabled implements slog.Handler.
func (h levelHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.least && h.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (h levelHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelHandler{h.Handler.WithAttrs(attrs), h.least}
}

// WithGroup implements slog.Handler.
func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{h.Handler.WithGroup(name), h.least}
}

// A logWriter logs what a guest writes to a stream, line by line.
type logWriter struct {
	logger *slog.Logger
	stream string

	mu   sync.Mutex
	rest []byte
}

// longestLine is after how many bytes a line is logged although it has not ended.
const longestLine = 8 << 10

// Write implements io.Writer.
func (w *logWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 && len(w.rest) < longestLine {
			return len(p), nil
		}
		if end < 0 || end > longestLine {
			end = longestLine
		}
		w.logger.Info(strings.TrimRight(string(w.rest[:end]), "\r"), slog.String("stream", w.stream))
		w.rest = bytes.TrimPrefix(w.rest[end:], []byte("\n"))
	}
}
