package plugin

import "time"

// grow has instances made for those who wait, and to keep the pool warm.
func (p *pool) grow() {
	for !p.closed && p.live < p.Size && (p.opening < p.waiting.length || p.live < p.Warm) {
		p.live++
		p.opening++
		p.total++
		go p.open(p.current, p.state.Load()&^attention)
	}
}

// open makes an instance of a generation, which began with state, and gives it
// to the pool. It is made for the pool and not for the call that needs it most,
// whose context it may outlive.
func (p *pool) open(from generation, state uint64) {
	i, err := from.open(p.life)
	p.mu.Lock()
	dead, told := p.opened(i, err, state)
	p.mu.Unlock()
	p.bury(dead)
	if !told {
		p.warn("no instance could be made", err)
	}
}

// opened takes in what came of open and reports whether the pool or a waiter
// has learnt of it.
func (p *pool) opened(i *instance, err error, state uint64) (dead []*instance, told bool) {
	stale := p.closed || state != p.state.Load()&^attention
	if !stale {
		p.opening--
	}
	switch {
	case err == nil && stale:
		return []*instance{i}, true
	case err == nil:
		p.adopt(i)
		return p.serve(), true
	}
	p.lost(1)
	if stale {
		return nil, true
	}
	p.live--
	if p.waiting.length == 0 {
		return nil, false
	}
	p.answer(answer{err: &InstanceError{Err: err}})
	return p.serve(), true
}

// adopt makes a new instance, already counted, a member of this generation.
func (p *pool) adopt(i *instance) {
	i.state = p.state.Load() &^ attention
	i.memory = i.guest.MemorySize()
	p.count.made++
	p.members[i] = struct{}{}
	p.shelf = append(p.shelf, i)
	p.age(i)
}

// age has the instance retired when it is old enough.
func (p *pool) age(i *instance) {
	if p.MaxAge <= 0 {
		return
	}
	i.expiry = time.AfterFunc(p.MaxAge, func() {
		i.expired.Store(true)
		p.mu.Lock()
		dead := p.serve()
		p.mu.Unlock()
		p.bury(dead)
	})
}

// swap makes next and its first instances the pool's generation and returns the
// one before. Calls that wait get instances of the new one; instances of the old
// one end with their call.
func (p *pool) swap(next generation, first []*instance) (old generation, err error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return generation{}, ErrClosed
	}
	p.state.Add(generationStep)
	old, p.current = p.current, next
	p.opening, p.live = 0, len(first)
	p.total += len(first)
	for _, i := range first {
		p.adopt(i)
	}
	dead := p.serve()
	p.mu.Unlock()
	p.bury(dead)
	return old, nil
}
