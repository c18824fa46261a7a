package plugin

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
)

// A Plugin is a loaded guest: a compiled module and a pool of its instances. It
// must be closed.
type Plugin struct {
	hosts     *Hosts
	options   Options
	contract  Contract
	pool      *pool
	replacing chan struct{} // holds one token: one Replace at a time
	replies   sync.Pool     // of *[]byte, for replies that are only read

	operations atomic.Pointer[operations] // of the component in use; nil of other contracts
}

// New checks, compiles, links and initializes a guest. The plugin has one
// instance at least when New returns, so that a guest whose initializer fails is
// known at once. The binary is not kept.
func New(ctx context.Context, hosts *Hosts, binary []byte, options Options) (*Plugin, error) {
	p := &Plugin{hosts: hosts, options: options.withDefaults(), replacing: make(chan struct{}, 1)}
	p.pool = newPool(p.options.Pool, p.warn)
	if err := p.install(ctx, binary); err != nil {
		return nil, fmt.Errorf("load %w", p.wrap("", err))
	}
	return p, nil
}

// Name returns the name under which the plugin was loaded.
func (p *Plugin) Name() string { return p.options.Name }

// Contract returns how the guest is called.
func (p *Plugin) Contract() Contract { return p.contract }

// Call calls an operation of the guest with a payload and returns its reply in
// a slice of its own. See [Plugin.CallAppend].
func (p *Plugin) Call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	return p.CallAppend(ctx, nil, operation, payload)
}

// CallAppend calls an operation of the guest and returns dst with the reply
// appended. The payload is only read, and must not overlap the free part of dst.
// If dst has room for the reply and an instance is free, the call allocates
// nothing.
//
// The call ends when ctx does and when it has lasted as long as the options'
// Limits.Timeout; the guest is stopped then. Errors are of type [*Error], and dst
// is returned as it was.
func (p *Plugin) CallAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return dst, p.wrap(operation, err)
	}
	i := p.pool.take()
	if i == nil {
		i = p.pool.reach()
	}
	if i == nil {
		return p.callLater(ctx, nil, nil, dst, operation, payload)
	}
	return p.run(ctx, i, dst, operation, payload)
}

// callLater makes a call that found no free instance. Its deadline begins now.
func (p *Plugin) callLater(ctx context.Context, info *Info, request *tube.Request, dst []byte, operation string, payload []byte) ([]byte, error) {
	if timeout := p.options.Limits.Timeout; timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	began := time.Now()
	i, err := p.wait(ctx, info)
	waited := time.Since(began)
	if err != nil {
		return dst, p.wrap(operation, err)
	}
	if err := ctx.Err(); err != nil {
		p.pool.free(i)
		return dst, p.wrap(operation, err)
	}
	i.info, i.request = info, request
	reply, err := p.run(ctx, i, dst, operation, payload)
	if failure, ok := err.(*Error); ok {
		failure.Waited = waited
	}
	return reply, err
}

// run calls i and gives it back, whatever happens.
func (p *Plugin) run(ctx context.Context, i *instance, dst []byte, operation string, payload []byte) ([]byte, error) {
	returned := false
	defer func() {
		if !returned {
			p.pool.discard(i, true)
		}
	}()
	var reply []byte
	var err error
	switch {
	case i.request != nil:
		reply, err = i.callWith(ctx, dst)
	case i.info != nil:
		reply, err = i.callInfo(ctx, dst, operation, payload)
	default:
		reply, err = i.guest.CallAppend(ctx, dst, operation, payload)
	}
	returned = true
	if err != nil {
		return dst, p.failed(i, operation, err)
	}
	p.pool.put(i)
	return reply, nil
}

// failed gives back an instance whose call came to err.
func (p *Plugin) failed(i *instance, operation string, err error) error {
	if engine.AsTrap(err) != nil {
		p.pool.discard(i, true)
	} else {
		p.pool.put(i)
	}
	return p.wrap(operation, err)
}

// Stats returns what the plugin is doing.
func (p *Plugin) Stats() Stats { return p.pool.stats() }

// Close refuses new calls and calls that wait, waits for calls in flight as long
// as ctx lets it, and frees everything. A [Plugin.Replace] that is under way is
// canceled and waited for too. When ctx ends first the error says so,
// and what is still in use is freed when its call ends. To close again waits
// again and is otherwise without effect.
//
// A handler that closes the plugin that called it gets [ErrHeld]; the plugin is
// closed once that call has ended.
func (p *Plugin) Close(ctx context.Context) error {
	if err := p.pool.close(ctx); err != nil {
		return fmt.Errorf("close %w", p.wrap("", err))
	}
	return nil
}

// Closed reports whether the plugin was closed and everything of it is freed.
func (p *Plugin) Closed() bool { return !p.pool.lingers() }

// wrap says where err happened.
func (p *Plugin) wrap(operation string, err error) error {
	return &Error{Plugin: p.options.Name, Operation: operation, Err: err}
}

// warn logs what no caller would learn of.
func (p *Plugin) warn(text string, err error) {
	p.options.Logger.Warn(text, slog.String("plugin", p.options.Name), slog.Any("error", err))
}

// log passes on what a guest logs.
func (p *Plugin) log(ctx context.Context, instance uint64, text string) {
	p.options.Logger.LogAttrs(ctx, slog.LevelInfo, text,
		slog.String("plugin", p.options.Name), slog.Uint64("instance", instance))
}
