package plugin

import (
	"context"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// errAbandoned is what a call came to that did not return.
var errAbandoned error = &engine.Trap{Kind: engine.HostFault, Text: "the call panicked"}

// A lent is what has to be remembered of the call that an instance is used for.
type lent struct {
	cancel context.CancelFunc // of the call's context; may be nil
	waited time.Duration
	info   *Info // nil: nobody asked
	spent  uint64
	began  time.Time
}

// acquire returns an instance for a typed call, free or as soon as one is, and the
// context of the call. To be followed by release.
func (p *Plugin) acquire(ctx context.Context, operation string) (*instance, context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, p.wrap(operation, err)
	}
	info := infoOf(ctx)
	i := p.pool.take()
	if i == nil {
		i = p.pool.reach()
	}
	if i == nil {
		return p.acquireLater(ctx, operation, info)
	}
	if info != nil {
		i.lend(lent{info: info})
	}
	return i, ctx, nil
}

// acquireLater is acquire when there is no free instance. The deadline of the call
// begins now.
func (p *Plugin) acquireLater(ctx context.Context, operation string, info *Info) (*instance, context.Context, error) {
	l := lent{info: info}
	if timeout := p.options.Limits.Timeout; timeout > 0 {
		ctx, l.cancel = context.WithTimeout(ctx, timeout)
	}
	began := time.Now()
	i, err := p.pool.wait(ctx)
	l.waited = time.Since(began)
	if info != nil {
		info.Wait = l.waited
	}
	if err == nil {
		if err = ctx.Err(); err != nil {
			p.pool.free(i)
		}
	}
	if err != nil {
		l.end(0)
		return nil, nil, p.wrap(operation, err)
	}
	i.lend(l)
	return i, ctx, nil
}

// release gives back what acquire returned, after a call that came to err, and
// says where that happened.
func (p *Plugin) release(i *instance, operation string, err error) error {
	waited := i.returned()
	if err == nil {
		p.pool.put(i)
		return nil
	}
	err = p.failed(i, operation, err)
	if failure, ok := err.(*Error); ok {
		failure.Waited = waited
	}
	return err
}

// componentIn returns what i is, which is an error for guests of other contracts.
func (p *Plugin) componentIn(i *instance) (*componentGuest, error) {
	if g, ok := i.guest.(*componentGuest); ok {
		return g, nil
	}
	return nil, &ContractError{Contract: p.contract, Wanted: Component}
}

func (i *instance) lend(l lent) {
	if l.info != nil {
		l.info.Instance = i.id
		l.spent, l.began = i.guest.Spent(), time.Now()
	}
	i.lent = &l
}

// returned forgets the call, and returns how long it had waited.
func (i *instance) returned() time.Duration {
	l := i.lent
	if l == nil {
		return 0
	}
	i.lent = nil
	l.end(i.guest.Spent())
	return l.waited
}

// end ends the call, after which the instance has spent so much.
func (l *lent) end(spent uint64) {
	if l.cancel != nil {
		l.cancel()
	}
	if l.info != nil && !l.began.IsZero() {
		l.info.Time, l.info.Fuel = time.Since(l.began), spent-l.spent
	}
}
