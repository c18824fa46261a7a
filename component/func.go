package component

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
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

	// What the last call with Go values was bound to. A call keeps its own, so
	// that one which is refused, of other types, cannot change it.
	call atomic.Pointer[boundCall]
}

// Type returns the function's type.
func (f *Func) Type() *types.FuncType { return f.signature.Type }

// Call calls the function. The result is the zero Value if it has none. An error
// that is no [engine.Trap] says which argument is not of its type; the function
// was not called then, and the handles among the arguments are the caller's as
// before.
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
	t := f.Type()
	if len(args) != len(t.Params) {
		return types.Value{}, fmt.Errorf("%d arguments for %v", len(args), t)
	}
	for i, p := range t.Params {
		if have := args[i].Type(); !p.Type.SameShape(have) {
			return types.Value{}, fmt.Errorf("argument %s: want %v, have %v", p.Name, p.Type, have)
		}
	}
	result, err := serve(ctx, slices.Clone(args)) // those of other calls need not be on the heap
	if have := result.Type(); err == nil && !t.Result.SameShape(have) {
		err = fmt.Errorf("result: want %v, have %v", t.Result, have)
	}
	if err != nil {
		return types.Value{}, err
	}
	return result, nil
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
//	                         payload; exactly one of them is set; or a sealed interface, see below
//	enum                     an integer type that has room, or string
//	flags                    an unsigned integer type that has room, or a struct of bools
//	own<R>, borrow<R>        *types.Handle, or a pointer to a struct that has nothing but one, and
//	                         perhaps another pointer; of resource types of [NewGoResource], T
//
// A sealed interface has one method, which is not exported and has one parameter:
// a struct with a field for each case, of a type that implements the interface and
// is a struct with one field, or with none where there is no payload:
//
//	type Shape interface{ isShape(shapeCases) }
//	type shapeCases struct { Dot Dot; Circle Circle }
//	type Dot struct{}
//	type Circle struct{ Radius float64 }
//
// It cannot be an argument of CallGo itself, which would see only what is in it;
// [Bind] takes it.
//
// The first call with a combination of types binds them, by reflection; later ones
// do not. Errors are as of Call.
func (f *Func) CallGo(ctx context.Context, result any, args ...any) error {
	if f.lift == nil {
		return errors.New("the export is an import: call it with values")
	}
	call, err := f.bind(result, args)
	if err != nil {
		return err
	}
	target := wordsOf(result).value
	if call.Result != nil {
		if target == nil {
			return fmt.Errorf("result: the %T is nil", result)
		}
		call.Result.Clear(target)
	}
	from := unsafe.Pointer(unsafe.SliceData(args))
	if call.one {
		from = wordsOf(args[0]).value
	}
	return f.lift.CallGo(ctx, &call.GoCall, from, target)
}

// A boundCall is what CallGo was bound to: with which types, as interfaces have
// them.
type boundCall struct {
	canon.GoCall
	args   []unsafe.Pointer
	result unsafe.Pointer
	one    bool // there is one argument, and its interface has a pointer to it
}

// interfaceWords are what an interface without methods is made of.
type interfaceWords struct{ typ, value unsafe.Pointer }

func wordsOf(v any) interfaceWords { return *(*interfaceWords)(unsafe.Pointer(&v)) }

// bind returns what the last call was bound to if the types are the same, and
// binds them otherwise.
func (f *Func) bind(result any, args []any) (*boundCall, error) {
	if known := f.call.Load(); known != nil && known.fits(result, args) {
		return known, nil
	}
	t := f.Type()
	if len(args) != len(t.Params) {
		return nil, fmt.Errorf("%d arguments for %v", len(args), t)
	}
	call := &boundCall{result: wordsOf(result).typ}
	var bindings []*abi.Binding
	var offsets []uintptr
	var indirect []bool
	for i, arg := range args {
		goType := reflect.TypeOf(arg)
		b, err := abi.Bind(goType, t.Params[i].Type)
		if err != nil {
			return nil, fmt.Errorf("argument %s: %w", t.Params[i].Name, err)
		}
		bindings, indirect = append(bindings, b), append(indirect, !abi.IsPointerShaped(goType))
		offsets = append(offsets, uintptr(i)*unsafe.Sizeof(arg)+unsafe.Offsetof(interfaceWords{}.value))
		call.args = append(call.args, wordsOf(arg).typ)
	}
	outcome, err := f.bindResult(reflect.TypeOf(result))
	if err != nil {
		return nil, err
	}
	if len(args) == 1 && indirect[0] {
		call.one, offsets[0], indirect = true, 0, nil
	}
	call.GoCall = f.lift.NewGoCall(f.signature.NewParams(bindings, offsets, indirect), outcome)
	f.call.Store(call)
	return call, nil
}

// fits reports whether call is for values of these types.
func (call *boundCall) fits(result any, args []any) bool {
	if len(args) != len(call.args) || wordsOf(result).typ != call.result {
		return false
	}
	for i, arg := range args {
		if wordsOf(arg).typ != call.args[i] {
			return false
		}
	}
	return true
}

func (f *Func) bindResult(goType reflect.Type) (*abi.Binding, error) {
	t := f.Type().Result
	switch {
	case t == nil && goType == nil:
		return nil, nil
	case t == nil:
		return nil, fmt.Errorf("result: %v has none", f.Type())
	case goType == nil || goType.Kind() != reflect.Pointer:
		return nil, fmt.Errorf("result: want a pointer to what stands for %v, have %v", t, goType)
	}
	b, err := abi.Bind(goType.Elem(), t)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return b, nil
}
