//go:build cgo

package wasmtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

const i32 = corewasm.I32

// build compiles a module that is made here.
func build(t testing.TB, e engine.Engine, limits engine.Limits, write func(b *corewasm.Builder)) engine.Module {
	t.Helper()
	var b corewasm.Builder
	write(&b)
	m, err := e.Compile(context.Background(), b.Bytes(), limits)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// link instantiates a module.
func link(t testing.TB, m engine.Module, from map[string]engine.Instance) engine.Instance {
	t.Helper()
	i, err := instantiate(m, from)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func instantiate(m engine.Module, from map[string]engine.Instance) (engine.Instance, error) {
	externs, err := engine.Link(m, from)
	if err != nil {
		return nil, err
	}
	return m.Instantiate(context.Background(), externs, engine.InstanceConfig{})
}

// call calls a function that has at most one result.
func call(i engine.Instance, name string, params ...uint64) (uint64, error) {
	stack := make([]uint64, max(1, len(params), i.Func(name).Type().Slots()))
	copy(stack, params)
	err := i.Func(name).Call(context.Background(), stack)
	return stack[0], err
}

func want(t testing.TB, want uint64, i engine.Instance, name string, params ...uint64) {
	t.Helper()
	if got, err := call(i, name, params...); err != nil || got != want {
		t.Errorf("%s%v = %d, %v, want %d", name, params, got, err, want)
	}
}

// adder writes a module that exports a memory, a function that adds its first
// word and the parameter, and one that traps.
func adder(word byte) func(*corewasm.Builder) {
	return func(b *corewasm.Builder) {
		b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
		b.Data(0, []byte{word})
		add := corewasm.Code{}.I32Const(0).Mem(0x28, 2, 0).LocalGet(0).Op(0x6a)
		b.Export("add", corewasm.KindFunc, b.Func([]corewasm.ValueType{i32}, []corewasm.ValueType{i32}, nil, add))
		b.Export("fail", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	}
}

// user writes a module that uses the memory of one and the functions of another.
func user(b *corewasm.Builder) {
	one := []corewasm.ValueType{i32}
	add := b.ImportFunc("other", "add", one, one)
	fail := b.ImportFunc("other", "fail", nil, nil)
	b.Import("one", "memory", corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1)})
	load := corewasm.Code{}.I32Const(0).Mem(0x28, 2, 0)
	b.Export("sum", corewasm.KindFunc, b.Func(one, one, nil, load.LocalGet(0).Call(add).Op(0x6a)))
	b.Export("fail", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.Call(fail)))
}

// TestAcrossStores links an instance with two that were used before, apart from
// each other.
func TestAcrossStores(t *testing.T) {
	e := open(t)
	one, other := link(t, build(t, e, engine.Limits{}, adder(5)), nil), link(t, build(t, e, engine.Limits{}, adder(7)), nil)
	m := build(t, e, engine.Limits{}, user)
	from := map[string]engine.Instance{"one": one, "other": other}
	together := link(t, m, from) // all wait for a place until here
	want(t, 5+7+1, together, "sum", 1)

	from["other"] = link(t, build(t, e, engine.Limits{}, adder(9)), nil)
	want(t, 9, from["other"], "add", 0)
	apart := link(t, m, from)
	want(t, 5+9+1, apart, "sum", 1)
	_, err := call(apart, "fail")
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Unreachable {
		t.Errorf("a trap across stores: %v", err)
	}
	want(t, 5+9+2, apart, "sum", 2)

	both := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		b.Import("one", "memory", corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1)})
		b.Import("third", "global", corewasm.Desc{Kind: corewasm.KindGlobal, Value: i32})
	})
	third := link(t, build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		b.Export("global", corewasm.KindGlobal, b.Global(i32, false, corewasm.Code{}.I32Const(3)))
	}), nil)
	from["third"] = third
	if third.Global("global").Get() != 3 {
		t.Error("the global is another")
	}
	if _, err := instantiate(both, from); err == nil || !strings.Contains(err.Error(), "third.global") {
		t.Errorf("a memory and a global of two stores: %v", err)
	}
}

// TestWaitingForAPlace: what an instance does not do when it waits for a place
// must not be seen.
func TestWaitingForAPlace(t *testing.T) {
	e := open(t)
	m := build(t, e, engine.Limits{}, adder(5))
	for range 3 { // closed without having been used
		if err := link(t, m, nil).Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	outside := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Data(engine.PageSize-1, []byte{1, 2})
	})
	if _, err := instantiate(outside, nil); engine.AsTrap(err) == nil || engine.AsTrap(err).Kind != engine.MemoryBounds {
		t.Errorf("a data segment out of bounds: %v", err)
	}
}

// TestCloseWithinCall has a host function close the instance that calls it.
func TestCloseWithinCall(t *testing.T) {
	e := open(t)
	m := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		f := b.ImportFunc("host", "close", nil, nil)
		b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
		store := corewasm.Code{}.Call(f).I32Const(0).I32Const(1).Mem(0x36, 2, 0)
		b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, store))
	})
	host, err := e.Host(t.Context(), engine.HostFunc{
		Name: "close",
		Call: func(ctx context.Context, caller engine.Instance, _ []uint64) error { return caller.Close(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		i := link(t, m, map[string]engine.Instance{"host": host})
		f := i.Func("run")
		if err := f.Call(t.Context(), nil); err != nil {
			t.Errorf("the call that is running: %v", err)
		}
		if err := f.Call(t.Context(), nil); !errors.Is(err, wasmtime.ErrClosed) {
			t.Errorf("the next call: %v", err)
		}
	}
}

// TestReferences: a reference that the host made up does not reach wasmtime.
func TestReferences(t *testing.T) {
	e := open(t)
	funcref := []corewasm.ValueType{corewasm.FuncRef}
	m := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		made := b.ImportFunc("host", "make", nil, funcref)
		b.Export("null", corewasm.KindFunc, b.Func(funcref, []corewasm.ValueType{i32}, nil, corewasm.Code{}.LocalGet(0).Op(0xd1)))
		b.Export("made", corewasm.KindFunc, b.Func(nil, []corewasm.ValueType{i32}, nil, corewasm.Code{}.Call(made).Op(0xd1)))
	})
	reference := uint64(0)
	host, err := e.Host(t.Context(), engine.HostFunc{
		Name: "make",
		Type: engine.FuncType{Results: []engine.ValueType{engine.FuncRef}},
		Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
			stack[0] = reference
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	i := link(t, m, map[string]engine.Instance{"host": host})
	want(t, 1, i, "null", 0)
	want(t, 1, i, "made")
	if _, err := call(i, "null", 0x1000); err == nil || engine.AsTrap(err) != nil {
		t.Errorf("a reference from nowhere: %v", err)
	}
	reference = 0x1000
	if _, err := call(i, "made"); engine.AsTrap(err) == nil || engine.AsTrap(err).Kind != engine.HostFault {
		t.Errorf("a reference from a host function: %v", err)
	}
}

// TestFaultsOfGo: wasmtime handles signals, and passes on those that are Go's.
func TestFaultsOfGo(t *testing.T) {
	hostGuest(t, wasmtime.Config{})
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(error).Error(), "nil pointer") {
			t.Errorf("recovered %v", r)
		}
	}()
	var none *struct{ n int }
	none.n++
}

// TestNestedAcrossStores has two instances call each other through the host until
// the stack of the thread is used up.
func TestNestedAcrossStores(t *testing.T) {
	e := open(t)
	m := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		f := b.ImportFunc("host", "other", nil, nil)
		b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.Call(f)))
		b.Export("answer", corewasm.KindFunc, b.Func(nil, []corewasm.ValueType{i32}, nil, corewasm.Code{}.I32Const(42)))
	})
	var instances [2]engine.Instance
	depth := 0
	host, err := e.Host(t.Context(), engine.HostFunc{
		Name: "other",
		Call: func(ctx context.Context, caller engine.Instance, _ []uint64) error {
			depth++
			next := instances[0]
			if caller == next {
				next = instances[1]
			}
			return next.Func("run").Call(ctx, nil)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := range instances {
		instances[k] = link(t, m, map[string]engine.Instance{"host": host})
	}
	err = instances[0].Func("run").Call(t.Context(), nil)
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.StackOverflow || depth < 100 {
		t.Errorf("after %d calls: %v", depth, err)
	}
	want(t, 42, instances[1], "answer")
}

// TestExceptionLoop throws and catches for ever: it must neither last nor fill
// the memory of the process.
func TestExceptionLoop(t *testing.T) {
	e := open(t)
	m := build(t, e, engine.Limits{Timeout: 500 * time.Millisecond}, func(b *corewasm.Builder) {
		tag := b.Tag([]corewasm.ValueType{corewasm.I64})
		code := corewasm.Code{}.Loop().Op(0x02, 0x7e). // block (result i64)
								Op(0x1f, 0x40, 1, 0x00).U32(tag).U32(0). // try_table (catch $tag 0)
								I64Const(1).Op(0x08).U32(tag).End().
								Unreachable().End().Op(0x1a).Br(0).End()
		b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, code))
		b.Export("answer", corewasm.KindFunc, b.Func(nil, []corewasm.ValueType{i32}, nil, corewasm.Code{}.I32Const(42)))
	})
	i := link(t, m, nil)
	before := resident(t)
	_, err := call(i, "run")
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Deadline {
		t.Errorf("error %v", err)
	}
	if grown := resident(t) - before; grown > 300<<20 {
		t.Errorf("the process has %d MiB more", grown>>20)
	}
	want(t, 42, i, "answer")
}
