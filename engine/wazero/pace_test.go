package wazero

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestPace: slices that take too long become shorter, and longer again.
func TestPace(t *testing.T) {
	var g gauge
	for n, step := range []struct {
		lap  time.Duration
		want int64
	}{
		{0, 2 * earlySlice},
		{time.Microsecond, 4 * earlySlice},
		{time.Microsecond, slice},
		{time.Microsecond, slice},
		{slowSlice / 2, slice},
		{slowSlice, slice},
		{4 * slowSlice, slice / 4},
		{slowSlice / 2, slice / 4},
		{time.Second, shortSlice},
		{time.Hour, shortSlice},
		{time.Microsecond, 2 * shortSlice},
	} {
		g.pace(step.lap)
		if g.size() != step.want {
			t.Errorf("step %d: slices of %d units, want %d", n, g.size(), step.want)
		}
	}
}

// TestFuelOfPaces: what a call spends does not depend on how long its slices
// are.
func TestFuelOfPaces(t *testing.T) {
	for _, fuel := range []uint64{0, 300_000} {
		i := newFuelInstance(t, engine.Limits{Fuel: fuel})
		spin, spent := i.Func("spin"), map[uint64]int64{}
		for _, length := range []int64{shortSlice, 777, slice} {
			i.gauge.length = length
			before := i.Spent()
			if err := spin.Call(context.Background(), []uint64{200_000}); err != nil {
				t.Fatal(err)
			}
			spent[i.Spent()-before] = length
		}
		if len(spent) != 1 {
			t.Errorf("units and slices: %v", spent)
		}
	}
}

// chaseModule exports chase, which follows a chain of pointers in its memory
// that many times 32 steps.
func chaseModule(pages uint32) []byte {
	const load, sub, drop = 0x28, 0x6b, 0x1a
	i32 := []corewasm.ValueType{corewasm.I32}
	code := corewasm.Code{}.Loop().LocalGet(1)
	for range 32 {
		code = code.Mem(load, 2, 0)
	}
	code = code.LocalSet(1).LocalGet(0).I32Const(1).Op(sub).LocalTee(0).BrIf(0).End()
	var b corewasm.Builder
	b.Memory(corewasm.Limit(pages))
	b.Export("memory", corewasm.KindMemory, 0)
	b.Export("chase", corewasm.KindFunc, b.Func(i32, nil, i32, code))
	return b.Bytes()
}

// BenchmarkChase reports how long slices last when every load misses all caches.
func BenchmarkChase(b *testing.B) {
	const pages, step = 2048, 64
	ctx := context.Background()
	e, err := New(ctx, Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close(ctx)
	module, err := e.Compile(ctx, chaseModule(pages), engine.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	instance, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
	if err != nil {
		b.Fatal(err)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(pages * engine.PageSize / step)
	memory := instance.Memory("memory").Bytes()
	for k, at := range order {
		next := uint32(order[(k+1)%len(order)] * step)
		for n := range 4 {
			memory[at*step+n] = byte(next >> (8 * n))
		}
	}
	f := instance.Func("chase").(*function)
	a := f.take()
	f.put(a)
	for b.Loop() {
		if err := f.Call(ctx, []uint64{100_000}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(a.ticks), "µs/slice")
}
