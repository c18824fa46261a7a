package plugin

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// wait returns an instance as soon as one is free or made, in the order of the
// calls of wait.
func (p *pool) wait(ctx context.Context) (*instance, error) {
	w := &waiter{ready: make(chan answer, 1)}
	p.mu.Lock()
	dead, err := p.enter(ctx, w)
	p.mu.Unlock()
	p.bury(dead)
	if err != nil {
		return nil, err
	}
	select {
	case a := <-w.ready:
		return a.instance, a.err
	case <-ctx.Done():
		return nil, p.leave(ctx, w)
	}
}

// enter queues w and serves what can be served. The error says why w must not
// wait; it is not in the queue then.
func (p *pool) enter(ctx context.Context, w *waiter) (dead []*instance, err error) {
	if p.closed {
		return nil, ErrClosed
	}
	p.waiting.push(w)
	p.state.Add(1)
	dead = p.serve()
	switch {
	case !w.queued || p.waiting.length <= p.opening:
		return dead, nil
	case p.holds(ctx):
		p.dequeue(w)
		return dead, ErrHeld
	case p.waiting.length-p.opening > p.Queue:
		p.dequeue(w)
		return dead, fmt.Errorf("%w (%s)", ErrOverloaded, p.busy())
	}
	return dead, nil
}

// leave takes w out of the queue because its context has ended.
func (p *pool) leave(ctx context.Context, w *waiter) error {
	p.mu.Lock()
	busy := p.busy()
	if w.queued {
		p.dequeue(w)
	}
	p.mu.Unlock()
	select {
	case a := <-w.ready: // served meanwhile
		if a.instance != nil {
			p.free(a.instance)
		}
	default:
	}
	return &waitError{err: ctx.Err(), meaning: "while the call waited for an instance (" + busy + ")"}
}

func (p *pool) dequeue(w *waiter) {
	p.waiting.remove(w)
	p.state.Add(^uint64(0))
}

// answer gives the first waiter what it waits for.
func (p *pool) answer(a answer) {
	w := p.waiting.head
	p.dequeue(w)
	w.ready <- a
}

// holds reports whether a handler that an instance of this pool waits for made
// the call with this context.
func (p *pool) holds(ctx context.Context) bool {
	for caller := range engine.Callers(ctx) {
		for i := range p.members {
			if dataOf(caller) == any(i.guest) {
				return true
			}
		}
	}
	return false
}

// busy says what the pool is doing.
func (p *pool) busy() string {
	return fmt.Sprintf("pool of %d, %d waiting", p.Size, p.waiting.length)
}
