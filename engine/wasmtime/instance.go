package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"sync/atomic"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// An Instance is an instantiated module.
type Instance struct {
	of      *Module
	self    engine.Instance // as the host sees it
	spent   uint64          // fuel, where it is counted
	taken   atomic.Uint64   // from the budget of memory
	config  engine.InstanceConfig
	imports []provider
	store   *store // nil: not placed yet
	raw     C.wasmtime_instance_t
	broken  error                          // why it could not be placed
	shared  map[string]C.wasmtime_extern_t // shared memories that it owns a reference to
	closed  bool
}

var _ engine.Instance = (*Instance)(nil)

// make links and starts the instance.
func (i *Instance) make(ctx context.Context, imports []engine.Extern) error {
	start := newActivation(i)
	if err := start.task.Begin(ctx); err != nil {
		return err
	}
	defer start.task.End()
	if err := i.takeMemory(); err != nil {
		return err
	}
	if err := i.link(imports); err != nil {
		return err
	}
	i.of.engine.add(i)
	if !i.of.plan.start {
		return nil
	}
	f, err := i.export(i.of.engine.start)
	if err != nil {
		return err
	}
	return i.store.run(start, asFunction(&f))
}

// asFunction returns the function that an export is.
func asFunction(e *C.wasmtime_extern_t) *function {
	return (*function)(unsafe.Pointer(&e.of))
}

// export returns what the instance, which is placed, exports.
func (i *Instance) export(name string) (C.wasmtime_extern_t, error) {
	if e, ok := i.shared[name]; ok {
		return e, nil
	}
	var e C.wasmtime_extern_t
	data := (*C.char)(unsafe.Pointer(unsafe.StringData(name)))
	if !C.wasmtime_instance_export_get(i.store.context, &i.raw, data, C.size_t(len(name)), &e) {
		return e, errors.New("the instance has no export " + name)
	}
	if e.kind == C.EXTERN_SHARED {
		if i.shared == nil {
			i.shared = map[string]C.wasmtime_extern_t{}
		}
		i.shared[name] = e
	}
	return e, nil
}

// of returns the export of that name if it is of that kind and the instance can
// be used.
func (i *Instance) lookup(name string, kind engine.ExternKind) (engine.ExternType, C.wasmtime_extern_t, bool) {
	t, ok := i.of.exports[name]
	if !ok || t.Kind != kind || i.closed || i.ready() != nil {
		return t, C.wasmtime_extern_t{}, false
	}
	e, err := i.export(name)
	return t, e, err == nil
}

// Func implements [engine.Instance].
func (i *Instance) Func(name string) engine.Func {
	t, e, ok := i.lookup(name, engine.KindFunc)
	if !ok {
		return nil
	}
	return newGuestFunc(i, name, t.Func, *asFunction(&e))
}

// Memory implements [engine.Instance].
func (i *Instance) Memory(name string) engine.Memory {
	_, e, ok := i.lookup(name, engine.KindMemory)
	if !ok {
		return nil
	}
	return &memory{instance: i, raw: e}
}

// Global implements [engine.Instance].
func (i *Instance) Global(name string) engine.Global {
	t, e, ok := i.lookup(name, engine.KindGlobal)
	if !ok {
		return nil
	}
	return &global{instance: i, raw: e, of: t.Global}
}

// Export implements [engine.Instance].
func (i *Instance) Export(name string) (engine.ExternType, bool) {
	t, ok := i.of.exports[name]
	return t, ok
}

// Data implements [engine.Instance].
func (i *Instance) Data() any { return i.config.Data }

// System implements [engine.Instance].
func (i *Instance) System() any { return i.config.System }

// Close implements [engine.Instance].
func (i *Instance) Close(context.Context) error {
	if i.closed {
		return nil
	}
	i.closed = true
	i.of.engine.remove(i)
	if i.store == nil {
		i.giveMemory()
		i.of.release()
		return nil
	}
	i.store.leave()
	return nil
}

// drop gives back what the instance owns besides its place in the store.
func (i *Instance) drop() {
	for _, e := range i.shared {
		C.wasmtime_extern_delete(&e)
	}
	i.shared = nil
	i.giveMemory()
}
