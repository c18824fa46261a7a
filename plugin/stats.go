package plugin

// Stats is what a plugin is doing at one moment, and what it has done.
type Stats struct {
	// Instances is how many instances there are, those of a replaced module that
	// still serve a call included; InUse is how many of them serve one.
	Instances int
	InUse     int

	// Waiting is how many calls wait for an instance.
	Waiting int

	// Made is how many instances were made in all.
	Made uint64

	// Calls is how many calls instances have ended. Those of an instance are
	// added when it is seen free, so that counting costs calls nothing.
	Calls uint64

	// Traps is how many of the calls ended their instance.
	Traps uint64

	// Memory is the size of the linear memories in bytes: of each instance as it
	// was when last seen free.
	Memory uint64
}

func (p *pool) stats() Stats {
	p.mu.Lock()
	dead := p.serve()
	for _, i := range p.shelf {
		p.tally(i)
		i.memory = i.guest.MemorySize()
	}
	s := Stats{
		Instances: len(p.members),
		InUse:     len(p.members) - len(p.shelf),
		Waiting:   p.waiting.length,
		Made:      p.count.made,
		Calls:     p.count.calls,
		Traps:     p.count.traps,
	}
	for i := range p.members {
		s.Memory += i.memory
	}
	p.mu.Unlock()
	p.bury(dead)
	return s
}

// tally adds the calls of an instance that nobody uses to the pool's.
func (p *pool) tally(i *instance) {
	p.count.calls += i.calls - i.counted
	i.counted = i.calls
}
