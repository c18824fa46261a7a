package patchbay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wasi"
)

// ErrClosed is the error of loading after [Host.Close].
var ErrClosed = errors.New("the host is closed")

// A Plugin is a loaded guest: see [plugin.Plugin].
type Plugin = plugin.Plugin

// A Host loads plugins and owns them. The zero Host is ready to use. Its fields
// hold for every plugin that it loads and are not changed after the first; its
// methods are safe for concurrent use.
type Host struct {
	// Engine runs the guests. Nil means wazero, made at the first load and closed
	// with the host; an engine that is given stays the caller's to close, after
	// the host.
	Engine engine.Engine

	// CacheDir is a folder for compiled code when Engine is nil, so that the next
	// process need not compile again. Empty means no cache.
	CacheDir string

	// Handler answers what guests ask of the host. It is called from many
	// goroutines at once. Without one, guests are told that there is none.
	Handler bus.Handler

	// Imports offers what components import, in Go, as generated code does: with
	// world.Imports{Log: logger}.Define, for example. Handler is asked for the rest.
	Imports func(*component.Linker)

	// WASI is what guests may touch: nothing by default.
	WASI wasi.Config

	// Limits bound each module and each of its instances. Timeout is how long a
	// call may last: 0 means 10 s, less than 0 for ever.
	Limits engine.Limits

	// Pool says how many instances each plugin has and how long they live; by
	// default as many as the program may use CPUs, made when needed.
	Pool plugin.Pool

	// Budget is what all plugins may use together: memory, instances and
	// compilations at a time. See the defaults in [plugin.Budget].
	Budget plugin.Budget

	// Logger gets what guests log, with the plugin's name and the instance. Nil
	// means slog.Default().
	Logger *slog.Logger

	mu      sync.Mutex
	own     engine.Engine // made by the host; nil until then, and if one was given
	hosts   *plugin.Hosts
	plugins []*Plugin // in the order of loading
	loads   sync.WaitGroup
	life    context.Context // of loading; ends with Close
	end     context.CancelFunc
	closed  bool
}

// Options returns the options with which the host loads a plugin of that name,
// for [Host.LoadWith].
func (h *Host) Options(name string) plugin.Options {
	return plugin.Options{
		Name:    name,
		Handler: h.Handler,
		Imports: h.Imports,
		WASI:    h.WASI,
		Limits:  h.Limits,
		Pool:    h.Pool,
		Logger:  h.Logger,
	}
}

// Used returns how much of its Budget the host's plugins use at this moment.
func (h *Host) Used() plugin.Budget {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hosts == nil {
		return plugin.Budget{}
	}
	return h.hosts.Used()
}

// begin counts a load, which [Host.Close] cancels and waits for, and returns its
// context. To be followed by done.
func (h *Host) begin(ctx context.Context) (_ context.Context, done func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, nil, ErrClosed
	}
	if h.life == nil {
		h.life, h.end = context.WithCancel(context.Background())
	}
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(h.life, cancel)
	h.loads.Add(1)
	return ctx, func() { release(); cancel(); h.loads.Done() }, nil
}

// start makes what all plugins share, at the first load.
func (h *Host) start(ctx context.Context) (*plugin.Hosts, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hosts != nil {
		return h.hosts, nil
	}
	ctx = context.WithoutCancel(ctx) // it serves later loads too
	eng, err := h.engine(ctx)
	if err != nil {
		return nil, err
	}
	h.hosts, err = plugin.NewHostsWith(ctx, eng, h.Budget)
	return h.hosts, err
}

// engine returns the engine that was given or else makes one. The lock is held.
func (h *Host) engine(ctx context.Context) (engine.Engine, error) {
	if h.Engine != nil {
		return h.Engine, nil
	}
	if h.own == nil {
		own, err := wazero.New(ctx, wazero.Config{CacheDir: h.CacheDir, Warn: h.warn})
		if err != nil {
			return nil, err
		}
		h.own = own
	}
	return h.own, nil
}

// warn logs what the engine goes on without.
func (h *Host) warn(err error) {
	logger := h.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Warn("compilation cache", slog.Any("error", err))
}

// keep makes the host the owner of p, unless it is closed. Plugins that their
// users have closed are let go.
func (h *Host) keep(p *Plugin) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return ErrClosed
	}
	h.plugins = append(slices.DeleteFunc(h.plugins, (*Plugin).Closed), p)
	return nil
}

func (h *Host) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// Close closes the plugins, the one that was loaded last first, and then the
// engine if the host made it. Guests that are being loaded are stopped, and calls
// in flight are waited for, as long as ctx lets it; when ctx ends first the error
// says so, and closing again goes on. To close a closed host does nothing.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	plugins := slices.Clone(h.plugins)
	if h.end != nil {
		h.end()
	}
	h.mu.Unlock()

	var errs []error
	for _, p := range slices.Backward(plugins) {
		errs = append(errs, p.Close(ctx))
	}
	if err := h.awaitLoads(ctx); err != nil {
		return errors.Join(append(errs, err)...)
	}
	if slices.ContainsFunc(plugins, func(p *Plugin) bool { return !p.Closed() }) {
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, h.stop(ctx))...)
}

// awaitLoads waits until nothing is being loaded.
func (h *Host) awaitLoads(ctx context.Context) error {
	idle := make(chan struct{})
	go func() {
		h.loads.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close: a guest is still being loaded: %w", ctx.Err())
	}
}

// stop closes the engine when no plugin needs it any more.
func (h *Host) stop(ctx context.Context) error {
	h.mu.Lock()
	own, hosts := h.own, h.hosts
	h.own, h.hosts, h.plugins = nil, nil, nil
	h.mu.Unlock()
	if own == nil {
		if hosts == nil {
			return nil
		}
		return hosts.Close(ctx)
	}
	if err := own.Close(ctx); err != nil {
		return fmt.Errorf("close the engine: %w", err)
	}
	return nil
}
