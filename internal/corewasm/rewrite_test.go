package corewasm_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

const allFeatures = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads |
	experimental.CoreFeaturesTailCall | experimental.CoreFeaturesExtendedConst |
	experimental.CoreFeaturesExceptionHandling | experimental.CoreFeaturesTypedFunctionReferences

var (
	i32s = []ValueType{I32}
	i64s = []ValueType{I64}
)

// rewrite rewrites a module whose imports keep their names.
func rewrite(t testing.TB, binary []byte, options Options) *Rewritten {
	t.Helper()
	module, err := Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	options.TickModule, options.TickName = "patchbay", "tick"
	rewritten, err := Rewrite(module, options)
	if err != nil {
		t.Fatal(err)
	}
	return rewritten
}

// runtime is a wazero runtime with a tick that counts.
type runtime struct {
	wazero.Runtime
	ticks int
	slice int64
	stop  func(ticks int) error // ends the guest, if not nil
}

func newRuntime(t testing.TB, slice int64) *runtime {
	t.Helper()
	return newRuntimeWith(t, wazero.NewRuntimeConfig(), slice)
}

func newRuntimeWith(t testing.TB, config wazero.RuntimeConfig, slice int64) *runtime {
	t.Helper()
	ctx := context.Background()
	r := &runtime{Runtime: wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(allFeatures)), slice: slice}
	t.Cleanup(func() { r.Close(ctx) })
	_, err := r.NewHostModuleBuilder("patchbay").NewFunctionBuilder().
		WithGoFunction(api.GoFunc(r.tick), nil, []api.ValueType{api.ValueTypeI64}).Export("tick").Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *runtime) tick(_ context.Context, stack []uint64) {
	r.ticks++
	if r.stop != nil {
		if err := r.stop(r.ticks); err != nil {
			panic(err)
		}
	}
	stack[0] = uint64(r.slice)
}

func (r *runtime) instantiate(t testing.TB, binary []byte) api.Module {
	t.Helper()
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	instance, err := r.InstantiateWithConfig(context.Background(), binary, config)
	if err != nil {
		t.Fatal(err)
	}
	return instance
}

func call(t testing.TB, instance api.Module, name string, args ...uint64) uint64 {
	t.Helper()
	results, err := instance.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) == 0 {
		return 0
	}
	return results[0]
}

// indices is a module in which the index of the function "answer" stands
// wherever one can stand, with an import before it.
func indices() []byte {
	var b Builder
	imported := b.ImportFunc("patchbay", "tick", nil, i64s) // any function will do
	answer := b.Func(nil, i32s, nil, Code{}.I32Const(42))
	typeAnswer := b.Type(nil, i32s)
	b.Table(FuncRef, Limit(16))
	funcref := b.Global(FuncRef, false, Code{}.RefFunc(answer))
	started := b.Global(I32, true, Code{}.I32Const(0))
	start := b.Func(nil, nil, nil, Code{}.I32Const(7).GlobalSet(started))
	b.Start(start)
	b.Export("call", KindFunc, b.Func(nil, i32s, nil, Code{}.Call(answer)))
	b.Export("return_call", KindFunc, b.Func(nil, i32s, nil, Code{}.Op(0x12).U32(answer)))
	b.Export("ref.func", KindFunc, b.Func(nil, i32s, nil,
		Code{}.I32Const(15).RefFunc(answer).Op(0x26, 0).I32Const(15).CallIndirect(typeAnswer, 0)))
	b.Export("global", KindFunc, b.Func(nil, i32s, nil,
		Code{}.I32Const(15).GlobalGet(funcref).Op(0x26, 0).I32Const(15).CallIndirect(typeAnswer, 0)))
	b.Export("indirect", KindFunc, b.Func(i32s, i32s, nil, Code{}.LocalGet(0).CallIndirect(typeAnswer, 0)))
	b.Export("padded", KindFunc, b.Func(nil, i32s, nil, Code{}.Op(0x10, 0x81, 0x80, 0x80, 0x80, 0x00)))
	b.Export("start", KindFunc, b.Func(nil, i32s, nil, Code{}.GlobalGet(started)))
	b.Export("call_ref", KindFunc, b.Func(nil, i32s, nil, Code{}.RefFunc(answer).Op(0x14).U32(typeAnswer)))
	b.Export("import", KindFunc, b.Func(nil, i64s, nil, Code{}.Call(imported)))

	a := byte(answer)
	b.ElementSegment([]byte{0, 0x41, 0, 0x0b, 1, a})                             // 0: active
	b.ElementSegment([]byte{1, 0, 1, a})                                         // 1: passive
	b.ElementSegment([]byte{2, 0, 0x41, 2, 0x0b, 0, 1, a})                       // 2: active, table
	b.ElementSegment([]byte{3, 0, 1, a})                                         // 3: declarative
	b.ElementSegment([]byte{4, 0x41, 4, 0x0b, 1, 0xd2, a, 0x0b})                 // 4: active, expressions
	b.ElementSegment([]byte{5, 0x70, 1, 0xd2, a, 0x0b})                          // 5: passive, expressions
	b.ElementSegment([]byte{6, 0, 0x41, 6, 0x0b, 0x70, 1, 0xd2, a, 0x0b})        // 6: active, table, expressions
	b.ElementSegment([]byte{7, 0x70, 2, 0xd2, a, 0x0b, 0xd2, byte(start), 0x0b}) // 7: declarative, expressions
	for at, segment := range map[int32]byte{1: 1, 5: 5} {
		b.Export(fmt.Sprint("init", segment), KindFunc, b.Func(nil, i32s, nil, Code{}.
			I32Const(at).I32Const(0).I32Const(1).Op(0xfc, 0x0c, segment, 0).
			I32Const(at).CallIndirect(typeAnswer, 0)))
	}
	return b.Bytes()
}

func TestRewriteMovesIndices(t *testing.T) {
	binary := indices()
	rewritten := rewrite(t, binary, Options{Slice: 1000, ModuleName: "m"})
	for index, want := range map[uint32]uint32{0: 0, 2: 1, 3: 2} {
		if got, ok := rewritten.Functions.Original(index); !ok || got != want {
			t.Errorf("function %d is %d of the original, %v, want %d", index, got, ok, want)
		}
	}
	original, _ := Parse(binary)
	for _, added := range []uint32{1, uint32(2 + len(original.Functions))} {
		if got, ok := rewritten.Functions.Original(added); ok {
			t.Errorf("function %d is %d of the original", added, got)
		}
	}
	r := newRuntime(t, 1000)
	for name, binary := range map[string][]byte{"original": binary, "rewritten": rewritten.Binary} {
		instance := r.instantiate(t, binary)
		for _, export := range []string{"call", "return_call", "ref.func", "global", "padded", "call_ref", "init1", "init5"} {
			if got := call(t, instance, export); got != 42 {
				t.Errorf("%s: %s: %d, want 42", name, export, got)
			}
		}
		for _, at := range []uint64{0, 2, 4, 6} {
			if got := call(t, instance, "indirect", at); got != 42 {
				t.Errorf("%s: table element %d: %d, want 42", name, at, got)
			}
		}
		if got := call(t, instance, "start"); got != 7 {
			t.Errorf("%s: start function: %d, want 7", name, got)
		}
		if got := call(t, instance, "import"); got != 1000 {
			t.Errorf("%s: import: %d, want 1000", name, got)
		}
	}
}

// TestRewriteAcrossWidths has so many imports and functions that indices grow
// from one byte to two.
func TestRewriteAcrossWidths(t *testing.T) {
	var b Builder
	var code Code
	for range 127 {
		b.ImportFunc("patchbay", "tick", nil, i64s)
	}
	for i := range 4 {
		b.Func(nil, i32s, nil, Code{}.I32Const(int32(1)<<i))
	}
	for i := range 4 {
		code = code.Call(uint32(127 + i))
	}
	b.Export("sum", KindFunc, b.Func(nil, i32s, nil, code.Op(0x6a, 0x6a, 0x6a)))
	r := newRuntime(t, 1000)
	if got := call(t, r.instantiate(t, rewrite(t, b.Bytes(), Options{Slice: 9}).Binary), "sum"); got != 15 {
		t.Errorf("sum %d, want 15", got)
	}
}

func TestRewriteNamesImports(t *testing.T) {
	var b Builder
	b.ImportFunc("", "", nil, nil)
	b.Import("a", "mem", Desc{Kind: KindMemory, Limits: Limit(1, 2)})
	b.ImportFunc("", "", i32s, nil)
	rename := func(i int, imported Import) (string, string) {
		return fmt.Sprintf("#%d", i), imported.Kind.String()
	}
	module, err := Parse(rewrite(t, b.Bytes(), Options{Import: rename}).Binary)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, imported := range module.Imports {
		got = append(got, imported.Module+" "+imported.Name)
	}
	want := "#0 func, #1 memory, #2 func, patchbay tick"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("imports %s, want %s", text, want)
	}
	if desc, _ := module.Desc(KindFunc, 1); desc.Type != 1 {
		t.Errorf("the second function has type %d", desc.Type)
	}
}

func TestRewriteDropsCustoms(t *testing.T) {
	var b Builder
	b.Func(nil, nil, nil, Code{}.Loop().End())
	b.Custom("name", []byte{0, 4, 3, 'o', 'l', 'd'})
	b.Custom(".debug_info", make([]byte, 100))
	b.Custom("metadata.code.branch_hint", []byte{0})
	module, err := Parse(rewrite(t, b.Bytes(), Options{ModuleName: "new"}).Binary)
	if err != nil {
		t.Fatal(err)
	}
	if len(module.Customs) != 1 || module.ModuleName() != "new" {
		t.Errorf("customs %v, name %q", module.Customs, module.ModuleName())
	}
}

func TestRewriteRefuses(t *testing.T) {
	code := func(c Code) func(*Builder) { return func(b *Builder) { b.Func(nil, nil, nil, c) } }
	tests := []struct {
		build func(*Builder)
		want  string
	}{
		{func(b *Builder) {
			b.Import("a", "m", Desc{Kind: KindMemory, Limits: Limit(1)})
			b.Import("a", "n", Desc{Kind: KindMemory, Limits: Limit(1)})
		}, "feature multi-memory is not supported at offset 0x0"},
		{code(Code{}.Op(0x27)), "section code: code[0]: unknown instruction 0x27 at offset 0x17"},
		{code(Code{}.Op(0xfd, 0x9a, 0x01)), "section code: code[0]: unknown instruction 0xfd 0x9a at offset 0x17"},
		{code(Code{}.Op(0xfd, 0x80, 0x02)), "section code: code[0]: feature relaxed SIMD is not supported at offset 0x17"},
		{code(Code{}.Op(0xfd, 0x80, 0x00)), "section code: code[0]: opcode is not in its shortest form at offset 0x17"},
		{code(Code{}.Op(0x06, 0x40)), "section code: code[0]: feature legacy exceptions is not supported at offset 0x17"},
		{code(Code{}.Op(0xfb, 0x00)), "section code: code[0]: feature GC types is not supported at offset 0x17"},
		{code(Code{}.Mem(0x28, 0x42, 0)), "section code: code[0]: feature multi-memory is not supported at offset 0x18"},
		{code(Code{}.Block()), "section code: code[0]: function without its end at offset 0x1a"},
		{code(Code{}.End()), "section code: code[0]: code after the end of the function at offset 0x18"},
		{code(Code{}.GlobalGet(0)), "section code: code[0]: unknown global 0 at offset 0x18"},
		{code(Code{}.I64Const(9).GlobalSet(0)), "section code: code[0]: unknown global 0 at offset 0x1a"},
		{code(Code{}.CallIndirect(1, 0)), "section code: code[0]: unknown type 1 at offset 0x18"},
		{code(Code{}.Op(0x02, 0x01)), "section code: code[0]: unknown type 1 at offset 0x18"},
		{func(b *Builder) { b.Export("g", KindGlobal, 0) }, "section export: export[0]: unknown global 0 at offset 0xe"},
		{func(b *Builder) { b.Global(I64, false, Code{}.GlobalGet(1)) }, "section global: global[0]: unknown global 1 at offset 0xe"},
	}
	for _, test := range tests {
		var b Builder
		test.build(&b)
		module, err := Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Rewrite(module, Options{}); err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
}

// TestGlobalsAreNeeded wants the global for operands only where there are bulk
// instructions that need it: each costs time with every instance.
func TestGlobalsAreNeeded(t *testing.T) {
	for name, test := range map[string]struct {
		code Code
		want int
	}{
		"no bulk instruction": {Code{}, 1},
		"memory.fill":         {Code{}.I32Const(0).I32Const(0).LocalGet(0).Op(0xfc, 11, 0), 2},
	} {
		var b Builder
		b.Memory(Limit(1))
		b.Func([]ValueType{I32}, nil, nil, test.code)
		m, err := Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		rewritten, err := Rewrite(m, Options{TickModule: "#", TickName: "tick"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(rewritten.Binary)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Globals) != test.want {
			t.Errorf("%s: %d globals are added, want %d", name, len(got.Globals), test.want)
		}
	}
}
