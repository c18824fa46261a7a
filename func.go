package patchbay

import (
	"context"

	"github.com/patchbay-go/patchbay/plugin"
)

// Nothing is the result of functions that have none, for [Func0] and its
// siblings.
type Nothing struct{}

// Func0 binds a function of a component that takes nothing: see [Func2].
func Func0[R any](p *Plugin, name string) (func(context.Context) (R, error), error) {
	f, err := plugin.Bind[struct{}, R](p.Func(name))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (R, error) { return f.Call(ctx, struct{}{}) }, nil
}

// Func1 binds a function of a component with one parameter: see [Func2].
func Func1[A, R any](p *Plugin, name string) (func(context.Context, A) (R, error), error) {
	type params struct{ A A }
	f, err := plugin.Bind[params, R](p.Func(name))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A) (R, error) { return f.Call(ctx, params{a}) }, nil
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
// calls of type [*Error]. For more than three parameters there is [plugin.Bind].
func Func2[A, B, R any](p *Plugin, name string) (func(context.Context, A, B) (R, error), error) {
	type params struct {
		A A
		B B
	}
	f, err := plugin.Bind[params, R](p.Func(name))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A, b B) (R, error) { return f.Call(ctx, params{a, b}) }, nil
}

// Func3 binds a function of a component with three parameters: see [Func2].
func Func3[A, B, C, R any](p *Plugin, name string) (func(context.Context, A, B, C) (R, error), error) {
	type params struct {
		A A
		B B
		C C
	}
	f, err := plugin.Bind[params, R](p.Func(name))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a A, b B, c C) (R, error) { return f.Call(ctx, params{a, b, c}) }, nil
}
