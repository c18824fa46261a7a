package component

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/canon"
)

// A Bound is a function whose types are bound to Go types for good: the fastest
// way to call it. P is a struct with a field for each parameter, in their order,
// and R stands for the result; it is struct{} if there is none. What stands for
// what is said with [Func.CallGo].
type Bound[P, R any] struct {
	lift *canon.Lift
	call canon.GoCall
}

// Bind binds f. An error says both types, and where in them they differ.
func Bind[P, R any](f *Func) (*Bound[P, R], error) { return bindFor[P, R](nil, f) }

func bindFor[P, R any](owners abi.Owners, f *Func) (*Bound[P, R], error) {
	if f.lift == nil {
		return nil, errors.New("the export is an import: call it with values")
	}
	b := &Bound[P, R]{lift: f.lift}
	params, err := bindStruct(owners, f.signature, reflect.TypeFor[P]())
	if err != nil {
		return nil, err
	}
	result, err := bindOutcome(owners, f.signature, reflect.TypeFor[R]())
	b.call = f.lift.NewGoCall(params, result)
	return b, err
}

// Call calls the function. It allocates what the result takes, and nothing else.
// Errors are as of [Func.Call].
func (b *Bound[P, R]) Call(ctx context.Context, params P) (result R, err error) {
	err = b.lift.CallGo(ctx, &b.call, unsafe.Pointer(&params), unsafe.Pointer(&result))
	return result, err
}

// CallInto is Call for who keeps the result's memory: it is set to what the
// function returns, and lists of numbers in it are written where those of before
// lie, if there is room, so that they allocate nothing. Of lists in options,
// results, variants and other lists this is not so, nor of strings: they are new.
// After an error result is to be taken as undefined. A list among params may lie
// where one of the result will.
func (b *Bound[P, R]) CallInto(ctx context.Context, params P, result *R) error {
	if result == nil {
		return fmt.Errorf("result: the %T is nil", result)
	}
	if b.call.Result != nil {
		b.call.Result.Reset(unsafe.Pointer(result))
	}
	return b.lift.CallGo(ctx, &b.call, unsafe.Pointer(&params), unsafe.Pointer(result))
}
