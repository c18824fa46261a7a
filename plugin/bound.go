package plugin

import (
	"context"
	"reflect"

	"github.com/patchbay-go/patchbay/component"
)

// A Bound is a function of a component whose types are bound to Go types, once in
// each instance. It goes to the plugin's pool, and is safe for concurrent use.
type Bound[P, R any] struct {
	of  *Func
	key any // a boundKey: under what an instance keeps what it bound
}

// A boundKey is the same for all that is bound to one function with the same
// types.
type boundKey[P, R any] struct{ name string }

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
	return &Bound[P, R]{of: f, key: boundKey[P, R]{f.name}}, nil
}

// Call calls the function. Errors are of type [*Error].
func (b *Bound[P, R]) Call(ctx context.Context, params P) (result R, err error) {
	err = b.of.use(ctx, func(ctx context.Context, g *componentGuest) error {
		bound, err := boundIn[P, R](g, b)
		if err != nil {
			return err
		}
		result, err = bound.Call(g.enter(ctx), params)
		return err
	})
	return result, err
}

// boundIn returns what b is bound to in an instance.
func boundIn[P, R any](g *componentGuest, b *Bound[P, R]) (*component.Bound[P, R], error) {
	if known, ok := g.bound[b.key].(*component.Bound[P, R]); ok {
		return known, nil
	}
	f, err := g.find(b.of.name)
	if err != nil {
		return nil, err
	}
	bound, err := component.Bind[P, R](f)
	if err != nil {
		return nil, err
	}
	if g.bound == nil {
		g.bound = make(map[any]any)
	}
	g.bound[b.key] = bound
	return bound, nil
}
