package plugin

import (
	"context"
	"reflect"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// A Func is a function of a component, called with values or Go values instead
// of bytes. Calls go to the plugin's pool like those of [Plugin.Call], and after
// [Plugin.Replace] to the new component. It is safe for concurrent use.
type Func struct {
	plugin *Plugin
	name   string
}

// Func returns the function of that name: its own if it is unique, or with its
// interface as in ops.add, acme:math/ops#add and acme:math/ops@1.0.0#add. Whether
// there is one is known when it is called or its type is asked for; then the
// error is a [*FunctionError], or a [*ContractError] if the plugin is no
// component.
func (p *Plugin) Func(name string) *Func { return &Func{plugin: p, name: name} }

// Type returns the function's type.
func (f *Func) Type() (*types.FuncType, error) {
	found, err := f.plugin.operation(f.name)
	if err != nil {
		return nil, f.plugin.wrap(f.name, err)
	}
	return found.typ, nil
}

// FullName returns the function's name with its interface and version, under which
// it is the only one of the component in use.
func (f *Func) FullName() (string, error) {
	found, err := f.plugin.operation(f.name)
	if err != nil {
		return "", f.plugin.wrap(f.name, err)
	}
	return found.name(), nil
}

// Check reports whether the function can be called with Go values of these
// types; result is nil if it has none. The error shows both types. It holds for
// the component in use.
func (f *Func) Check(result reflect.Type, args ...reflect.Type) error {
	found, err := f.plugin.operation(f.name)
	if err == nil {
		err = found.callable()
	}
	if err == nil {
		err = component.CheckGo(found.typ, result, args...)
	}
	if err != nil {
		return f.plugin.wrap(f.name, err)
	}
	return nil
}

// Functions returns the full names of all functions of a component that can be
// called, in the order of its exports; none of other plugins.
func (p *Plugin) Functions() []string {
	ops := p.operations.Load()
	if ops == nil {
		return nil
	}
	var names []string
	for _, f := range ops.all {
		if !hasHandles(f.typ) {
			names = append(names, f.name())
		}
	}
	return names
}

// operation finds a function of the component in use.
func (p *Plugin) operation(name string) (*componentFunc, error) {
	ops := p.operations.Load()
	if ops == nil {
		return nil, &ContractError{Contract: p.contract, Wanted: Component}
	}
	return ops.find(name)
}

// Call calls the function. The result is the zero Value if it has none. Errors
// are of type [*Error].
func (f *Func) Call(ctx context.Context, args ...types.Value) (result types.Value, err error) {
	err = f.use(ctx, func(ctx context.Context, g *componentGuest) error {
		function, err := g.find(f.name)
		if err == nil {
			result, err = function.Call(ctx, args...)
		}
		return err
	})
	return result, err
}

// CallGo calls the function with Go values; result is a pointer to where its
// result goes, or nil if it has none. Which Go types stand for which types,
// CallGo of package component says. The first call in each instance with a
// combination of types binds them, by reflection.
func (f *Func) CallGo(ctx context.Context, result any, args ...any) error {
	return f.use(ctx, func(ctx context.Context, g *componentGuest) error {
		function, err := g.find(f.name)
		if err != nil {
			return err
		}
		return function.CallGo(ctx, result, args...)
	})
}

// CallWAVE calls the function with arguments as text, as in `1, {x: 2}`, and
// returns its result as text, which is empty if it has none. Errors in the text
// are of type [*github.com/patchbay-go/patchbay/wit/syntax.Error].
func (f *Func) CallWAVE(ctx context.Context, args string) (result string, err error) {
	err = f.use(ctx, func(ctx context.Context, g *componentGuest) error {
		function, err := g.find(f.name)
		if err == nil {
			result, err = g.callWAVE(ctx, function, args)
		}
		return err
	})
	return result, err
}

// use gives call an instance of the pool, as [Plugin.CallAppend] does. The wait
// for one is part of what the call may take.
func (f *Func) use(ctx context.Context, call func(context.Context, *componentGuest) error) (err error) {
	p := f.plugin
	i, ctx, err := p.acquire(ctx, f.name)
	if err != nil {
		return err
	}
	err = errAbandoned
	defer func() { err = p.release(i, f.name, err) }()
	g, err := p.componentIn(i)
	if err != nil {
		return err
	}
	return call(ctx, g)
}
