package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"math"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// A memory is an exported memory.
type memory struct {
	instance *Instance
	raw      C.wasmtime_extern_t

	bytes []byte // as of known
	known uint64 // the store's count of changes when bytes was asked for
}

var _ engine.Memory = (*memory)(nil)

// Bytes implements [engine.Memory]. wasmtime is asked only when the guest may
// have grown the memory since: crossing to C costs more than a small copy.
func (m *memory) Bytes() []byte {
	i := m.instance
	if i.closed {
		return nil
	}
	if m.bytes == nil || m.known != i.store.changed || m.raw.kind == C.EXTERN_SHARED {
		now := C.patchbay_memory(i.store.context, &m.raw)
		m.bytes = unsafe.Slice((*byte)(now.data), now.size)
		m.known = i.store.changed
	}
	return m.bytes
}

// Grow implements [engine.Memory].
func (m *memory) Grow(pages uint32) (before uint32, ok bool) {
	i := m.instance
	if i.closed {
		return 0, false
	}
	before, ok = i.grow(&m.raw, pages)
	i.store.changed++
	return before, ok
}

// grow grows a memory of the instance, if the budget of whose memory it is has
// what it takes.
func (i *Instance) grow(raw *C.wasmtime_extern_t, pages uint32) (before uint32, ok bool) {
	owner := i.memoryOwner()
	size := uint64(pages) * engine.PageSize
	if !owner.of.limits.Memory.Take(size) {
		return 0, false
	}
	var was C.uint64_t
	if !C.patchbay_grow(i.store.context, raw, C.uint64_t(pages), &was) {
		owner.of.limits.Memory.Give(size)
		return 0, false
	}
	owner.taken.Add(size)
	return uint32(was), true
}

// memoryOwner returns the instance that defines the instance's memory.
func (i *Instance) memoryOwner() *Instance {
	for k, imported := range i.of.Imports() {
		if imported.Type.Kind == engine.KindMemory {
			return i.imports[k].guest
		}
	}
	return i
}

// takeMemory takes from the budget what the instance's own memory begins with.
func (i *Instance) takeMemory() error {
	memories := i.of.source.description.Memories
	if len(memories) == 0 {
		return nil
	}
	size := uint64(memories[0].Min) * engine.PageSize
	if !i.of.limits.Memory.Take(size) {
		return i.of.limits.Memory.Spent(size)
	}
	i.taken.Add(size)
	return nil
}

// giveMemory gives back what was taken, once the memory is gone.
func (i *Instance) giveMemory() {
	i.of.limits.Memory.Give(i.taken.Swap(0))
}

// growMemory is what a guest calls in place of memory.grow.
func growMemory(_ context.Context, caller engine.Instance, stack []uint64) error {
	i := guestOf(caller)
	e, err := i.export(i.of.engine.memory)
	if err != nil {
		return err
	}
	before, ok := i.grow(&e, uint32(stack[0]))
	if stack[0] = uint64(before); !ok {
		stack[0] = math.MaxUint32
	}
	return nil
}

// A global is an exported global.
type global struct {
	instance *Instance
	raw      C.wasmtime_extern_t
	of       engine.GlobalType
}

var _ engine.Global = (*global)(nil)

// Get implements [engine.Global].
func (g *global) Get() uint64 {
	if g.instance.closed {
		return 0
	}
	return uint64(C.patchbay_global_get(g.instance.store.context, &g.raw))
}

// Set implements [engine.Global].
func (g *global) Set(value uint64) {
	if !g.of.Mutable {
		panic("wasmtime: the global is immutable")
	}
	if !g.instance.closed {
		C.patchbay_global_set(g.instance.store.context, &g.raw, C.uint64_t(value))
	}
}
