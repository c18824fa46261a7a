package wasmtime

// #include "shim.h"
import "C"

import (
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
	var was C.uint64_t
	ok = bool(C.patchbay_grow(i.store.context, &m.raw, C.uint64_t(pages), &was))
	i.store.changed++
	return uint32(was), ok
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
