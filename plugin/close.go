package plugin

import (
	"context"
	"fmt"
)

// close refuses new calls and those that wait, and returns when no instance is
// left. A context that ends, or a call chain that holds an instance, ends only
// the wait: what is in use is freed when it comes back.
func (p *pool) close(ctx context.Context) error {
	p.mu.Lock()
	dead := p.shut()
	used := p.total - len(dead)
	held := used > 0 && p.holds(ctx)
	p.mu.Unlock()
	p.bury(dead)
	if held {
		return ErrHeld
	}
	select {
	case <-p.gone:
	case <-ctx.Done():
		if p.lingers() {
			return &waitError{err: ctx.Err(), meaning: fmt.Sprintf("while %d of its instances were still in use", used)}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// shut begins the end, once.
func (p *pool) shut() (dead []*instance) {
	if p.closed {
		return nil
	}
	p.closed = true
	p.state.Add(closedBit)
	p.end()
	for p.waiting.length > 0 {
		p.answer(answer{err: ErrClosed})
	}
	dead = p.serve()
	p.finish()
	return dead
}

// lingers reports whether the pool is not yet closed with all that is in it.
func (p *pool) lingers() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}
