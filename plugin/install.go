package plugin

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A generation is one module of a plugin, compiled and linked.
type generation struct {
	// open makes an instance, its initializers done.
	open func(ctx context.Context) (*instance, error)

	// release gives the compiled code back once the last instance is closed.
	release func() error

	// operations are the functions of a component; nil of others.
	operations *operations
}

// Replace makes binary the plugin's module, with the options of the old one.
// Everything that can go wrong happens before anything changes: when Replace
// returns an error the plugin is as it was. When it returns nil, new calls and
// those that wait go to the new module. The old one serves the calls that are
// in flight; its instances are freed as their calls end, and then its code.
//
// The new module must be of the contract of the old one. Its memory starts
// afresh (WP-61). Of several calls of Replace at once one runs at a time.
func (p *Plugin) Replace(ctx context.Context, binary []byte) error {
	if err := p.replace(ctx, binary); err != nil {
		return fmt.Errorf("replace %w", p.wrap("", err))
	}
	return nil
}

func (p *Plugin) replace(ctx context.Context, binary []byte) error {
	select {
	case p.replacing <- struct{}{}:
		defer func() { <-p.replacing }()
	case <-ctx.Done():
		return fmt.Errorf("another Replace is running: %w", ctx.Err())
	}
	if !p.pool.reserve() {
		return ErrClosed
	}
	defer p.pool.unreserve()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.pool.life, cancel)()
	err := p.install(ctx, binary)
	if err != nil && p.pool.isClosed() {
		return ErrClosed // whatever else goes wrong then is a consequence
	}
	return err
}

// install makes binary the next generation of the pool.
func (p *Plugin) install(ctx context.Context, binary []byte) error {
	next, err := p.prepare(ctx, binary)
	if err != nil {
		return err
	}
	first, err := next.openFirst(ctx, max(1, p.pool.Warm))
	if err != nil {
		return closing(err, next.release())
	}
	old, err := p.pool.swap(next, first)
	if err != nil {
		for _, i := range first {
			err = closing(err, i.close())
		}
		return closing(err, next.release())
	}
	p.operations.Store(next.operations)
	if old.release != nil {
		if err := old.release(); err != nil {
			p.warn("the old module could not be closed", err)
		}
	}
	return nil
}

// prepare compiles and links binary.
func (p *Plugin) prepare(ctx context.Context, binary []byte) (generation, error) {
	if IsComponent(binary) {
		return p.prepareComponent(ctx, binary)
	}
	module, err := p.hosts.compile(ctx, binary, p.options.Limits)
	if err != nil {
		return generation{}, err
	}
	next, err := p.link(ctx, module)
	if err != nil {
		return generation{}, closing(err, module.Close(context.WithoutCancel(ctx)))
	}
	return next, nil
}

// link checks module against its contract and finds its imports.
func (p *Plugin) link(ctx context.Context, module engine.Module) (generation, error) {
	contract, err := contractOf(module, p.options.Contract)
	switch {
	case err != nil:
		return generation{}, err
	case p.contract == "":
		p.contract = contract
	case p.contract != contract:
		return generation{}, fmt.Errorf("the new module is of contract %s, the old one of %s", contract, p.contract)
	}
	var provided map[string]engine.Instance
	withWASI := wantsWASI(module)
	if withWASI {
		if provided, err = p.hosts.wasi(ctx); err != nil {
			return generation{}, err
		}
	}
	linked, err := p.linkContract(contract, module, provided)
	if err != nil {
		return generation{}, explained(err)
	}
	return generation{
		open:    func(ctx context.Context) (*instance, error) { return p.open(ctx, linked, withWASI) },
		release: func() error { return module.Close(context.Background()) },
	}, nil
}

// An instantiate makes a guest of a module that is linked under its contract.
type instantiate func(ctx context.Context, id uint64, system any) (guest, error)

// linkContract links module under its contract.
func (p *Plugin) linkContract(contract Contract, module engine.Module, provided map[string]engine.Instance) (instantiate, error) {
	if contract == Tube {
		return p.linkTube(module, provided)
	}
	linked, err := p.hosts.wapc.Link(module, wapc.Config{
		Plugin: p.options.Name, Handler: p.options.Handler, Log: p.log, Provided: provided,
		HostBytes: p.options.Limits.HostBytes,
	})
	return func(ctx context.Context, id uint64, system any) (guest, error) {
		return linked.Instantiate(ctx, id, system)
	}, err
}

// openFirst makes the instances that a generation begins with.
func (g generation) openFirst(ctx context.Context, n int) ([]*instance, error) {
	var first []*instance
	for range n {
		i, err := g.open(ctx)
		if err != nil {
			for _, i := range first {
				err = closing(err, i.close())
			}
			return nil, err
		}
		first = append(first, i)
	}
	return first, nil
}

// open makes one instance, if the budget allows it.
func (p *Plugin) open(ctx context.Context, linked instantiate, withWASI bool) (*instance, error) {
	if err := p.hosts.takeInstance(); err != nil {
		return nil, err
	}
	i, err := p.instantiate(ctx, linked, withWASI)
	if err != nil {
		p.hosts.giveInstance()
		return nil, overloaded(err)
	}
	i.closed = p.hosts.giveInstance
	return i, nil
}

// instantiate makes an instance, with a system interface of its own if it uses
// one.
func (p *Plugin) instantiate(ctx context.Context, linked instantiate, withWASI bool) (*instance, error) {
	i := &instance{id: p.hosts.instances.Add(1)}
	var system any
	if withWASI {
		wasi, err := p1.New(p.options.WASI)
		if err != nil {
			return nil, err
		}
		system, i.system = wasi, wasi
	}
	guest, err := linked(ctx, i.id, system)
	if err != nil {
		return nil, closing(err, i.closeSystem())
	}
	i.guest = guest
	return i, nil
}
