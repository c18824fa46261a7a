package worker

import (
	"sync/atomic"
	"unsafe"
)

// A counter counts without having goroutines that run at once meet in one line of
// cache.
type counter struct {
	stripes [8]struct {
		n atomic.Uint64
		_ [56]byte
	}
}

// add counts one more. A goroutine's stack tells it from others well enough.
func (c *counter) add() {
	var here byte
	stripe := uint64(uintptr(unsafe.Pointer(&here))) >> 11 * 0x9e3779b97f4a7c15 >> 61
	c.stripes[stripe].n.Add(1)
}

func (c *counter) load() (n uint64) {
	for i := range c.stripes {
		n += c.stripes[i].n.Load()
	}
	return n
}
