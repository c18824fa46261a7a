package plugin

import (
	"context"
	"reflect"
	"sync/atomic"

	"github.com/patchbay-go/patchbay/component"
)

// A Bound is a function of a component whose types are bound to Go types, once in
// each instance. It goes to the plugin's pool, and is safe for concurrent use.
type Bound[P, R any] struct {
	of    *Func
	found atomic.Pointer[found[P, R]] // in the component of which there was an instance last
}

// found is what a name stands for in a component.
type found[P, R any] struct {
	in     *operations
	export *component.Export[P, R]
}

// Bind holds f against Go types: P is a struct with a field for each parameter, in
// their order, and R stands for the result; it is an empty struct if there is
// none. What stands for what, CallGo of package component says. The error shows
// both types, and is of type [*Error]. It holds for the component in use; if that
// is replaced by one with another type, calls have the error.
func Bind[P, R any](f *Func) (*Bound[P, R], error) {
	result := reflect.TypeFor[R]()
	if result.Kind() == reflect.Struct && result.NumField() == 0 {
		result = nil
	}
	var params []reflect.Type
	for field := range reflect.TypeFor[P]().Fields() {
		params = append(params, field.Type)
	}
	if err := f.Check(result, params...); err != nil {
		return nil, err
	}
	return &Bound[P, R]{of: f}, nil
}

// Call calls the function. It allocates what the result takes, and nothing else,
// if an instance is free. Errors are of type [*Error].
func (b *Bound[P, R]) Call(ctx context.Context, params P) (result R, err error) {
	p, name := b.of.plugin, b.of.name
	i, ctx, err := p.acquire(ctx, name)
	if err != nil {
		return result, err
	}
	err = errAbandoned
	defer func() { err = p.release(i, name, err) }()
	g, err := p.componentIn(i)
	if err != nil {
		return result, err
	}
	bound, err := b.in(g)
	if err != nil {
		return result, err
	}
	return bound.Call(ctx, params)
}

// in returns what b is bound to in an instance.
func (b *Bound[P, R]) in(g *componentGuest) (*component.Bound[P, R], error) {
	known := b.found.Load()
	if known == nil || known.in != g.operations {
		f, err := g.operations.find(b.of.name)
		if err == nil {
			err = f.callable()
		}
		if err != nil {
			return nil, err
		}
		known = &found[P, R]{g.operations, component.NewExport[P, R](f.path...)}
		b.found.Store(known)
	}
	return known.export.In(g.instance)
}
