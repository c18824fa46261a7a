package plugin

import (
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// hot keeps the free instances that were used last, one in each place, so that
// taking and returning one is a single exchange of a pointer. A goroutine begins
// its search at a place of its own: goroutines that run at once mostly touch
// different lines of cache, and one that calls again finds its instance again.
type hot struct {
	places []place
	shift  uint8 // of a hash, so that it becomes an index
}

// A place has a line of cache to itself, also where lines are fetched in pairs.
type place struct {
	instance atomic.Pointer[instance]
	_        [120]byte
}

// newHot makes room for a pool of that many instances, with so many places to
// spare that goroutines seldom meet.
func newHot(size int) hot {
	log := bits.Len(uint(4 * min(size-1, runtime.GOMAXPROCS(0)-1)))
	return hot{places: make([]place, 1<<log), shift: uint8(64 - log)}
}

// first returns where the calling goroutine begins to search. Its stack tells
// goroutines apart well enough; nothing but speed depends on that.
func (h *hot) first() int {
	var here byte
	address := uint64(uintptr(unsafe.Pointer(&here))) >> 11 // stacks are at least 2 KiB
	return int(address * 0x9e3779b97f4a7c15 >> h.shift)
}

// take returns a free instance, or nil.
func (h *hot) take() *instance {
	first := h.first()
	i := h.places[first].instance.Swap(nil)
	if i == nil {
		i = h.search(first)
	}
	if i != nil {
		i.place = first
	}
	return i
}

// search returns a free instance from any place, from first on, or nil.
func (h *hot) search(first int) *instance {
	for n := range h.places {
		place := &h.places[(first+n)&(len(h.places)-1)].instance
		if place.Load() == nil {
			continue
		}
		if i := place.Swap(nil); i != nil {
			return i
		}
	}
	return nil
}

// put keeps a free instance, where its last user will search first if it can be,
// unless every place is taken.
func (h *hot) put(i *instance) bool {
	first := i.place
	for n := range h.places {
		place := &h.places[(first+n)&(len(h.places)-1)].instance
		if place.CompareAndSwap(nil, i) {
			return true
		}
	}
	return false
}
