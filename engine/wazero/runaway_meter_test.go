package wazero_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A runaway is a guest whose export "run" does not end by itself.
type runaway struct {
	name  string
	build func(b *corewasm.Builder) (run uint32)
	kinds []engine.TrapKind // by which it may end; Deadline if there are none
	start bool              // run is the start function too
}

var i32s = []corewasm.ValueType{corewasm.I32}

// forever returns a function that does the same again and again.
func forever(b *corewasm.Builder, code corewasm.Code) uint32 {
	return b.Func(nil, nil, nil, corewasm.Code{}.Loop().Op(code...).Br(0).End())
}

// bulk returns instructions with constant operands.
func bulk(to, from, n int32, instruction ...byte) corewasm.Code {
	return corewasm.Code{}.I32Const(to).I32Const(from).I32Const(n).Op(0xfc).Op(instruction...)
}

const (
	mib        = 1 << 20
	allPages   = 4096 // 256 MiB
	tableFull  = 1_000_000
	refNull    = 0xd0
	drop       = 0x1a
	returnCall = 0x12
)

var runaways = []runaway{
	{name: "empty loop", build: func(b *corewasm.Builder) uint32 { return forever(b, nil) }},
	{name: "start function", start: true, build: func(b *corewasm.Builder) uint32 { return forever(b, nil) }},
	{name: "loop with a call", build: func(b *corewasm.Builder) uint32 {
		leaf := b.Func(nil, nil, nil, nil)
		return forever(b, corewasm.Code{}.Call(leaf))
	}},
	{name: "straight calls of divisions", build: straightCalls},
	{name: "branch table", build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, i32s, corewasm.Code{}.Loop().Loop().
			LocalGet(0).I32Const(1).Op(0x6a).LocalTee(0).I32Const(1).Op(0x71, 0x0e, 1, 0, 1).End().End())
	}},
	{name: "deep recursion", kinds: []engine.TrapKind{engine.StackOverflow, engine.Deadline},
		build: func(b *corewasm.Builder) uint32 {
			return b.Func(nil, nil, nil, corewasm.Code{}.Call(1).Op(1))
		}},
	{name: "mutual recursion", kinds: []engine.TrapKind{engine.StackOverflow, engine.Deadline},
		build: func(b *corewasm.Builder) uint32 {
			b.Func(nil, nil, nil, corewasm.Code{}.Call(2).Op(1))
			return b.Func(nil, nil, nil, corewasm.Code{}.Call(1).Op(1))
		}},
	{name: "fan-out recursion", build: func(b *corewasm.Builder) uint32 {
		down := corewasm.Code{}.LocalGet(0).If().LocalGet(0).I32Const(1).Op(0x6b).Call(1).
			LocalGet(0).I32Const(1).Op(0x6b).Call(1).End()
		b.Func(i32s, nil, nil, down)
		return b.Func(nil, nil, nil, corewasm.Code{}.I32Const(60).Call(1))
	}},
	{name: "tail calls", build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, nil, corewasm.Code{}.Op(returnCall, 1))
	}},
	{name: "tail calls through a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		b.Elements(0, 1)
		return b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).Op(0x13).U32(b.Type(nil, nil)).U32(0))
	}},
	{name: "function references", build: func(b *corewasm.Builder) uint32 {
		b.ElementSegment([]byte{3, 0, 1, 1})
		return forever(b, slices.Repeat(corewasm.Code{}.RefFunc(1).Op(drop), 500))
	}},
	{name: "fill of 256 MiB", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		return forever(b, bulk(0, 1, 256*mib, 11, 0))
	}},
	{name: "copy of 256 MiB upwards", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		return forever(b, bulk(1, 0, 256*mib-1, 10, 0, 0))
	}},
	{name: "copy of 256 MiB downwards", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		return forever(b, bulk(0, 1, 256*mib-1, 10, 0, 0))
	}},
	{name: "initialization of 4 MiB", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		b.PassiveData(make([]byte, 4*mib))
		return forever(b, bulk(0, 0, 4*mib, 8, 0, 0))
	}},
	{name: "copies of 4 KiB", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		return forever(b, slices.Repeat(bulk(128*mib, 0, 4096, 10, 0, 0), 300))
	}},
	{name: "fill of a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(tableFull))
		return forever(b, corewasm.Code{}.I32Const(0).RefFunc(1).I32Const(tableFull).Op(0xfc, 17, 0))
	}},
	{name: "copy of a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(tableFull))
		return forever(b, bulk(1, 0, tableFull-1, 14, 0, 0))
	}},
	{name: "growth of a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(0))
		return forever(b, corewasm.Code{}.Op(refNull, 0x70).I32Const(1).Op(0xfc, 15, 0, drop))
	}},
	{name: "growth of memory", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(0))
		return forever(b, corewasm.Code{}.I32Const(1).Op(0x40, 0, drop))
	}},
	{name: "growth of memory to the full", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(0))
		return forever(b, corewasm.Code{}.I32Const(allPages).Op(0x40, 0, drop))
	}},
	{name: "wait for 32 bits", build: func(b *corewasm.Builder) uint32 { return waiting(b, 1, 2, corewasm.Code{}.I32Const(0)) }},
	{name: "wait for 64 bits", build: func(b *corewasm.Builder) uint32 { return waiting(b, 2, 3, corewasm.Code{}.I64Const(0)) }},
	{name: "waits without time", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limits{Min: 1, Max: 1, HasMax: true, Shared: true})
		wait := corewasm.Code{}.I32Const(0).I32Const(0).I64Const(0).Op(0xfe, 1, 2, 0, drop)
		return forever(b, slices.Repeat(wait, 100))
	}},
	{name: "exceptions", build: func(b *corewasm.Builder) uint32 {
		tag := b.Tag(nil)
		return forever(b, corewasm.Code{}.Block().Op(0x1f, 0x40, 1, 2, 0, 0x08).U32(tag).End().End())
	}},
	{name: "exceptions that do not come", build: func(b *corewasm.Builder) uint32 {
		return forever(b, corewasm.Code{}.Block().Op(0x1f, 0x40, 1, 2, 0).End().End())
	}},
	{name: "host calls", build: func(b *corewasm.Builder) uint32 {
		return forever(b, corewasm.Code{}.Call(0))
	}},
}

// straightCalls has 128 KiB of code without a loop that calls a function without
// a countdown, made of the slowest instructions there are.
func straightCalls(b *corewasm.Builder) uint32 {
	divisions := corewasm.Code{}.I64Const(-1)
	for range 16 {
		divisions = divisions.I64Const(3).Op(0x7f)
	}
	leaf := b.Func(nil, nil, nil, divisions.Op(drop))
	long := b.Func(nil, nil, nil, slices.Repeat(corewasm.Code{}.Call(leaf), 64<<10))
	return forever(b, corewasm.Code{}.Call(long))
}

func waiting(b *corewasm.Builder, wait, align byte, expected corewasm.Code) uint32 {
	b.Memory(corewasm.Limits{Min: 1, Max: 1, HasMax: true, Shared: true})
	return forever(b, corewasm.Code{}.I32Const(0).Op(expected...).I64Const(-1).Op(0xfe, wait, align, 0, drop))
}

// module returns the runaway with two exports more: answer, and what the host's
// function f is told.
func (r runaway) module(started bool) []byte {
	var b corewasm.Builder
	b.ImportFunc("host", "f", nil, nil)
	run := r.build(&b)
	b.Export("run", corewasm.KindFunc, run)
	b.Export("answer", corewasm.KindFunc, b.Func(nil, i32s, nil, corewasm.Code{}.I32Const(42)))
	if started {
		b.Start(run)
	}
	return b.Bytes()
}

// modes are the ways to run guests that the tests go through.
var modes = map[string]wazero.Mode{"compiler": wazero.Auto, "interpreter": wazero.Interpreter}

// TestRunaways has each guest that does not end meet a deadline of 50 ms, while
// garbage is collected. The bounds are wide because machines are busy; what was
// measured is logged.
func TestRunaways(t *testing.T) {
	const timeout, late = 50 * time.Millisecond, 3 * time.Second
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			e := open(t, wazero.Config{Mode: mode})
			for _, r := range runaways {
				t.Run(r.name, func(t *testing.T) {
					run := r.prepare(t, e, timeout)
					began := time.Now()
					paused, err := beside(run)
					took := time.Since(began)
					r.check(t, err)
					if took > timeout+late || paused > late {
						t.Errorf("stopped after %v, garbage collection took %v", took, paused)
					}
					t.Logf("stopped after %v, garbage collection at most %v", took.Round(time.Millisecond/10), paused.Round(time.Millisecond/10))
					r.answer(t, e)
				})
			}
		})
	}
}

// prepare returns the run that must be stopped.
func (r runaway) prepare(t *testing.T, e *wazero.Engine, timeout time.Duration) func() error {
	ctx := context.Background()
	module, imports := r.compile(t, e, r.start, engine.Limits{Timeout: timeout})
	make := func() (engine.Instance, error) { return module.Instantiate(ctx, imports, engine.InstanceConfig{}) }
	if r.start {
		return func() error {
			_, err := make()
			return err
		}
	}
	instance, err := make()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { instance.Close(ctx) })
	return func() error { return instance.Func("run").Call(ctx, nil) }
}

func (r runaway) compile(t *testing.T, e *wazero.Engine, started bool, limits engine.Limits) (engine.Module, []engine.Extern) {
	t.Helper()
	module, err := e.Compile(context.Background(), r.module(started), limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { module.Close(context.Background()) })
	host, err := e.Host(context.Background(), engine.HostFunc{Name: "f", Call: nothing})
	if err != nil {
		t.Fatal(err)
	}
	return module, []engine.Extern{{Instance: host, Name: "f"}}
}

// beside collects garbage while run runs, and returns how long that took at
// most.
func beside(run func() error) (paused time.Duration, err error) {
	done := make(chan error, 1)
	go func() { done <- run() }()
	for {
		select {
		case err := <-done:
			return paused, err
		case <-time.After(5 * time.Millisecond):
			began := time.Now()
			runtime.GC()
			paused = max(paused, time.Since(began))
		}
	}
}

func (r runaway) check(t *testing.T, err error) {
	t.Helper()
	kinds := r.kinds
	if kinds == nil {
		kinds = []engine.TrapKind{engine.Deadline}
	}
	trap := engine.AsTrap(err)
	if trap == nil || !slices.Contains(kinds, trap.Kind) {
		t.Fatalf("error %v, want %v", err, kinds)
	}
	if errors.Is(err, context.DeadlineExceeded) != (trap.Kind == engine.Deadline) {
		t.Errorf("%v is of kind %v", err, trap.Kind)
	}
	for _, frame := range trap.Frames {
		if frame.Name == "" && frame.Func > 3 {
			t.Errorf("frame of function %d, which the guest has not", frame.Func)
		}
	}
}

// answer wants the engine to run the same guest afterwards.
func (r runaway) answer(t *testing.T, e *wazero.Engine) {
	t.Helper()
	module, imports := r.compile(t, e, false, engine.Limits{})
	instance, err := module.Instantiate(context.Background(), imports, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close(context.Background())
	stack := []uint64{0}
	if err := instance.Func("answer").Call(context.Background(), stack); err != nil || stack[0] != 42 {
		t.Errorf("answer %d, %v", stack[0], err)
	}
}

// TestReentry has a guest and the host call each other ever deeper.
func TestReentry(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			e := open(t, wazero.Config{Mode: mode})
			r := runaway{build: func(b *corewasm.Builder) uint32 {
				return b.Func(nil, nil, nil, corewasm.Code{}.Call(0))
			}}
			host, err := e.Host(ctx, engine.HostFunc{Name: "f", Call: func(ctx context.Context, caller engine.Instance, _ []uint64) error {
				return caller.Func("run").Call(ctx, nil)
			}})
			if err != nil {
				t.Fatal(err)
			}
			module, _ := r.compile(t, e, false, engine.Limits{Timeout: 50 * time.Millisecond})
			instance, err := module.Instantiate(ctx, []engine.Extern{{Instance: host, Name: "f"}}, engine.InstanceConfig{})
			if err != nil {
				t.Fatal(err)
			}
			defer instance.Close(ctx)
			began := time.Now()
			_, err = beside(func() error { return instance.Func("run").Call(ctx, nil) })
			r.check(t, err)
			t.Logf("stopped after %v", time.Since(began).Round(time.Millisecond/10))
			r.answer(t, e)
		})
	}
}
