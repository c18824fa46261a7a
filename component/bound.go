package component

import (
	"context"
	"errors"
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
