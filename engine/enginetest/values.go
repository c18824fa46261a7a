package enginetest

import (
	"context"
	"math"
	"slices"

	"github.com/patchbay-go/patchbay/engine"
)

var valueTests = []test{
	{"Parameters", testParameters},
	{"ManyValues", testManyValues},
	{"Vectors", testVectors},
	{"ShortStack", testShortStack},
	{"Globals", testGlobals},
	{"Types", testTypes},
	{"Lookups", testLookups},
	{"HostValues", testHostValues},
}

// garbage is in the high halves of slots where nobody should look.
const garbage = 0xdeadbeef_00000000

func testParameters(b *bench) {
	i := b.guest("calls", nil)
	b.one(i, "nop")
	for _, v := range []uint64{0, 1, 0x7fffffff, 0x80000000, 0xffffffff} {
		b.want(v, i, "widen", v)
		b.want(v, i, "widen", garbage|v)
		b.want(v, i, "narrow", garbage|v)
		b.want(v, i, "pass_i32", garbage|v)
		b.want(v, i, "pass_f32", garbage|v)
		b.want(v, i, "f32_bits", garbage|v)
	}
	for _, v := range []uint64{0, 1, garbage, math.MaxUint64, math.Float64bits(math.Pi), 0x7ff8_0000_0000_0001} {
		b.want(v, i, "pass_i64", v)
		b.want(v, i, "pass_f64", v)
	}
}

func testManyValues(b *bench) {
	i := b.guest("calls", nil)
	stack, err := call(i.Func("reverse"), garbage|1, 2, uint64(math.Float32bits(3.5)), math.Float64bits(4.5))
	want := []uint64{math.Float64bits(4.5), uint64(math.Float32bits(3.5)), 2, 1}
	if err != nil || !slices.Equal(stack, want) {
		b.Errorf("reverse: %x, %v, want %x", stack, err, want)
	}
	params := make([]uint64, 20)
	sum := uint64(0)
	for k := range params {
		params[k] = uint64(k*k + 1)
		if k < 18 {
			sum += params[k]
		} else {
			sum += 1000 * params[k]
		}
	}
	b.want(sum, i, "sum", params...)
	stack, err = call(i.Func("count"))
	if err != nil || !slices.Equal(stack, []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
		b.Errorf("count: %v, %v", stack, err)
	}
}

func testVectors(b *bench) {
	i := b.guest("calls", nil)
	const low, high = 0x0706050403020100, 0x0f0e0d0c0b0a0908
	stack, err := call(i.Func("pass_v128"), low, high)
	if err != nil || !slices.Equal(stack, []uint64{low, high}) {
		b.Errorf("pass_v128: %x, %v", stack, err)
	}
	stack, err = call(i.Func("vector"), garbage|5, low, high, 7)
	if err != nil || !slices.Equal(stack, []uint64{7, high, low, 5}) {
		b.Errorf("vector: %x, %v", stack, err)
	}
}

func testShortStack(b *bench) {
	i := b.guest("calls", nil)
	for name, slots := range map[string]int{"widen": 1, "vector": 4, "pass_v128": 2, "sum": 20, "count": 12} {
		f := i.Func(name)
		if got := f.Type().Slots(); got != slots {
			b.Errorf("%s takes %d slots, want %d", name, got, slots)
		}
		err := f.Call(context.Background(), make([]uint64, slots-1))
		if err == nil || engine.AsTrap(err) != nil {
			b.Errorf("%s with a stack too short: %v", name, err)
		}
		if err := f.Call(context.Background(), make([]uint64, slots+3)); err != nil {
			b.Errorf("%s with a stack too long: %v", name, err)
		}
	}
}

func testGlobals(b *bench) {
	i := b.guest("calls", nil)
	for _, g := range []struct {
		name            string
		initial, change uint64
	}{
		{"i32", 1, 0x80000001},
		{"i64", 2, 0xfedcba9876543210},
		{"f32", uint64(math.Float32bits(1.5)), uint64(math.Float32bits(-7))},
		{"f64", math.Float64bits(2.5), math.Float64bits(-8)},
	} {
		global := i.Global("g_" + g.name)
		if got := global.Get(); got != g.initial {
			b.Errorf("%s is %#x at first", g.name, got)
		}
		global.Set(g.change)
		if got := global.Get(); got != g.change {
			b.Errorf("%s is %#x after Set(%#x)", g.name, got, g.change)
		}
		b.want(g.change, i, "get_"+g.name)
	}
	b.one(i, "set_i32", garbage|9)
	if got := i.Global("g_i32").Get(); got != 9 {
		b.Errorf("i32 is %#x after the guest set 9", got)
	}
	i.Global("g_i32").Set(garbage | 10)
	b.want(10, i, "get_i32")
	if got := i.Global("g_const").Get(); got != 0xfffffff9 {
		b.Errorf("constant is %#x", got)
	}
	defer func() {
		if recover() == nil {
			b.Error("an immutable global was set")
		}
	}()
	i.Global("g_const").Set(1)
}

func testTypes(b *bench) {
	m := b.compile("host", engine.Limits{})
	imports := m.Imports()
	if len(imports) != 6 || imports[0].Module != "host" || imports[0].Name != "i32" || imports[5].Name != "ping" {
		b.Errorf("imports: %v", imports)
	}
	if got := imports[2].Type.String(); got != "func (i32, i64, f32, f64) -> (f64, f32, i64, i32)" {
		b.Errorf("type of the third import: %s", got)
	}
	exports := b.compile("provider", engine.Limits{}).Exports()
	want := []string{
		"memory memory 2 4", "table table 4 8 funcref", "const global i32", "var global (mut i64)",
		"get func () -> (i32)", "load func (i32) -> (i32)",
	}
	for k, export := range exports {
		if got := export.Name + " " + export.Type.String(); k >= len(want) || got != want[k] {
			b.Errorf("export %d: %s", k, got)
		}
	}
	if len(exports) != len(want) {
		b.Errorf("%d exports, want %d", len(exports), len(want))
	}
	if names := m.Custom("name"); len(names) != 1 || len(names[0]) == 0 {
		b.Errorf("%d name sections", len(names))
	}
	if m.Custom("nothing") != nil {
		b.Error("a custom section that is not there")
	}
}

func testLookups(b *bench) {
	i := b.guest("provider", nil)
	for _, name := range []string{"memory", "table", "const", "nothing", ""} {
		if i.Func(name) != nil {
			b.Errorf("%q is no function", name)
		}
	}
	for _, name := range []string{"get", "table", "const", "nothing", ""} {
		if i.Memory(name) != nil {
			b.Errorf("%q is no memory", name)
		}
	}
	for _, name := range []string{"memory", "table", "get", "nothing", ""} {
		if i.Global(name) != nil {
			b.Errorf("%q is no global", name)
		}
	}
	if _, ok := i.Export("nothing"); ok {
		b.Error("an export that is not there")
	}
	if t, ok := i.Export("get"); !ok || t.String() != "func () -> (i32)" {
		b.Errorf("get is %v, %v", t, ok)
	}
	if t := i.Func("load").Type(); t.String() != "(i32) -> (i32)" {
		b.Errorf("load is %v", t)
	}
}

func testHostValues(b *bench) {
	m := b.compile("host", engine.Limits{})
	var seen []uint64
	i := b.make(m, b.hostFor(m, map[string]hostFunc{
		"i32": func(_ context.Context, _ engine.Instance, stack []uint64) error {
			seen = slices.Clone(stack)
			stack[0] = garbage | 7
			return nil
		},
		"v128": func(_ context.Context, _ engine.Instance, stack []uint64) error {
			seen = slices.Clone(stack)
			stack[0] = stack[2] // the halves change places
			return nil
		},
		"many": func(_ context.Context, _ engine.Instance, stack []uint64) error {
			seen = slices.Clone(stack)
			slices.Reverse(stack)
			stack[1] |= garbage
			stack[3] |= garbage
			return nil
		},
	}), nil)
	b.want(7, i, "i32", garbage|1, garbage|2)
	if want := []uint64{1, garbage | 2, 2}; !slices.Equal(seen, want) {
		b.Errorf("i32: the host function saw %x, want %x", seen, want)
	}
	stack, err := call(i.Func("v128"), garbage|3, 4, 5)
	if err != nil || !slices.Equal(seen, []uint64{3, 4, 5}) || stack[0] != 5 || stack[1] != 4 {
		b.Errorf("v128: the host function saw %x, the result is %x, %v", seen, stack, err)
	}
	stack, err = call(i.Func("many"), 1, 2, 3, 4)
	if err != nil || !slices.Equal(seen, []uint64{1, 2, 3, 4}) || !slices.Equal(stack, []uint64{4, 3, 2, 1}) {
		b.Errorf("many: the host function saw %x, the result is %x, %v", seen, stack, err)
	}
}
