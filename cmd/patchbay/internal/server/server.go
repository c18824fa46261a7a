// Package server is what `patchbay serve` runs: workers for the plugins of a
// configuration, calls over HTTP, gateways, and a control socket with commands,
// health and metrics.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/supervise"
	"github.com/patchbay-go/patchbay/worker"
)

// A Server serves the plugins of a configuration. Its exported fields are not
// changed once it runs.
type Server struct {
	// Config is what is served.
	Config *config.Config

	// Reread reads the configuration again; nil if there is no file.
	Reread func() (*config.Config, error)

	// Hosts is what the guests share.
	Hosts *plugin.Hosts

	// Logger is told everything.
	Logger *slog.Logger

	// Version is that of Patchbay.
	Version string

	// Getenv reads the environment, of which only OpenTelemetry's variables are
	// looked at.
	Getenv func(name string) string

	metrics    *metrics
	tracing    *tracing
	supervisor *supervise.Supervisor
	watcher    *worker.Watcher
	draining   atomic.Bool
	ending     chan struct{} // closed when somebody asked for the end
	end        sync.Once
	began      time.Time
	reloading  sync.Mutex // one reload at a time
	risen      int        // how many plugins were started beside those before; of who reloads

	mu      sync.RWMutex
	current *config.Config
	units   map[string]*unit
}

// A Listening says where a server is to be reached.
type Listening struct {
	Calls, Control, Health string
	Gateways               map[string]string
	TokenFile              string // empty if none is needed
}

// restartWait are the pauses before a plugin that failed is started again.
const (
	shortestWait = 100 * time.Millisecond
	longestWait  = 30 * time.Second
)

// Run serves until ctx ends or somebody asks for the end over the control; then
// it takes no more calls, waits for those in flight, and stops the plugins. It
// calls ready once everything is up.
func (s *Server) Run(ctx context.Context, ready func(Listening)) (err error) {
	state, err := holdState(s.Config.Server.State)
	if err != nil {
		return fmt.Errorf("state folder: %w", err)
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	if err := s.prepare(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.tracing.shutdown(context.WithoutCancel(ctx))) }()
	life, stop := context.WithCancel(context.WithoutCancel(ctx)) // the plugins' life ends last
	supervised := make(chan error, 1)
	running := make(chan struct{})
	go func() { supervised <- s.supervisor.Run(life, sync.OnceFunc(func() { close(running) })) }()
	defer func() {
		stop()
		err = errors.Join(err, <-supervised, s.closeUnits())
	}()
	<-running
	doors, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, doors.close()) }()
	if err := s.startAll(ctx); err != nil {
		return err
	}
	doors.serve()
	if ready != nil {
		ready(doors.listening)
	}
	select {
	case <-ctx.Done():
	case <-s.ending:
	case err = <-doors.failed:
	}
	s.draining.Store(true)
	s.Logger.Info("draining", slog.Duration("for", s.config().Server.Drain))
	return errors.Join(err, doors.drain(s.config().Server.Drain))
}

// prepare makes what does not depend on plugins.
func (s *Server) prepare(ctx context.Context) (err error) {
	s.current, s.units, s.ending, s.began = s.Config, map[string]*unit{}, make(chan struct{}), time.Now()
	s.metrics = newMetrics(s)
	if s.tracing, err = newTracing(ctx, &s.Config.Server.Tracing, s.Getenv); err != nil {
		return fmt.Errorf("tracing: %w", err)
	}
	s.watcher = &worker.Watcher{Debounce: s.Config.Server.Debounce, Logger: s.Logger}
	s.supervisor = &supervise.Supervisor{
		Name: "plugins", Strategy: supervise.OneForOne,
		// One plugin that fails again and again is no reason to end the others.
		Intensity: math.MaxInt, Period: time.Second,
		Backoff: supervise.Backoff{Initial: shortestWait, Max: longestWait},
	}
	return nil
}

// startAll starts the plugins of the configuration, and says of all that do not
// start why.
func (s *Server) startAll(ctx context.Context) error {
	var errs []error
	for _, c := range s.config().Plugins {
		if err := s.start(ctx, c); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// start starts one plugin and puts it among those that are served.
func (s *Server) start(ctx context.Context, c config.Plugin) error {
	u, err := s.rise(ctx, c, false)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.units[c.Name] = u
	s.mu.Unlock()
	return nil
}

// startError leaves out what the supervisor says around the worker's own words.
func startError(err error) error {
	if outer, ok := errors.AsType[*supervise.Error](err); ok {
		return outer.Err
	}
	return err
}

// closeUnits gives back what all plugins were granted.
func (s *Server) closeUnits() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, u := range s.units {
		errs = append(errs, u.close())
	}
	s.units = map[string]*unit{}
	return errors.Join(errs...)
}

// sorted returns the plugins by name.
func (s *Server) sorted() []*unit {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.units), func(a, b *unit) int { return cmp.Compare(a.config.Name, b.config.Name) })
}

// config returns the configuration that is in force.
func (s *Server) config() *config.Config {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.current
}
