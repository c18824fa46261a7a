package component

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/types"
)

// A Func is an exported function of an instance. It obeys the rules of its
// instance: one call at a time.
type Func struct {
	instance  *Instance
	signature *abi.Signature
	lift      *canon.Lift  // nil if it is an import that is exported again
	server    canon.Server // then

	// What the last call with Go values was bound to.
	params []*abi.Binding
	result *abi.Binding
	args   []unsafe.Pointer
}

// Type returns the function's type.
func (f *Func) Type() *types.FuncType { return f.signature.Type }

// Call calls the function. The result is the zero Value if it has none. An error
// that is no [engine.Trap] says which argument is not of its type; the function
// was not called then.
func (f *Func) Call(ctx context.Context, args ...types.Value) (types.Value, error) {
	if f.lift == nil {
		return f.again(ctx, args)
	}
	return f.lift.Call(ctx, args)
}

// again calls a function of the host that the component exports.
func (f *Func) again(ctx context.Context, args []types.Value) (types.Value, error) {
	serve, ok := f.server.(canon.Values)
	if !ok {
		return types.Value{}, errors.New("the export is an import that takes no values")
	}
	if len(args) != len(f.Type().Params) {
		return types.Value{}, fmt.Errorf("%d arguments for %v", len(args), f.Type())
	}
	return serve(ctx, args)
}

// CallGo calls the function with Go values; result is a pointer to where its
// result goes, or nil if it has none. Which Go types stand for which types:
//
//	bool                     bool
//	s8 … u64, f32, f64       int8 … uint64, float32, float64
//	char                     rune
//	string                   string
//	list<T>, map<K, V>       []T; a map is a slice of structs of key and value
//	list<T, N>               [N]T
//	record                   a struct with a field for each of its own, found by the tag
//	                         `wit:"name"` or by name: FirstName is first-name
//	tuple                    a struct with as many fields, or an array
//	option<T>                *T, or types.Maybe[T]
//	result<T, E>             types.Outcome[T, E]
//	variant                  a struct with a field for each case: *T, or bool where there is no
//	                         payload; exactly one of them is set
//	enum                     an integer type that has room, or string
//	flags                    an unsigned integer type that has room, or a struct of bools
//	own<R>, borrow<R>        *types.Handle
//
// The first call with a combination of types binds them, by reflection; later ones
// do not. Errors are as of Call.
func (f *Func) CallGo(ctx context.Context, result any, args ...any) error {
	if f.lift == nil {
		return errors.New("the export is an import: call it with values")
	}
	if err := f.bind(result, args); err != nil {
		return err
	}
	for i := range args {
		f.args[i] = addressOf(&args[i], f.params[i].Go)
	}
	call := canon.GoCall{Params: f.params, Args: f.args, Result: f.result}
	if f.result != nil {
		target := reflect.ValueOf(result)
		target.Elem().SetZero()
		call.Return = target.UnsafePointer()
	}
	err := f.lift.CallGo(ctx, &call)
	clear(f.args)
	return err
}

// bind binds the types of a call, unless they are those of the last.
func (f *Func) bind(result any, args []any) error {
	t := f.Type()
	if len(args) != len(t.Params) {
		return fmt.Errorf("%d arguments for %v", len(args), t)
	}
	if f.params == nil {
		f.params, f.args = make([]*abi.Binding, len(args)), make([]unsafe.Pointer, len(args))
	}
	for i, arg := range args {
		goType := reflect.TypeOf(arg)
		if f.params[i] != nil && f.params[i].Go == goType {
			continue
		}
		b, err := abi.Bind(goType, t.Params[i].Type)
		if err != nil {
			return fmt.Errorf("argument %s: %w", t.Params[i].Name, err)
		}
		f.params[i] = b
	}
	return f.bindResult(reflect.TypeOf(result))
}

func (f *Func) bindResult(goType reflect.Type) error {
	t := f.Type().Result
	switch {
	case t == nil && goType == nil:
		return nil
	case t == nil:
		return fmt.Errorf("result: %v has none", f.Type())
	case goType == nil || goType.Kind() != reflect.Pointer:
		return fmt.Errorf("result: want a pointer to what stands for %v, have %v", t, goType)
	case f.result != nil && f.result.Go == goType.Elem():
		return nil
	}
	b, err := abi.Bind(goType.Elem(), t)
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	f.result = b
	return nil
}

// addressOf returns where the value in an interface is. Go keeps pointers, and
// what consists of one alone, in the interface itself.
func addressOf(arg *any, goType reflect.Type) unsafe.Pointer {
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(arg))
	if isPointerShaped(goType) {
		return unsafe.Pointer(&words[1])
	}
	return words[1]
}

func isPointerShaped(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	case reflect.Struct:
		return t.NumField() == 1 && isPointerShaped(t.Field(0).Type)
	case reflect.Array:
		return t.Len() == 1 && isPointerShaped(t.Elem())
	}
	return false
}
