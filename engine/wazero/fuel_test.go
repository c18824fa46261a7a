package wazero

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// fuelModule exports spin, which passes as often through a loop as it is told,
// and a global under each of the names.
func fuelModule(names ...string) []byte {
	var b corewasm.Builder
	const i32Sub = 0x6b
	body := corewasm.Code{}.Loop().
		LocalGet(0).I32Const(1).Op(i32Sub).LocalTee(0).BrIf(0).
		End()
	spin := b.Func([]corewasm.ValueType{corewasm.I32}, nil, nil, body)
	b.Export("spin", corewasm.KindFunc, spin)
	for k, name := range names {
		g := b.Global(corewasm.I64, true, corewasm.Code{}.I64Const(int64(k)))
		b.Export(name, corewasm.KindGlobal, g)
	}
	return b.Bytes()
}

// newFuelInstance makes an instance of fuelModule.
func newFuelInstance(t testing.TB, limits engine.Limits, names ...string) *Instance {
	t.Helper()
	ctx := context.Background()
	e, err := New(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	m, err := e.Compile(ctx, fuelModule(names...), limits)
	if err != nil {
		t.Fatal(err)
	}
	i, err := m.Instantiate(ctx, nil, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return i.(*Instance)
}

// TestFuelCounterIsHidden: the export by which the counter is reached never
// stands for one of the guest's, and cannot be had.
func TestFuelCounterIsHidden(t *testing.T) {
	ctx := context.Background()
	for _, names := range [][]string{nil, {"#fuel"}, {"#fuel", "#fuel#"}} {
		i := newFuelInstance(t, engine.Limits{Fuel: 100_000}, names...)
		for k, name := range names {
			if got := i.Global(name).Get(); got != uint64(k) {
				t.Errorf("global %s is %d, want %d", name, got, k)
			}
			i.Global(name).Set(1 << 60)
		}
		hidden := "#fuel" + strings.Repeat("#", len(names))
		if _, there := i.Export(hidden); there || i.Global(hidden) != nil {
			t.Errorf("%s is seen", hidden)
		}
		if err := i.Func("spin").Call(ctx, []uint64{90_000}); err != nil {
			t.Error(err)
		}
		if err := i.Func("spin").Call(ctx, []uint64{200_000}); engine.AsTrap(err) == nil {
			t.Errorf("error %v", err)
		}
		var b corewasm.Builder
		b.Import("fuel", hidden, corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I64, Mutable: true})
		thief, err := i.of.engine.Compile(ctx, b.Bytes(), engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = thief.Instantiate(ctx, []engine.Extern{{Instance: i, Name: hidden}}, engine.InstanceConfig{})
		if err == nil || !strings.Contains(err.Error(), "the instance has no export "+hidden) {
			t.Errorf("error %v", err)
		}
	}
}

// TestFuelOfModes: the compiler and the interpreter count alike.
func TestFuelOfModes(t *testing.T) {
	ctx := context.Background()
	binary, err := os.ReadFile(filepath.Join("..", "enginetest", "testdata", "stop.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	spent := map[string][2]uint64{}
	for k, mode := range []Mode{Auto, Interpreter} {
		e, err := New(ctx, Config{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close(ctx)
		m, err := e.Compile(ctx, binary, engine.Limits{Fuel: 33_333})
		if err != nil {
			t.Fatal(err)
		}
		nothing := func(context.Context, engine.Instance, []uint64) error { return nil }
		host, err := e.Host(ctx, engine.HostFunc{Name: "ping", Call: nothing}, engine.HostFunc{Name: "wait", Call: nothing})
		if err != nil {
			t.Fatal(err)
		}
		for _, export := range m.Exports() {
			if export.Type.Kind != engine.KindFunc || export.Name == "answer" {
				continue
			}
			i, err := m.Instantiate(ctx, []engine.Extern{{Instance: host, Name: "ping"}, {Instance: host, Name: "wait"}}, engine.InstanceConfig{})
			if err != nil {
				t.Fatal(err)
			}
			trap := engine.AsTrap(i.Func(export.Name).Call(ctx, nil))
			if export.Name != "waiting" && (trap == nil || trap.Kind != engine.OutOfFuel) {
				t.Errorf("%s: %v", export.Name, trap)
			}
			both := spent[export.Name]
			both[k] = i.(*Instance).Spent()
			spent[export.Name] = both
		}
	}
	for name, both := range spent {
		if both[0] != both[1] {
			t.Errorf("%s spends %d units when compiled and %d when interpreted", name, both[0], both[1])
		}
	}
}

// TestFuelAllocatesNothing guards calls with a limit on what they spend.
func TestFuelAllocatesNothing(t *testing.T) {
	if !canCompile() {
		t.Skip("not run: there is no compiler for this platform, and the interpreter allocates with each call")
	}
	i := newFuelInstance(t, engine.Limits{Fuel: 1 << 20})
	spin, ctx, stack := i.Func("spin"), context.Background(), []uint64{0}
	allocated := testing.AllocsPerRun(100, func() {
		stack[0] = 20_000
		if err := spin.Call(ctx, stack); err != nil {
			t.Error(err)
		}
	})
	if allocated != 0 {
		t.Errorf("%v allocations", allocated)
	}
}

// BenchmarkFuel compares calls with and without a limit on what they spend.
func BenchmarkFuel(b *testing.B) {
	for name, limits := range map[string]engine.Limits{"off": {}, "on": {Fuel: 1 << 40}} {
		for rounds, n := range map[string]uint64{"1": 1, "1M": 1_000_000} {
			b.Run(name+"/"+rounds, func(b *testing.B) {
				spin, ctx, stack := newFuelInstance(b, limits).Func("spin"), context.Background(), []uint64{0}
				b.ReportAllocs()
				for b.Loop() {
					stack[0] = n
					if err := spin.Call(ctx, stack); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestFuelThroughTables: a call pays for code that it finds in a table, and also
// when the instance that the code is of never came to be.
func TestFuelThroughTables(t *testing.T) {
	ctx := context.Background()
	e, err := New(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	const fuel = 100_000
	instantiate := func(binary []byte, imports ...engine.Extern) (engine.Instance, error) {
		m, err := e.Compile(ctx, binary, engine.Limits{Fuel: fuel})
		if err != nil {
			t.Fatal(err)
		}
		return m.Instantiate(ctx, imports, engine.InstanceConfig{})
	}
	for _, fails := range []bool{false, true} {
		var owner, member corewasm.Builder
		none := owner.Type(nil, nil)
		owner.Export("table", corewasm.KindTable, owner.Table(corewasm.FuncRef, corewasm.Limit(1)))
		owner.Export("run", corewasm.KindFunc, owner.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).CallIndirect(none, 0)))
		member.Import("owner", "table", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(1)})
		member.Elements(0, member.Func(nil, nil, nil, corewasm.Code{}.Loop().Br(0).End()))
		if fails {
			member.Start(member.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
		}
		from, err := instantiate(owner.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		in, err := instantiate(member.Bytes(), engine.Extern{Instance: from, Name: "table"})
		if failed := err != nil; failed != fails {
			t.Fatalf("member: %v", err)
		}
		for range 2 {
			err := from.Func("run").Call(ctx, nil)
			if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.OutOfFuel {
				t.Errorf("with a member that fails (%v): %v", fails, err)
			}
		}
		if in != nil {
			if spent := in.(*Instance).Spent(); spent < 2*fuel || spent > 2*fuel+2*slice {
				t.Errorf("the member spent %d units, in two calls of %d", spent, fuel)
			}
		}
	}
}
