package wazero

import (
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// benchModule exports nop, which does nothing, and host, which calls a function
// of the host.
func benchModule() []byte {
	var b corewasm.Builder
	i32 := []corewasm.ValueType{corewasm.I32}
	host := b.ImportFunc("host", "f", i32, i32)
	b.Memory(corewasm.Limit(1))
	b.Export("memory", corewasm.KindMemory, 0)
	nop := b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0))
	b.Export("nop", corewasm.KindFunc, nop)
	call := b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0).Call(host))
	b.Export("host", corewasm.KindFunc, call)
	return b.Bytes()
}

// BenchmarkCall compares a call through the seam with wazero's own.
func BenchmarkCall(b *testing.B) {
	for _, name := range []string{"nop", "host"} {
		b.Run(name+"/bare", func(b *testing.B) { benchBare(b, name) })
		b.Run(name+"/seam", func(b *testing.B) { benchSeam(b, name) })
	}
}

func benchBare(b *testing.B, name string) {
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	_, err := r.NewHostModuleBuilder("host").NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(func(context.Context, api.Module, []uint64) {}),
			[]api.ValueType{api.ValueTypeI32}, []api.ValueType{api.ValueTypeI32}).
		Export("f").Instantiate(ctx)
	if err != nil {
		b.Fatal(err)
	}
	module, err := r.Instantiate(ctx, benchModule())
	if err != nil {
		b.Fatal(err)
	}
	f := module.ExportedFunction(name)
	stack := []uint64{1}
	b.ReportAllocs()
	for b.Loop() {
		if err := f.CallWithStack(ctx, stack); err != nil {
			b.Fatal(err)
		}
	}
}

func benchSeam(b *testing.B, name string) {
	ctx := context.Background()
	e, err := New(ctx, Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close(ctx)
	i32 := []engine.ValueType{engine.I32}
	host, err := e.Host(ctx, engine.HostFunc{
		Name: "f", Type: engine.FuncType{Params: i32, Results: i32},
		Call: func(context.Context, engine.Instance, []uint64) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	module, err := e.Compile(ctx, benchModule(), engine.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	imports := []engine.Extern{{Instance: host, Name: "f"}}
	instance, err := module.Instantiate(ctx, imports, engine.InstanceConfig{})
	if err != nil {
		b.Fatal(err)
	}
	f := instance.Func(name)
	stack := []uint64{1}
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Call(ctx, stack); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstantiate makes and closes instances of a module with a memory.
func BenchmarkInstantiate(b *testing.B) {
	ctx := context.Background()
	e, err := New(ctx, Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close(ctx)
	var builder corewasm.Builder
	builder.Memory(corewasm.Limit(64))
	builder.Export("memory", corewasm.KindMemory, 0)
	builder.Data(1024, []byte("some data"))
	module, err := e.Compile(ctx, builder.Bytes(), engine.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		instance, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
		if err != nil {
			b.Fatal(err)
		}
		if err := instance.Close(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// loopModule exports loop, which counts its argument down to zero.
func loopModule() []byte {
	var b corewasm.Builder
	const i64Sub, i64Ne = 0x7d, 0x52
	code := corewasm.Code{}.Loop().
		LocalGet(0).I64Const(1).Op(i64Sub).LocalTee(0).
		I64Const(0).Op(i64Ne).BrIf(0).End()
	loop := b.Func([]corewasm.ValueType{corewasm.I64}, nil, nil, code)
	b.Export("loop", corewasm.KindFunc, loop)
	return b.Bytes()
}

// BenchmarkLoop reports the time of one pass of the tightest loop.
func BenchmarkLoop(b *testing.B) {
	const passes = 1_000_000
	ctx := context.Background()
	perPass := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/passes, "ns/pass")
	}
	b.Run("bare", func(b *testing.B) {
		r := wazero.NewRuntime(ctx)
		defer r.Close(ctx)
		module, err := r.Instantiate(ctx, loopModule())
		if err != nil {
			b.Fatal(err)
		}
		f := module.ExportedFunction("loop")
		for b.Loop() {
			if err := f.CallWithStack(ctx, []uint64{passes}); err != nil {
				b.Fatal(err)
			}
		}
		perPass(b)
	})
	b.Run("metered", func(b *testing.B) {
		e, err := New(ctx, Config{})
		if err != nil {
			b.Fatal(err)
		}
		defer e.Close(ctx)
		module, err := e.Compile(ctx, loopModule(), engine.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		instance, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
		if err != nil {
			b.Fatal(err)
		}
		f := instance.Func("loop")
		for b.Loop() {
			if err := f.Call(ctx, []uint64{passes}); err != nil {
				b.Fatal(err)
			}
		}
		perPass(b)
	})
}
