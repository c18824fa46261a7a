package engine

import (
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrMemoryBudget is the error of an instance whose memory does not fit into
// what a [MemoryBudget] has left.
var ErrMemoryBudget = errors.New("the budget of linear memory is spent")

// A MemoryBudget is how much linear memory instances may have together, of one
// module or of many: all that have it in their [Limits]. It is safe for
// concurrent use. A nil budget has no end.
type MemoryBudget struct {
	size uint64
	used atomic.Uint64
}

// NewMemoryBudget returns a budget of so many bytes.
func NewMemoryBudget(size uint64) *MemoryBudget {
	return &MemoryBudget{size: size}
}

// Used returns how many bytes the memories that there are have together.
func (b *MemoryBudget) Used() uint64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

// Take is for adapters: before a memory gets so many bytes more. It reports
// whether they are there to be had.
func (b *MemoryBudget) Take(bytes uint64) bool {
	if b == nil {
		return true
	}
	for {
		used := b.used.Load()
		if bytes > b.size-used {
			return false
		}
		if b.used.CompareAndSwap(used, used+bytes) {
			return true
		}
	}
}

// Give is for adapters: it gives back what was taken.
func (b *MemoryBudget) Give(bytes uint64) {
	if b != nil {
		b.used.Add(-bytes)
	}
}

// Spent is for adapters: the error of an instance that wants so many bytes. It
// is an [ErrMemoryBudget].
func (b *MemoryBudget) Spent(bytes uint64) error {
	return fmt.Errorf("%w: %d bytes more wanted, %d of %d in use", ErrMemoryBudget, bytes, b.Used(), b.size)
}
