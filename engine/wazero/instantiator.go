package wazero

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// An instantiator makes instances without the tables of open files that wazero
// makes for its own WASI with each, which nothing here looks at: seven allocations,
// and a third of the time that a small module takes. It calls what wazero's runtime
// itself calls, found by its name and held against its type; TestInstantiator holds
// that it is there. Where it is not, instances are made as wazero offers it.
type instantiator struct {
	store       unsafe.Pointer // wazero's store of instances
	instantiate instantiateFunc
	made        unsafe.Pointer // the type of api.Module's of wazero, as interfaces have it

	// Where wazero's compiled modules have what the store asks for.
	module, types uintptr
}

// An instantiateFunc is wazero's method, with pointers to types that have no name
// here.
type instantiateFunc func(
	store unsafe.Pointer, ctx context.Context, module unsafe.Pointer, name string, sys unsafe.Pointer, types []uint32,
) (unsafe.Pointer, error)

// newInstantiator returns the instantiator for a runtime of which this is a module
// and what it was compiled to; nil if there is none.
func newInstantiator(r wazero.Runtime, module api.Module, compiled wazero.CompiledModule) *instantiator {
	runtime, code := reflect.ValueOf(r), reflect.TypeOf(compiled)
	if !isStruct(runtime.Type()) || !isStruct(code) {
		return nil
	}
	store := runtime.Elem().FieldByName("store")
	of, hasModule := code.Elem().FieldByName("module")
	types, hasTypes := code.Elem().FieldByName("typeIDs")
	if !store.IsValid() || !isStruct(store.Type()) || !hasModule || !hasTypes {
		return nil
	}
	method, ok := store.Type().MethodByName("Instantiate")
	if !ok || !instantiates(method.Type, of.Type, types.Type, reflect.TypeOf(module)) {
		return nil
	}
	function := method.Func.Interface()
	return &instantiator{
		store:       store.UnsafePointer(),
		instantiate: *(*instantiateFunc)(unsafe.Pointer(&(*interfacePointers)(unsafe.Pointer(&function)).value)),
		made:        (*interfacePointers)(unsafe.Pointer(&module)).table,
		module:      of.Offset, types: types.Offset,
	}
}

// interfacePointers are what an interface is made of.
type interfacePointers struct{ table, value unsafe.Pointer }

func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// instantiates reports whether a method with that type, the receiver first, is an
// instantiateFunc.
func instantiates(method, module, types, made reflect.Type) bool {
	return method.NumIn() == 6 && method.NumOut() == 2 && !method.IsVariadic() &&
		method.In(1) == reflect.TypeFor[context.Context]() &&
		method.In(2) == module && isStruct(module) &&
		method.In(3) == reflect.TypeFor[string]() &&
		isStruct(method.In(4)) && method.In(4).Elem().Name() == "Context" &&
		method.In(5) == types && types.Kind() == reflect.Slice && types.Elem().Kind() == reflect.Uint32 &&
		method.Out(0) == made && isStruct(made) &&
		method.Out(1) == reflect.TypeFor[error]()
}

// make instantiates a module that has no name.
func (n *instantiator) make(ctx context.Context, compiled wazero.CompiledModule) (module api.Module, err error) {
	code := (*interfacePointers)(unsafe.Pointer(&compiled)).value
	of, types := *(*unsafe.Pointer)(unsafe.Add(code, n.module)), *(*[]uint32)(unsafe.Add(code, n.types))
	made, err := n.instantiate(n.store, ctx, of, "", nil, types)
	if err != nil {
		return nil, err
	}
	*(*interfacePointers)(unsafe.Pointer(&module)) = interfacePointers{n.made, made}
	return module, nil
}
