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

// DefineGo offers a function with Go types under a path, as [Linker.Define] does.
// P is a struct with a field for each parameter, in their order, and R stands for
// the result; it is struct{} if there is none. What stands for what is said with
// [Func.CallGo]. The types are bound when a component is linked that imports the
// function; if they are not those of the import, that is a [LinkError].
func DefineGo[P, R any](l *Linker, f func(ctx context.Context, params P) (R, error), path ...string) {
	l.define(goFunc[P, R](f), path)
}

// A hostFunction is a function of the host, whatever it is written with.
type hostFunction interface {
	server(s *abi.Signature) (canon.Server, error)
}

func (f HostFunc) server(*abi.Signature) (canon.Server, error) { return canon.Values(f), nil }

type goFunc[P, R any] func(ctx context.Context, params P) (R, error)

func (f goFunc[P, R]) server(s *abi.Signature) (canon.Server, error) {
	params, err := bindStruct(nil, s, reflect.TypeFor[P]())
	if err != nil {
		return nil, err
	}
	result, err := bindOutcome(nil, s, reflect.TypeFor[R]())
	if err != nil {
		return nil, err
	}
	numbers := params.AreNumbers() && (result == nil || result.IsNumber()) && !s.SpillParams
	return &goServer[P, R]{f, params, result, numbers}, nil
}

// A goServer is a function with Go types that are bound.
type goServer[P, R any] struct {
	f      func(context.Context, P) (R, error)
	params abi.Params
	result *abi.Binding // nil if there is none

	numbers bool // and nothing else, on the stack
}

// Serve calls the function.
func (g *goServer[P, R]) Serve(ctx context.Context, cx *abi.Context, s *abi.Signature, stack []uint64) error {
	if g.numbers {
		return g.serveNumbers(ctx, stack)
	}
	var params P
	target := s.ResultPointer(stack)
	if err := s.LiftGo(cx, &g.params, unsafe.Pointer(&params), stack); err != nil {
		cx.Holder.Refuse(cx.Handles)
		return err
	}
	result, err := g.f(ctx, params)
	if err != nil || g.result == nil {
		return err
	}
	if err = s.LowerGoResult(cx, g.result, unsafe.Pointer(&result), stack, target); err != nil {
		err = errors.Join(err, cx.AbandonGo(ctx, g.result, unsafe.Pointer(&result)))
	}
	return err
}

// serveNumbers is Serve for numbers, which cannot be wrong.
func (g *goServer[P, R]) serveNumbers(ctx context.Context, stack []uint64) error {
	var params P
	g.params.TakeNumbers(unsafe.Pointer(&params), stack)
	result, err := g.f(ctx, params)
	if err == nil && g.result != nil {
		stack[0] = g.result.Number(unsafe.Pointer(&result))
	}
	return err
}

// bindStruct binds the fields of a struct to the parameters, in their order.
func bindStruct(owners abi.Owners, s *abi.Signature, goType reflect.Type) (p abi.Params, err error) {
	params := s.Type.Params
	if goType.Kind() != reflect.Struct || goType.NumField() != len(params) {
		return p, fmt.Errorf("parameters: %v has not the %d fields for %v", goType, len(params), s.Type)
	}
	var bindings []*abi.Binding
	var offsets []uintptr
	for i, param := range params {
		field := goType.Field(i)
		binding, err := abi.BindFor(owners, field.Type, param.Type)
		if err != nil {
			return p, fmt.Errorf("argument %s: %w", param.Name, err)
		}
		bindings, offsets = append(bindings, binding), append(offsets, field.Offset)
	}
	return s.NewParams(bindings, offsets, nil), nil
}

// bindOutcome binds the result, which is struct{} if there is none.
func bindOutcome(owners abi.Owners, s *abi.Signature, goType reflect.Type) (*abi.Binding, error) {
	if s.Type.Result == nil {
		if goType.Size() != 0 {
			return nil, fmt.Errorf("result: %v has none, want struct{}", s.Type)
		}
		return nil, nil
	}
	b, err := abi.BindFor(owners, goType, s.Type.Result)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return b, nil
}
