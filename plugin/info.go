package plugin

import (
	"context"
	"sync/atomic"
	"time"
)

// Info is what one call took.
type Info struct {
	// Instance is the number of the instance that served the call, as handlers
	// and logs have it; 0 if there was none.
	Instance uint64

	// Wait is how long the call waited for an instance: 0 if one was free.
	Wait time.Duration

	// Time is how long the instance was in use. What handlers took meanwhile is
	// part of it.
	Time time.Duration

	// Fuel is how many units the instance spent: see Fuel of [engine.Limits].
	// What other instances spent on its behalf is not part of it. It is 0 if the
	// engine does not count.
	Fuel uint64
}

// CallInfo is [Plugin.CallAppend] and says in info what the call took, also when
// it fails. Reading the clock makes it some hundred nanoseconds slower.
func (p *Plugin) CallInfo(ctx context.Context, info *Info, dst []byte, operation string, payload []byte) ([]byte, error) {
	*info = Info{}
	if err := ctx.Err(); err != nil {
		return dst, p.wrap(operation, err)
	}
	i := p.pool.take()
	if i == nil {
		i = p.pool.reach()
	}
	if i == nil {
		return p.callLater(ctx, info, nil, dst, operation, payload)
	}
	i.info = info
	return p.run(ctx, i, dst, operation, payload)
}

// WithInfo returns a context for one call with types, by a generated client, a
// [Bound] or a [Func], which says in info what it took, as [Plugin.CallInfo] does. A
// second call with it says nothing, so that those that the host makes while it
// serves the first do not count.
func WithInfo(ctx context.Context, info *Info) context.Context {
	return context.WithValue(ctx, infoKey{}, &request{info: info})
}

// infoKey is the key of the request in a context.
type infoKey struct{}

// A request is that one call says what it took.
type request struct {
	info *Info
	met  atomic.Bool
}

// infoOf returns where the call with that context says what it took; nil if nobody
// asked.
func infoOf(ctx context.Context) *Info {
	asked, _ := ctx.Value(infoKey{}).(*request)
	if asked == nil || asked.met.Swap(true) {
		return nil
	}
	*asked.info = Info{}
	return asked.info
}

// wait returns an instance as soon as there is one, and says how long it took
// unless info is nil.
func (p *Plugin) wait(ctx context.Context, info *Info) (*instance, error) {
	if info == nil {
		return p.pool.wait(ctx)
	}
	began := time.Now()
	i, err := p.pool.wait(ctx)
	info.Wait = time.Since(began)
	return i, err
}

// callInfo calls the guest and says in i.info what that took.
func (i *instance) callInfo(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	info := i.info
	i.info = nil
	info.Instance = i.id
	spent, began := i.guest.Spent(), time.Now()
	reply, err := i.guest.CallAppend(ctx, dst, operation, payload)
	info.Time, info.Fuel = time.Since(began), i.guest.Spent()-spent
	return reply, err
}
