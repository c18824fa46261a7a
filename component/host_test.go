package component_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// simpleModule exports the global g of 100 and the function f of 101.
const simpleModule = "\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x00\x01\x7f\x03\x02\x01\x00\x06\x07\x01\x7f\x00\x41\xe4\x00\x0b" +
	"\x07\x09\x02\x01g\x03\x00\x01f\x00\x00\x0a\x07\x01\x05\x00\x41\xe5\x00\x0b"

// suiteHost offers what wasmtime's scripts import from their host.
func suiteHost(t *testing.T, e engine.Engine) *component.Linker {
	t.Helper()
	l := new(component.Linker)
	module, err := component.CompileModule(t.Context(), e, []byte(simpleModule), engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = module.Close(context.Background()) })
	l.DefineModule(module, "host", "simple-module")
	l.Define(returning(2), "host-return-two")
	l.Define(returning(3), "host", "return-three")
	l.Define(returning(4), "host", "nested", "return-four")
	l.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return args[0], nil }, "host-echo-u32")
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.StringValue("hi"), nil }, "host", "return-hi")

	drops, last := uint32(0), uint32(0)
	one := &component.Resource{Name: "resource1", Drop: func(_ context.Context, rep uint32) error {
		drops, last = drops+1, rep
		return nil
	}}
	l.DefineResource(one, "host", "resource1")
	l.DefineResource(one, "host", "resource1-again")
	l.DefineResource(&component.Resource{Name: "resource2"}, "host", "resource2")
	l.Define(func(_ context.Context, args []types.Value) (types.Value, error) {
		return types.HandleValue(types.OwnOf(one.Type()), one.New(uint32(args[0].Uint()))), nil
	}, "host", "[constructor]resource1")
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.U32Value(last), nil },
		"host", "[static]resource1.last-drop")
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.U32Value(drops), nil },
		"host", "[static]resource1.drops")
	l.Define(wanting(func(h *types.Handle, rep uint64) bool { return uint64(h.Rep) == rep }), "host", "[static]resource1.assert")
	l.Define(wanting(func(h *types.Handle, rep uint64) bool { return !h.Owned && uint64(h.Rep) == rep }),
		"host", "[method]resource1.simple")
	l.Define(taking(false, false), "host", "[method]resource1.take-borrow")
	l.Define(taking(false, true), "host", "[method]resource1.take-own")
	return l
}

func returning(n uint32) component.HostFunc {
	return func(context.Context, []types.Value) (types.Value, error) { return types.U32Value(n), nil }
}

// wanting is a function of a handle and a number.
func wanting(want func(*types.Handle, uint64) bool) component.HostFunc {
	return func(_ context.Context, args []types.Value) (types.Value, error) {
		if h := args[0].Handle(); !want(h, args[1].Uint()) {
			return types.Value{}, fmt.Errorf("got the handle %+v and %d", h, args[1].Uint())
		}
		return types.Value{}, nil
	}
}

// taking is a function of two handles.
func taking(owned ...bool) component.HostFunc {
	return func(_ context.Context, args []types.Value) (types.Value, error) {
		for i, want := range owned {
			if h := args[i].Handle(); h.Owned != want {
				return types.Value{}, fmt.Errorf("argument %d is the handle %+v", i, h)
			}
		}
		return types.Value{}, nil
	}
}

// offerAll offers whatever is imported: functions that fail, resource types, and
// modules and components in which there is nothing.
func offerAll(t *testing.T, e engine.Engine, l *component.Linker, imports []types.NamedExtern, path ...string) []func(context.Context) error {
	t.Helper()
	var made []func(context.Context) error
	for _, x := range imports {
		at := append(path[:len(path):len(path)], x.Name)
		switch {
		case x.Kind == types.ExternFunc:
			l.Define(func(context.Context, []types.Value) (types.Value, error) {
				return types.Value{}, fmt.Errorf("%s is not to be called", x.Name)
			}, at...)
		case x.Kind == types.ExternType && x.Resource != nil && x.Fresh:
			l.DefineResource(&component.Resource{Name: x.Name}, at...)
		case x.Kind == types.ExternInstance:
			made = append(made, offerAll(t, e, l, x.Instance.Exports, at...)...)
		case x.Kind == types.ExternModule:
			m, err := component.CompileModule(t.Context(), e, []byte("\x00asm\x01\x00\x00\x00"), engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			l.DefineModule(m, at...)
			made = append(made, m.Close)
		case x.Kind == types.ExternComponent:
			c, err := component.Compile(t.Context(), e, []byte("\x00asm\x0d\x00\x01\x00"), component.Config{})
			if err != nil {
				t.Fatal(err)
			}
			l.DefineComponent(c, at...)
			made = append(made, c.Close)
		}
	}
	return made
}
