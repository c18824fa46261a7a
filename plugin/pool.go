package plugin

import (
	"context"
	"sync"
	"sync/atomic"
)

// A pool is a bounded set of instances.
//
// A free instance is in hot or on the shelf. Taking one from hot and putting it
// back needs no lock; everything else happens under mu. The two meet in state:
// whoever needs that instances come back under the lock (a waiter, a new
// generation, the end) changes state first and gathers what is in hot then,
// while whoever puts an instance into hot looks at state after that. Of two
// that do so at once at least one sees the other.
type pool struct {
	Pool
	wears bool // instances are retired at all
	hot   hot
	state atomic.Uint64 // generation<<generationShift | closedBit | length of the queue

	life context.Context // of making instances; ends with Close
	end  context.CancelFunc
	warn func(text string, err error)

	mu      sync.Mutex
	current generation
	members map[*instance]struct{} // all but those that are being closed
	shelf   []*instance            // free ones besides those in hot, the last used at the end
	waiting queue
	live    int // instances of this generation, those being made included
	opening int // those being made
	total   int // instances of every generation, those being made or closed included
	closed  bool
	gone    chan struct{} // closed when the pool is and total is 0
	err     error         // of closing instances
	count   count
}

// count is what Stats adds up.
type count struct {
	calls, traps, made uint64
}

const (
	closedBit       = 1 << 31
	generationShift = 32
	generationStep  = 1 << generationShift
	attention       = generationStep - 1 // a waiter or the end: the lock is needed
)

func newPool(settings Pool, warn func(string, error)) *pool {
	p := &pool{
		Pool:    settings,
		wears:   settings.MaxCalls > 0 || settings.MaxMemory > 0 || settings.MaxAge > 0,
		hot:     newHot(settings.Size),
		warn:    warn,
		members: map[*instance]struct{}{},
		gone:    make(chan struct{}),
	}
	p.life, p.end = context.WithCancel(context.Background())
	return p
}

// take returns a free instance, or nil when that needs the lock.
func (p *pool) take() *instance {
	state := p.state.Load()
	if state&attention != 0 {
		return nil
	}
	i := p.hot.take()
	if i != nil && i.state != state {
		p.free(i)
		return nil
	}
	return i
}

// reach returns an instance from the shelf, or nil when there is none or others
// wait for it.
func (p *pool) reach() *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state.Load()&attention != 0 || len(p.shelf) == 0 {
		return nil
	}
	return p.pop()
}

// pop takes the instance that was used last from the shelf.
func (p *pool) pop() *instance {
	last := len(p.shelf) - 1
	i := p.shelf[last]
	p.shelf[last] = nil
	p.shelf = p.shelf[:last]
	return i
}

// put takes an instance back after a call.
func (p *pool) put(i *instance) {
	i.calls++
	p.retireOrFree(i)
}

// retireOrFree takes an instance back that is not used any more.
func (p *pool) retireOrFree(i *instance) {
	if p.wears && p.worn(i) {
		p.discard(i, false)
		return
	}
	p.free(i)
}

// free makes an instance available. It belongs to whoever takes it from then on.
func (p *pool) free(i *instance) {
	state := i.state
	if !p.hot.put(i) {
		p.mu.Lock()
		p.shelf = append(p.shelf, i)
		p.mu.Unlock()
	}
	if p.state.Load() != state {
		p.mu.Lock()
		dead := p.serve()
		p.mu.Unlock()
		p.bury(dead)
	}
}

// worn reports whether an instance has done its work.
func (p *pool) worn(i *instance) bool {
	return p.MaxCalls > 0 && i.calls >= p.MaxCalls ||
		p.MaxMemory > 0 && i.guest.MemorySize() > p.MaxMemory ||
		p.MaxAge > 0 && i.expired.Load()
}

// discard ends an instance that the caller has taken.
func (p *pool) discard(i *instance, trapped bool) {
	p.mu.Lock()
	if trapped {
		i.calls++
		p.count.traps++
	}
	p.forget(i)
	dead := p.serve()
	p.mu.Unlock()
	p.bury(append(dead, i))
}

// serve gives free instances to those who wait and has made what is missing.
// It returns the free instances that may not be used any more, for the caller
// to bury without the lock.
func (p *pool) serve() (dead []*instance) {
	dead = p.gather()
	for p.waiting.length > 0 && len(p.shelf) > 0 {
		p.answer(answer{instance: p.pop()})
	}
	p.grow()
	return dead
}

// gather puts all free instances on the shelf, but those that may not be used
// any more.
func (p *pool) gather() (dead []*instance) {
	all := p.shelf
	for i := p.hot.search(0); i != nil; i = p.hot.search(0) {
		all = append(all, i)
	}
	p.shelf = all[:0]
	for _, i := range all {
		if p.usable(i) {
			p.shelf = append(p.shelf, i)
			continue
		}
		p.forget(i)
		dead = append(dead, i)
	}
	clear(all[len(p.shelf):])
	return dead
}

func (p *pool) usable(i *instance) bool {
	return !p.closed && p.isCurrent(i) && !i.expired.Load()
}

func (p *pool) isCurrent(i *instance) bool {
	return i.state == p.state.Load()&^attention
}

// forget takes an instance out of the books, except that it still exists.
func (p *pool) forget(i *instance) {
	p.tally(i)
	delete(p.members, i)
	if p.isCurrent(i) {
		p.live--
	}
}

// bury closes instances that were forgotten. The lock is not held.
func (p *pool) bury(dead []*instance) {
	if len(dead) == 0 {
		return
	}
	for _, i := range dead {
		if err := i.close(); err != nil {
			p.warn("an instance could not be closed", err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost(len(dead))
}

// lost says that n instances do not exist any more, or never will. After the
// last one of a closed pool the module goes.
func (p *pool) lost(n int) {
	p.total -= n
	p.finish()
}

// reserve keeps the pool from being gone, as an instance does, while one of the
// next generation is made; it reports whether the pool is still open.
func (p *pool) reserve() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.total++
	}
	return !p.closed
}

// unreserve is the end of what reserve began.
func (p *pool) unreserve() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost(1)
}

func (p *pool) finish() {
	if p.closed && p.total == 0 {
		p.err = p.current.release()
		close(p.gone)
	}
}

func (p *pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}
