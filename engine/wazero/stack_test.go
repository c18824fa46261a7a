package wazero

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// stackModule exports deep, which calls itself as often as it is told and
// answers how often that was, caught, which does so with an exception handler
// open in each call, and wide, whose frames are large. With start, it begins with
// deep, endlessly.
func stackModule(start bool) []byte {
	const add, sub, tryTable = 0x6a, 0x6b, 0x1f
	i32 := []corewasm.ValueType{corewasm.I32}
	again := func(f uint32) corewasm.Code {
		return corewasm.Code{}.LocalGet(0).I32Const(1).Op(sub).Call(f).I32Const(1).Op(add).LocalSet(0)
	}
	var b corewasm.Builder
	b.Tag(nil)
	deep := b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0).If().Op(again(0)...).End().LocalGet(0))
	caught := b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0).If().
		Block().Op(tryTable, 0x40, 1, 2, 0).Op(again(1)...).End().End().End().LocalGet(0))
	code := corewasm.Code{}.LocalGet(0).If().Op(again(2)...).Else()
	for n := range uint32(1000) {
		code = code.I32Const(0).Call(0).LocalSet(n + 1)
	}
	code = code.I32Const(0).LocalSet(0)
	for n := range uint32(1000) {
		code = code.LocalGet(n + 1).LocalGet(0).Op(add).LocalSet(0)
	}
	wide := b.Func(i32, i32, slices.Repeat(i32, 1000), code.End().LocalGet(0))
	b.Export("deep", corewasm.KindFunc, deep)
	b.Export("caught", corewasm.KindFunc, caught)
	b.Export("wide", corewasm.KindFunc, wide)
	if start {
		drop := byte(0x1a)
		b.Start(b.Func(nil, nil, nil, corewasm.Code{}.I32Const(-1).Call(0).Op(drop)))
	}
	return b.Bytes()
}

func stackEngine(t *testing.T) *Engine {
	t.Helper()
	if !canCompile() {
		t.Skip("not run: there is no compiler for this platform, and the interpreter counts frames")
	}
	e, err := New(context.Background(), Config{Mode: Compiler})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e
}

func stackInstance(t *testing.T, limits engine.Limits) *Instance {
	t.Helper()
	module, err := stackEngine(t).Compile(context.Background(), stackModule(false), limits)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := module.Instantiate(context.Background(), nil, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return instance.(*Instance)
}

// TestStackLayout: the fields of wazero's that are read are where they are
// looked for. Without them, the limit of the stack does not hold.
func TestStackLayout(t *testing.T) {
	i := stackInstance(t, engine.Limits{})
	if err := i.Func("deep").Call(context.Background(), []uint64{1}); err != nil {
		t.Error(err)
	}
	if layout := i.of.engine.stacks.layout; !layout.known {
		t.Errorf("%+v", layout)
	}
}

// capacity returns how large the stack of an activation has become.
func capacity(a *activation) uint64 {
	return uint64(len(*(*[]byte)(unsafe.Add(a.stack.call, a.instance.of.engine.stacks.layout.stack))))
}

// TestStackLimit has guests need more stack than they may have.
func TestStackLimit(t *testing.T) {
	const mib = 1 << 20
	ctx := context.Background()
	for _, limit := range []uint64{mib, 4 * mib, 0} {
		i := stackInstance(t, engine.Limits{Stack: limit})
		for _, name := range []string{"deep", "wide"} {
			f := i.Func(name).(*function)
			a := f.take()
			f.put(a)
			trap := engine.AsTrap(f.Call(ctx, []uint64{1 << 31}))
			if trap == nil || trap.Kind != engine.StackOverflow || len(trap.Frames) == 0 {
				t.Fatalf("%s: %v", name, trap)
			}
			most := 3*max(i.of.limits.Stack, 2*mib) + mib // the capacity doubles
			if size := capacity(a); size > most {
				t.Errorf("%s: a stack of %d KiB, and %d KiB are the limit", name, size>>10, i.of.limits.Stack>>10)
			} else {
				t.Logf("%s: %d KiB with a limit of %d KiB", name, size>>10, i.of.limits.Stack>>10)
			}
		}
		stack := []uint64{5000}
		if err := i.Func("deep").Call(ctx, stack); err != nil || stack[0] != 5000 {
			t.Errorf("5000 deep: %d, %v", stack[0], err)
		}
	}
}

// TestStackLimitOfStart: start functions run in calls that only wazero knows.
func TestStackLimitOfStart(t *testing.T) {
	module, err := stackEngine(t).Compile(context.Background(), stackModule(true), engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = module.Instantiate(context.Background(), nil, engine.InstanceConfig{})
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.StackOverflow || len(trap.Frames) == 0 {
		t.Errorf("error %v", err)
	}
}

// TestStackOfHandlers: each open handler of exceptions has a copy of the stack,
// and all copies together have a bound.
func TestStackOfHandlers(t *testing.T) {
	i := stackInstance(t, engine.Limits{Timeout: time.Minute})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	err := i.Func("caught").Call(context.Background(), []uint64{1 << 31})
	runtime.ReadMemStats(&after)
	trap := engine.AsTrap(err)
	if trap == nil || trap.Kind != engine.StackOverflow || !strings.Contains(trap.Text, "exception handlers") || len(trap.Frames) == 0 {
		t.Errorf("error %v", err)
	}
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 400<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
	stack := []uint64{100}
	if err := i.Func("caught").Call(context.Background(), stack); err != nil || stack[0] != 100 {
		t.Errorf("100 handlers: %d, %v", stack[0], err)
	}
	t.Logf("the heap grew by %d MiB", (after.HeapSys-before.HeapSys)>>20)
}
