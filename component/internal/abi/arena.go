package abi

import (
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// valueSize is what a types.Value takes on the host, in bytes.
const valueSize = uint64(unsafe.Sizeof(types.Value{}))

// An arena is memory for the values of one lift, which are parts of one another
// and live as long. The zero value is empty.
type arena struct {
	values []types.Value // not taken yet
	last   uint64        // how many were allocated last
}

// maxChunk is how many values are allocated at once if nobody knows how many
// there will be.
const maxChunk = 256

// take returns n values. It sees to it that there are so many more for each of
// them, which are taken next.
func (cx *Context) take(n, more uint64) ([]types.Value, error) {
	a := &cx.arena
	if n > uint64(len(a.values)) {
		if err := cx.allocateValues(n * (1 + more)); err != nil {
			return nil, err
		}
	}
	taken := a.values[:n:n]
	a.values = a.values[n:]
	return taken, nil
}

// allocateValues has room for n values at least: for so many the first time, and
// then for twice as many as the last.
func (cx *Context) allocateValues(n uint64) error {
	a := &cx.arena
	n = max(n, min(2*a.last, maxChunk))
	if err := cx.spend(n * valueSize); err != nil {
		return err
	}
	a.values, a.last = make([]types.Value, n), n
	return nil
}

// release forgets what was not taken.
func (a *arena) release() {
	if a.last > 0 {
		*a = arena{}
	}
}
