//go:build cgo

package oracle

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Host is what is offered to components. The zero Host offers nothing.
type Host struct{ instances []hostInstance }

type hostInstance struct {
	name  string
	items []hostItem
}

// A hostItem is a function, or a resource type.
type hostItem struct {
	name    string
	typ     *types.FuncType
	serve   func(args []types.Value) (types.Value, error)
	dropped func(rep uint32)
}

// Define offers a function of an instance. An error ends the guest's call.
func (h *Host) Define(instance, name string, t *types.FuncType, serve func([]types.Value) (types.Value, error)) {
	h.add(instance, hostItem{name: name, typ: t, serve: serve})
}

// DefineResource offers a resource type of an instance; dropped is called with
// what the host knows a resource by when its owner drops it. All such types are
// the same one for wasmtime.
func (h *Host) DefineResource(instance, name string, dropped func(rep uint32)) {
	h.add(instance, hostItem{name: name, dropped: dropped})
}

func (h *Host) add(instance string, item hostItem) {
	for n := range h.instances {
		if h.instances[n].name == instance {
			h.instances[n].items = append(h.instances[n].items, item)
			return
		}
	}
	h.instances = append(h.instances, hostInstance{instance, []hostItem{item}})
}

// A service is a hostItem with the instance that asks it.
type service struct {
	*hostItem
	instance *Instance
}

// define puts what the host offers into a linker.
func (i *Instance) define(linker *C.wasmtime_component_linker_t, h *Host) error {
	if h == nil {
		return nil
	}
	root := C.wasmtime_component_linker_root(linker)
	defer C.wasmtime_component_linker_instance_delete(root)
	for n := range h.instances {
		if err := i.defineInstance(root, &h.instances[n]); err != nil {
			return err
		}
	}
	return nil
}

func (i *Instance) defineInstance(root *C.wasmtime_component_linker_instance_t, h *hostInstance) error {
	var to *C.wasmtime_component_linker_instance_t
	if err := taken(C.wasmtime_component_linker_instance_add_instance(root, chars(h.name), C.size_t(len(h.name)), &to)); err != nil {
		return err
	}
	defer C.wasmtime_component_linker_instance_delete(to)
	for n := range h.items {
		if err := i.defineItem(to, &h.items[n]); err != nil {
			return err
		}
	}
	return nil
}

func (i *Instance) defineItem(to *C.wasmtime_component_linker_instance_t, item *hostItem) error {
	number := cgo.NewHandle(&service{item, i})
	i.numbers = append(i.numbers, number)
	name := chars(item.name)
	if item.serve == nil {
		return taken(C.oracle_define_resource(to, name, C.size_t(len(item.name)), C.uintptr_t(number)))
	}
	return taken(C.oracle_define(to, name, C.size_t(len(item.name)), C.uintptr_t(number)))
}

//export oracleServe
func oracleServe(number C.uintptr_t, args *C.uint8_t, size C.size_t, result **C.uint8_t) *C.char {
	s := cgo.Handle(number).Value().(*service)
	r := reader{s.instance.handles, unsafe.Slice((*byte)(args), int(size))}
	value, err := s.serve(r.all(s.typ.Params))
	if err != nil {
		return (*C.char)(copied([]byte(err.Error() + "\x00")))
	}
	if s.typ.Result != nil {
		*result = (*C.uint8_t)(copied(s.instance.handles.append(nil, value)))
	}
	return nil
}

//export oracleDropped
func oracleDropped(number C.uintptr_t, rep C.uint32_t) {
	cgo.Handle(number).Value().(*service).dropped(uint32(rep))
}

// copied returns a copy for C, which frees it.
func copied(data []byte) unsafe.Pointer {
	return C.oracle_copy(unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)))
}
