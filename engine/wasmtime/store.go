package wasmtime

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// A store is where wasmtime keeps the instances that are linked with each
// other. One goroutine at a time uses it. What is placed in it is given back when
// the last of its instances is closed.
type store struct {
	engine  *Engine
	raw     *C.wasmtime_store_t
	context *C.wasmtime_context_t
	handle  cgo.Handle
	limits  engine.Limits // the widest of its instances'

	made    int                           // instances that were begun
	open    int                           // instances that are open
	members []*Instance                   // all instances that were begun
	guests  map[uintptr]*Instance         // by what identifies them
	hosts   []*engine.HostFunc            // by number
	funcs   map[*engine.HostFunc]function // what wasmtime has of them

	top     *activation // the innermost call
	free    []uint64    // stacks for host functions
	changed uint64      // counts what may have changed the size of a memory
	doomed  bool        // to be given back when the last call returns
}

// A function is a function in a store, laid out as wasmtime_func_t is. Its parts
// are numbers for Go, so that they can stand beside what the collector looks at.
type function struct {
	store uint64
	part  uintptr
}

func (e *Engine) newStore() *store {
	s := &store{
		engine: e,
		guests: map[uintptr]*Instance{},
		funcs:  map[*engine.HostFunc]function{},
	}
	s.handle = cgo.NewHandle(s)
	s.raw = C.patchbay_store_new(e.raw, C.uintptr_t(s.handle))
	s.context = C.wasmtime_store_context(s.raw)
	return s
}

// admit begins an instance with these limits. The maxima of its own memories
// and tables are in its code already; the limiter holds what wasmtime itself
// keeps for guests, such as exceptions, to the same size.
func (s *store) admit(i *Instance) {
	s.made++
	s.open++
	s.members = append(s.members, i)
	s.limits.MemoryBytes = max(s.limits.MemoryBytes, i.of.limits.MemoryBytes)
	s.limits.TableElements = max(s.limits.TableElements, i.of.limits.TableElements)
	C.wasmtime_store_limiter(s.raw, C.int64_t(s.limits.MemoryBytes), C.int64_t(s.limits.TableElements), -1, -1, -1)
}

// leave is the end of what admit began.
func (s *store) leave() {
	s.engine.linking.Lock()
	s.open--
	last := s.open == 0
	s.engine.linking.Unlock()
	if !last {
		return
	}
	if s.doomed = s.top != nil; !s.doomed {
		s.close()
	}
}

// close gives everything back.
func (s *store) close() {
	for _, i := range s.members {
		i.drop()
		i.of.release()
	}
	C.wasmtime_store_delete(s.raw)
	s.handle.Delete()
}

// hostFunc returns wasmtime's function for a function of the host, of the type
// of m's k-th import.
func (s *store) hostFunc(f *engine.HostFunc, m *Module, k int) function {
	if made, ok := s.funcs[f]; ok {
		return made
	}
	m.typing.Lock()
	defer m.typing.Unlock()
	made := new(function)
	C.patchbay_func_new(s.context, m.importType(k), C.uintptr_t(len(s.hosts)), (*C.wasmtime_func_t)(unsafe.Pointer(made)))
	s.hosts = append(s.hosts, f)
	s.funcs[f] = *made
	return *made
}

// run calls a function: the values are its parameters and become its results.
func (s *store) run(a *activation, f *function) error {
	s.engine.ticker.enter()
	a.outer, s.top = s.top, a
	s.changed++
	if s.engine.fuel {
		s.fund(a)
	}
	ok := C.patchbay_call(s.context, C.uint64_t(f.store), C.uintptr_t(f.part),
		(*C.wasmtime_val_raw_t)(unsafe.Pointer(unsafe.SliceData(a.values))), C.size_t(len(a.values)), a.end)
	s.changed++
	s.top = a.outer
	s.engine.ticker.leave()
	var err error
	if !ok {
		err = s.trap(a)
	}
	if s.engine.fuel && s.settle(a) && err == nil {
		err = &engine.Trap{Kind: engine.OutOfFuel}
	}
	a.outer = nil
	if s.doomed && s.top == nil {
		s.doomed = false
		s.close()
	}
	return err
}
