//go:build cgo

package oracle

// #include "shim.h"
// #include <stdlib.h>
import "C"

import (
	"errors"
	"fmt"
	"runtime/cgo"
	"unsafe"

	_ "github.com/bytecodealliance/wasmtime-go/v44" // brings libwasmtime.a

	"github.com/patchbay-go/patchbay/component/types"
)

// An Engine compiles components. It is safe for concurrent use.
type Engine struct{ engine *C.wasm_engine_t }

// New returns an engine, to be closed.
func New() *Engine {
	config := C.wasm_config_new()
	C.wasmtime_config_wasm_component_model_set(config, true)
	return &Engine{C.wasm_engine_new_with_config(config)}
}

// Close frees the engine.
func (e *Engine) Close() { C.wasm_engine_delete(e.engine) }

// A Component is compiled. It is safe for concurrent use.
type Component struct {
	engine    *Engine
	component *C.wasmtime_component_t
}

// Compile validates and compiles a component.
func (e *Engine) Compile(code []byte) (*Component, error) {
	c := &Component{engine: e}
	data := (*C.uint8_t)(unsafe.SliceData(code))
	return c, taken(C.wasmtime_component_new(e.engine, data, C.size_t(len(code)), &c.component))
}

// Close frees the component.
func (c *Component) Close() { C.wasmtime_component_delete(c.component) }

// An Instance is an instantiated component in a store of its own. One goroutine at
// a time uses it.
type Instance struct {
	component *Component
	store     *C.wasmtime_store_t
	context   *C.wasmtime_context_t
	instance  C.wasmtime_component_instance_t
	numbers   []cgo.Handle
	handles   handles
	out       C.oracle_buffer
}

// Instantiate makes an instance with what the host offers. Functions that it
// imports beyond that trap.
func (c *Component) Instantiate(host *Host) (*Instance, error) {
	i := &Instance{component: c, store: C.wasmtime_store_new(c.engine.engine, nil, nil), handles: handles{}}
	i.context = C.wasmtime_store_context(i.store)
	linker := C.wasmtime_component_linker_new(c.engine.engine)
	defer C.wasmtime_component_linker_delete(linker)
	C.wasmtime_component_linker_allow_shadowing(linker, true)
	err := taken(C.wasmtime_component_linker_define_unknown_imports_as_traps(linker, c.component))
	if err == nil {
		err = i.define(linker, host)
	}
	if err == nil {
		err = taken(C.wasmtime_component_linker_instantiate(linker, i.context, c.component, &i.instance))
	}
	if err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

// Close frees the instance.
func (i *Instance) Close() {
	for _, at := range i.handles {
		C.wasmtime_component_resource_any_delete((*C.wasmtime_component_resource_any_t)(at))
	}
	C.wasmtime_store_delete(i.store)
	for _, number := range i.numbers {
		number.Delete()
	}
	C.free(unsafe.Pointer(i.out.data))
}

// Drop ends a handle of type own that the instance gave away.
func (i *Instance) Drop(handle *types.Handle) error {
	any := (*C.wasmtime_component_resource_any_t)(i.handles[handle])
	if any == nil {
		return errors.New("the handle is none of the instance's")
	}
	delete(i.handles, handle)
	defer C.wasmtime_component_resource_any_delete(any)
	return taken(C.wasmtime_component_resource_any_drop(i.context, any))
}

// A Func is an exported function of an instance.
type Func struct {
	instance *Instance
	typ      *types.FuncType
	function C.wasmtime_component_func_t
	args     []byte
}

// Func returns the exported function at a path: its name, or the name of an
// exported instance and its own. The caller says of what type it is.
func (i *Instance) Func(t *types.FuncType, path ...string) (*Func, error) {
	var index *C.wasmtime_component_export_index_t
	for _, name := range path {
		inner := C.wasmtime_component_get_export_index(i.component.component, index, chars(name), C.size_t(len(name)))
		if index != nil {
			C.wasmtime_component_export_index_delete(index)
		}
		if index = inner; index == nil {
			return nil, fmt.Errorf("no export %q", path)
		}
	}
	defer C.wasmtime_component_export_index_delete(index)
	f := &Func{instance: i, typ: t}
	if !C.wasmtime_component_instance_get_func(&i.instance, i.context, index, &f.function) {
		return nil, fmt.Errorf("export %q is no function", path)
	}
	return f, nil
}

// Call calls the function, and its post-return. The result is the zero Value if it
// has none; a trap is an error.
func (f *Func) Call(args ...types.Value) (types.Value, error) {
	f.args = f.args[:0]
	for _, arg := range args {
		f.args = f.instance.handles.append(f.args, arg)
	}
	i := f.instance
	err := taken(C.oracle_call(i.context, &f.function, (*C.uint8_t)(unsafe.SliceData(f.args)), C.size_t(len(args)),
		C.bool(f.typ.Result != nil), &i.out))
	if err != nil || f.typ.Result == nil {
		return types.Value{}, err
	}
	r := reader{i.handles, unsafe.Slice((*byte)(i.out.data), int(i.out.size))}
	return r.value(f.typ.Result), nil
}

// chars returns the bytes of a text, for C to read during a call.
func chars(text string) *C.char { return (*C.char)(unsafe.Pointer(unsafe.StringData(text))) }

// pointer is what C wrote as a number.
func pointer(at uint64) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }

// taken returns an error of wasmtime as one of Go, and frees it.
func taken(e *C.wasmtime_error_t) error {
	if e == nil {
		return nil
	}
	var text C.wasm_byte_vec_t
	C.wasmtime_error_message(e, &text)
	C.wasmtime_error_delete(e)
	defer C.wasm_byte_vec_delete(&text)
	return errors.New(C.GoStringN(text.data, C.int(text.size)))
}
