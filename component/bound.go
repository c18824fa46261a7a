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
func Bind[P, R any](f *Func) (*Bound[P, R], error) {
	if f.lift == nil {
		return nil, errors.New("the export is an import: call it with values")
	}
	b := &Bound[P, R]{lift: f.lift}
	if err := b.bindParams(f, reflect.TypeFor[P]()); err != nil {
		return nil, err
	}
	result := f.Type().Result
	if result == nil {
		if reflect.TypeFor[R]().Size() != 0 {
			return nil, fmt.Errorf("result: %v has none, want struct{}", f.Type())
		}
		return b, nil
	}
	var err error
	if b.call.Result, err = abi.Bind(reflect.TypeFor[R](), result); err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return b, nil
}

func (b *Bound[P, R]) bindParams(f *Func, goType reflect.Type) error {
	params := f.Type().Params
	if goType.Kind() != reflect.Struct || goType.NumField() != len(params) {
		return fmt.Errorf("parameters: %v has not the %d fields for %v", goType, len(params), f.Type())
	}
	for i, p := range params {
		field := goType.Field(i)
		binding, err := abi.Bind(field.Type, p.Type)
		if err != nil {
			return fmt.Errorf("argument %s: %w", p.Name, err)
		}
		b.call.Bindings, b.call.Offsets = append(b.call.Bindings, binding), append(b.call.Offsets, field.Offset)
	}
	return nil
}

// Call calls the function. It allocates what the result takes, and nothing else.
// Errors are as of [Func.Call].
func (b *Bound[P, R]) Call(ctx context.Context, params P) (result R, err error) {
	err = b.lift.CallGo(ctx, &b.call, unsafe.Pointer(&params), unsafe.Pointer(&result))
	return result, err
}
