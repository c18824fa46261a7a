package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime/cgo"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// A hostInstance is functions of the host. It belongs to no store: each store
// whose guests import from it makes its own functions of wasmtime's.
type hostInstance struct {
	engine *Engine
	funcs  map[string]*engine.HostFunc
}

var _ engine.Instance = (*hostInstance)(nil)

func newHostInstance(e *Engine, funcs []engine.HostFunc) (*hostInstance, error) {
	h := &hostInstance{engine: e, funcs: make(map[string]*engine.HostFunc, len(funcs))}
	for _, f := range funcs {
		if h.funcs[f.Name] != nil {
			return nil, fmt.Errorf("host function %s is there twice", f.Name)
		}
		h.funcs[f.Name] = &f
	}
	return h, nil
}

// Func returns nil: functions of the host are for guests.
func (h *hostInstance) Func(string) engine.Func { return nil }

// Memory returns nil.
func (h *hostInstance) Memory(string) engine.Memory { return nil }

// Global returns nil.
func (h *hostInstance) Global(string) engine.Global { return nil }

// Export implements [engine.Instance].
func (h *hostInstance) Export(name string) (engine.ExternType, bool) {
	if f := h.funcs[name]; f != nil {
		return engine.ExternType{Kind: engine.KindFunc, Func: f.Type}, true
	}
	return engine.ExternType{}, false
}

// Data returns nil.
func (h *hostInstance) Data() any { return nil }

// System returns nil.
func (h *hostInstance) System() any { return nil }

// Close does nothing: guests may still have the functions in their tables.
func (h *hostInstance) Close(context.Context) error { return nil }

// patchbayHost is a guest's call of the host. It reports whether the guest goes
// on.
//
//export patchbayHost
func patchbayHost(handle, number C.uintptr_t, caller *C.wasmtime_caller_t, stack *C.wasmtime_val_raw_t, slots C.size_t) C.bool {
	s := cgo.Handle(handle).Value().(*store)
	a := s.top
	trap := s.host(a, s.hosts[number], caller, unsafe.Slice((*value)(unsafe.Pointer(stack)), slots))
	if trap == nil {
		return true
	}
	a.fault = trap
	return false
}

// patchbayTick is called when the epoch moved on while a guest runs. It reports
// whether the guest goes on.
//
//export patchbayTick
func patchbayTick(handle C.uintptr_t) C.bool {
	a := cgo.Handle(handle).Value().(*store).top
	a.fault = a.task.Check()
	return a.fault == nil
}

// host calls a function of the host.
func (s *store) host(a *activation, f *engine.HostFunc, raw *C.wasmtime_caller_t, values []value) *engine.Trap {
	if f.Blocks {
		if trap := a.task.Block(); trap != nil {
			return trap
		}
	}
	caller := s.caller(a, raw)
	if caller == nil {
		return &engine.Trap{Kind: engine.HostFault, Err: errUnfinished}
	}
	stack, rest := s.slots(f.Type.Slots())
	defer func() { s.free = rest }()
	fromValues(stack, f.Type.Params, values)
	s.changed++
	if err := guarded(f, a.task.Context(), caller, stack); err != nil {
		return a.task.Fault(err)
	}
	s.changed++
	if err := toValues(values, f.Type.Results, stack); err != nil {
		return &engine.Trap{Kind: engine.HostFault, Err: err}
	}
	return nil
}

// slots returns a stack for a host function, and what is free after it returns.
func (s *store) slots(n int) (stack, rest []uint64) {
	if len(s.free) < n {
		s.free = make([]uint64, max(n, 64))
	}
	rest = s.free
	s.free = rest[n:]
	return rest[:n:n], rest
}

// guarded calls f and turns its panic into an error.
func guarded(f *engine.HostFunc, ctx context.Context, caller engine.Instance, stack []uint64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &engine.Trap{Kind: engine.HostFault, Err: fmt.Errorf("panic: %v", r)}
		}
	}()
	return f.Call(ctx, caller, stack)
}

// errUnfinished ends a call that reaches, through a table, code of an instance
// that could not be made: host functions have nothing to serve it with.
var errUnfinished = errors.New("called by an instance that never started")

// caller returns the instance whose code calls the host, or nil if it is none
// that could be made.
func (s *store) caller(a *activation, raw *C.wasmtime_caller_t) engine.Instance {
	if s.made == 1 {
		return a.instance.self
	}
	self := s.engine.self
	part := C.patchbay_caller(raw, (*C.char)(unsafe.Pointer(unsafe.StringData(self))), C.size_t(len(self)))
	if part == nil {
		return a.instance.self // called from the host, as another guest's export
	}
	if i := s.guests[uintptr(part)]; i != nil {
		return i.self
	}
	return nil
}
