package wazero

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
)

// Bounds of what memories keeps for the next instance.
const (
	maxIdle      = 256       // reservations
	maxIdleBytes = 128 << 20 // bytes that the idle ones may hold in RAM
)

// smallestClass is the size of the smallest reservation: one page.
const smallestClass = 64 << 10

// classes is how many sizes of reservations there are: the powers of two from
// 64 KiB to 4 GiB.
const classes = 17

// memories gives out linear memories and keeps what is given back, so that the
// next instance pays neither for a mapping nor for pages that are zero already.
// Where the platform can reserve address space (64-bit Unix), a memory is a
// reservation of all that it may ever need: it grows in place. Elsewhere, and
// when the system refuses, it is a slice. It is safe for concurrent use.
type memories struct {
	inUse  atomic.Int64 // memories given out
	mapped atomic.Int64 // bytes of address space reserved

	mu        sync.Mutex
	idle      [classes][]region
	idleCount int
	idleBytes uint64
	closed    bool
}

// newMemories returns an empty pool.
func newMemories() *memories {
	return new(memories)
}

// get returns a memory of size 0 that can grow to maxBytes. It never fails:
// Reallocate does, when the system has no more to give.
func (p *memories) get(maxBytes uint64) *linearMemory {
	return p.take(maxBytes, false)
}

// getShared is get for a memory that threads share, which must not move when
// it grows.
func (p *memories) getShared(maxBytes uint64) *linearMemory {
	return p.take(maxBytes, true)
}

func (p *memories) take(maxBytes uint64, fixed bool) *linearMemory {
	p.inUse.Add(1)
	m := &linearMemory{pool: p, max: maxBytes, fixed: fixed}
	class := classOf(maxBytes)
	if class >= classes {
		return m
	}
	m.region = p.takeIdle(class)
	if m.region.bytes != nil {
		return m
	}
	if r, ok := reserve(classSize(class)); ok {
		p.mapped.Add(int64(len(r.bytes)))
		m.region = r
	}
	return m
}

// takeIdle returns an idle reservation of that class, or none.
func (p *memories) takeIdle(class int) region {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.idle[class]
	if len(idle) == 0 {
		return region{}
	}
	last := len(idle) - 1
	r := idle[last]
	idle[last] = region{}
	p.idle[class] = idle[:last]
	p.idleCount--
	p.idleBytes -= r.resident
	return r
}

// put takes back a reservation whose first used bytes were in use.
func (p *memories) put(r region, used uint64) {
	if !r.reset(used) || !p.keep(r) {
		p.release(r)
	}
}

// keep puts r among the idle ones if there is room.
func (p *memories) keep(r region) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.idleCount == maxIdle || p.idleBytes+r.resident > maxIdleBytes {
		return false
	}
	class := classOf(uint64(len(r.bytes)))
	p.idle[class] = append(p.idle[class], r)
	p.idleCount++
	p.idleBytes += r.resident
	return true
}

// release gives r back to the system.
func (p *memories) release(r region) {
	p.mapped.Add(-int64(len(r.bytes)))
	r.release()
}

// close gives the idle memories back to the system. Those in use follow when
// they are freed.
func (p *memories) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle = [classes][]region{}
	p.idleCount, p.idleBytes, p.closed = 0, 0, true
	p.mu.Unlock()
	for _, regions := range idle {
		for _, r := range regions {
			p.release(r)
		}
	}
}

// classOf returns the class of the smallest reservation that holds size bytes;
// it is no class at all for more than 4 GiB.
func classOf(size uint64) int {
	if size <= smallestClass {
		return 0
	}
	return bits.Len64((size - 1) / smallestClass)
}

func classSize(class int) uint64 { return smallestClass << class }

// A region is a reservation of address space of which the first committed
// bytes can be used. The rest faults. The zero region is none.
type region struct {
	bytes     []byte
	committed uint64
	resident  uint64 // the most that it holds in RAM after reset
}

// A linearMemory is one memory of one instance. One goroutine at a time uses
// it, but that bytes may be called while another goroutine grows it if it was
// got with getShared.
type linearMemory struct {
	pool  *memories
	max   uint64
	fixed bool // must not move

	budget *engine.MemoryBudget
	taken  uint64 // from the budget

	region region        // none: slice counts
	size   atomic.Uint64 // of the memory, in bytes
	slice  []byte        // the memory where there is no reservation
	freed  atomic.Bool

	waiters waiters // threads, if it is shared
}

var _ experimental.LinearMemory = (*linearMemory)(nil)

// Reallocate makes the memory size bytes long and returns it, or returns nil if
// that is more than its maximum, its budget or the system gives. What is new is
// zero.
// A memory never shrinks.
func (m *linearMemory) Reallocate(size uint64) []byte {
	if size > m.max || size < m.size.Load() || m.freed.Load() {
		return nil
	}
	if !m.take(size) {
		return nil
	}
	if !m.grow(size) {
		m.give(m.size.Load())
		return nil
	}
	m.size.Store(size)
	return m.bytes()
}

// take takes from the budget what a memory of size bytes needs more.
func (m *linearMemory) take(size uint64) bool {
	if size <= m.taken {
		return true
	}
	if !m.budget.Take(size - m.taken) {
		return false
	}
	m.taken = size
	return true
}

// give gives back to the budget all but what a memory of size bytes needs.
func (m *linearMemory) give(size uint64) {
	m.budget.Give(m.taken - size)
	m.taken = size
}

// grow makes size bytes usable.
func (m *linearMemory) grow(size uint64) bool {
	if m.region.bytes != nil && m.region.commit(size) {
		return true
	}
	if m.region.bytes != nil && m.size.Load() > 0 {
		return false
	}
	if m.region.bytes != nil {
		m.pool.release(m.region)
		m.region = region{}
	}
	return m.growSlice(size)
}

// growSlice makes the slice hold size bytes. Its capacity doubles, so that a
// guest that grows page by page does not copy its memory each time.
func (m *linearMemory) growSlice(size uint64) bool {
	const most = uint64(^uint(0) >> 1)
	if m.slice != nil && size <= uint64(len(m.slice)) {
		return true
	}
	want := size
	if m.fixed {
		want = m.max
	} else if m.slice != nil {
		want = min(max(size, 2*uint64(len(m.slice))), m.max)
	}
	if want > most {
		return false
	}
	grown := make([]byte, want)
	copy(grown, m.slice)
	m.slice = grown
	return true
}

// bytes returns the whole memory as it is now; nil after Free. The view is not
// to be used after the memory grew or was freed.
func (m *linearMemory) bytes() []byte {
	size := m.size.Load()
	if m.region.bytes != nil {
		return m.region.bytes[:size:size]
	}
	if m.slice == nil {
		return nil
	}
	return m.slice[:size:size]
}

// Free gives the memory back. Nobody may hold a view of it any more. A second
// Free does nothing.
func (m *linearMemory) Free() {
	if m.freed.Swap(true) {
		return
	}
	m.pool.inUse.Add(-1)
	m.give(0)
	used := m.size.Swap(0)
	r := m.region
	m.region, m.slice = region{}, nil
	if r.bytes != nil {
		m.pool.put(r, used)
	}
}
