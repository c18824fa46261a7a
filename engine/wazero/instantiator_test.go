package wazero

import (
	"context"
	"reflect"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestInstantiator: wazero still has what the instantiator calls. If it does not,
// instances cost more and work as before.
func TestInstantiator(t *testing.T) {
	for _, mode := range []Mode{Auto, Interpreter} {
		e, err := New(t.Context(), Config{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		if e.maker == nil {
			t.Errorf("mode %d: there is no instantiator", mode)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestWithoutInstantiator: where there is none, instances are made all the same.
func TestWithoutInstantiator(t *testing.T) {
	e, err := New(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	i32 := []corewasm.ValueType{corewasm.I32}
	var one, other corewasm.Builder
	one.Export("two", corewasm.KindFunc, one.Func(nil, i32, nil, corewasm.Code{}.I32Const(2)))
	two := other.ImportFunc("one", "two", nil, i32)
	other.Export("again", corewasm.KindFunc, other.Func(nil, i32, nil, corewasm.Code{}.Call(two)))
	for _, maker := range []*instantiator{e.maker, nil} {
		e.maker = maker
		first := instantiate(t, e, one.Bytes())
		second := instantiate(t, e, other.Bytes(), engine.Extern{Instance: first, Name: "two"})
		stack := []uint64{0}
		if err := second.Func("again").Call(t.Context(), stack); err != nil || stack[0] != 2 {
			t.Errorf("got %d, %v", stack[0], err)
		}
	}
}

func instantiate(t *testing.T, e *Engine, binary []byte, imports ...engine.Extern) engine.Instance {
	t.Helper()
	module, err := e.Compile(t.Context(), binary, engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	i, err := module.Instantiate(t.Context(), imports, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestInstantiates: a method of any other type is not called.
func TestInstantiates(t *testing.T) {
	type (
		Context struct{}
		module  struct{}
		made    struct{}
		store   struct{}
		ids     []uint32
	)
	is := func(method any) bool {
		return instantiates(reflect.TypeOf(method), reflect.TypeFor[*module](), reflect.TypeFor[ids](), reflect.TypeFor[*made]())
	}
	for n, method := range []any{
		func(*store, context.Context, *module, string, *Context, ids) *made { return nil },
		func(*store, context.Context, *module, string, *Context) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, string, ...*Context) (*made, error) { return nil, nil },
		func(*store, *Context, *module, string, *Context, ids) (*made, error) { return nil, nil },
		func(*store, context.Context, module, string, *Context, ids) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, []byte, *Context, ids) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, string, *module, ids) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, string, Context, ids) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, string, *Context, []uint32) (*made, error) { return nil, nil },
		func(*store, context.Context, *module, string, *Context, ids) (made, error) { return made{}, nil },
		func(*store, context.Context, *module, string, *Context, ids) (*made, *Context) { return nil, nil },
	} {
		if is(method) {
			t.Errorf("%d: %T", n, method)
		}
	}
	if !is(func(*store, context.Context, *module, string, *Context, ids) (*made, error) { return nil, nil }) {
		t.Error("the right one is refused")
	}
}

// TestInstantiateAllocations guards what an instance costs: wazero's own ten and
// two of ours.
func TestInstantiateAllocations(t *testing.T) {
	e, err := New(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	if !e.compiler {
		t.Skip("not run: the interpreter allocates otherwise")
	}
	var b corewasm.Builder
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
	module, err := e.Compile(t.Context(), b.Bytes(), engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	const most = 13
	if n := testing.AllocsPerRun(100, func() {
		i, err := module.Instantiate(t.Context(), nil, engine.InstanceConfig{})
		if err != nil {
			t.Fatal(err)
		}
		if err := i.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}); n > most {
		t.Errorf("%v allocations, more than %d", n, most)
	}
}
