package patchbay

import (
	"context"
	"reflect"

	"github.com/patchbay-go/patchbay/plugin"
)

// Nothing is the result of functions that have none, for [Func0] and its
// siblings.
type Nothing struct{}

// Func0 binds a function of a component that takes nothing: see [Func2].
func Func0[R any](p *Plugin, name string) (func(context.Context) (R, error), error) {
	f, err := bound[R](p, name)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (r R, err error) {
		err = f.CallGo(ctx, resultOf(&r))
		return r, err
	}, nil
}

// Func1 binds a function of a component with one parameter: see [Func2].
func Func1[A, R any](p *Plugin, name string) (func(context.Context, A) (R, error), error) {
	f, err := bound[R](p, name, reflect.TypeFor[A]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A) (r R, err error) {
		err = f.CallGo(ctx, resultOf(&r), a)
		return r, err
	}, nil
}

// Func2 binds a function of a component with two parameters to a Go function
// with these types, so that it is called like any other:
//
//	add, err := patchbay.Func2[uint32, uint32, uint32](adder, "add")
//	…
//	sum, err := add(ctx, 1, 2)
//
// The types are checked here, once; the error shows both sides. Which Go types
// stand for which types, CallGo of package component says; R is [Nothing] for a
// function without a result. Names are as of [plugin.Plugin.Func], and errors of
// calls of type [*Error].
func Func2[A, B, R any](p *Plugin, name string) (func(context.Context, A, B) (R, error), error) {
	f, err := bound[R](p, name, reflect.TypeFor[A](), reflect.TypeFor[B]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A, b B) (r R, err error) {
		err = f.CallGo(ctx, resultOf(&r), a, b)
		return r, err
	}, nil
}

// Func3 binds a function of a component with three parameters: see [Func2].
func Func3[A, B, C, R any](p *Plugin, name string) (func(context.Context, A, B, C) (R, error), error) {
	f, err := bound[R](p, name, reflect.TypeFor[A](), reflect.TypeFor[B](), reflect.TypeFor[C]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A, b B, c C) (r R, err error) {
		err = f.CallGo(ctx, resultOf(&r), a, b, c)
		return r, err
	}, nil
}

// bound finds the function and holds it against Go types.
func bound[R any](p *Plugin, name string, args ...reflect.Type) (*plugin.Func, error) {
	f := p.Func(name)
	result := reflect.TypeFor[R]()
	if result == reflect.TypeFor[Nothing]() {
		result = nil
	}
	return f, f.Check(result, args...)
}

// resultOf is where a result goes; nil if there is none.
func resultOf[R any](r *R) any {
	if _, none := any(r).(*Nothing); none {
		return nil
	}
	return r
}
