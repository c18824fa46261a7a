package plugin

import (
	"context"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// Instances has generated clients call the plugin, as in client, err := ops.Bind(p).
// Such a client is safe for concurrent use: each call takes an instance of the
// pool, as those of a [Bound] do, and after [Plugin.Replace] one of the new
// component. Errors are of type [*Error]; if a function of the new component is of
// another type or not there, calls of it have the error.
//
// A handle to a resource of the guest belongs to one instance, so calls that pass
// one are refused with [component.ErrHandles]: bind the client to a
// [Plugin.Session] for those.
func (p *Plugin) Instances() component.Instances { return (*instances)(p) }

// instances are those of a plugin's pool.
type instances Plugin

func (in *instances) Type() (*types.ComponentType, error) { return (*Plugin)(in).exports() }

// exports returns what the component in use exports.
func (p *Plugin) exports() (*types.ComponentType, error) {
	ops := p.operations.Load()
	if ops == nil {
		return nil, p.wrap("", &ContractError{Contract: p.contract, Wanted: Component})
	}
	return ops.typ, nil
}

func (in *instances) Fixed() bool { return false }

func (in *instances) Enter(ctx context.Context, function string) (*component.Entry, context.Context, error) {
	p := (*Plugin)(in)
	i, ctx, err := p.acquire(ctx, function)
	if err != nil {
		return nil, nil, err
	}
	if i.entry == nil {
		if err := p.enterable(i); err != nil {
			return nil, nil, p.release(i, function, err)
		}
	}
	return i.entry, ctx, nil
}

// enterable makes the entry of an instance.
func (p *Plugin) enterable(i *instance) error {
	g, err := p.componentIn(i)
	if err == nil {
		i.entry = &component.Entry{Instance: g.instance, Lease: i}
	}
	return err
}

func (in *instances) Leave(_ context.Context, entry *component.Entry, function string, err error) error {
	return (*Plugin)(in).release(entry.Lease.(*instance), function, err)
}
