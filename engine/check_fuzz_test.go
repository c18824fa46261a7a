package engine_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling |
	experimental.CoreFeaturesTypedFunctionReferences

// large is a module with something in every section and many kinds of
// instructions.
func large() []byte {
	type types = []corewasm.ValueType
	i32 := types{corewasm.I32}
	var b corewasm.Builder
	b.ImportFunc("env", "log", i32, nil)
	b.Import("env", "g", corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I32})
	b.Table(corewasm.FuncRef, corewasm.Limit(10, 20))
	b.Memory(corewasm.Limits{Min: 1, Max: 2, HasMax: true, Shared: true})
	b.Global(corewasm.I64, true, corewasm.Code{}.I64Const(-1))
	tag := b.Tag(nil)
	one := b.Func(i32, i32, types{corewasm.V128, corewasm.F64}, corewasm.Code{}.
		Loop().LocalGet(0).I32Const(1).Op(0x6b).LocalTee(0).BrIf(0).End().
		Block().LocalGet(0).Op(0x0e, 1, 0, 0).End().
		Op(0xfd, 0x0c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16).Op(0xfd, 0x80, 0x01).LocalSet(1).
		LocalGet(0).Op(0xfe, 0x10, 2, 0).Op(0x1a).
		Op(0x02, 0x40, 0x1f, 0x40, 1, 0).U32(tag).U32(0).Op(0x08).U32(tag).End().End().
		LocalGet(0))
	two := b.Func(nil, nil, nil, corewasm.Code{}.I32Const(3).Call(one).Op(0x1a).
		I32Const(0).I32Const(0).I32Const(5).Op(0xfc, 0x08, 1, 0).Op(0xfc, 0x09, 1).
		I32Const(0).I32Const(0).CallIndirect(b.Type(i32, i32), 0).Op(0x1a).
		RefFunc(one).Op(0x1a))
	b.Start(two)
	b.Export("one", corewasm.KindFunc, one)
	b.Elements(0, one, two)
	b.Data(0, []byte("hello"))
	b.PassiveData([]byte("later"))
	b.Custom("producers", []byte("x"))
	return b.Bytes()
}

func TestCheckEveryPrefix(t *testing.T) {
	binary := large()
	if err := engine.Check(binary, engine.Limits{}); err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for n := range binary {
		err := engine.Check(binary[:n], engine.Limits{})
		if err == nil {
			accepted++
			continue
		}
		var refused *engine.BinaryError
		if !errors.As(err, &refused) || refused.Offset > n {
			t.Errorf("prefix %d: %v", n, err)
		}
	}
	// The prefixes that end with a section before the functions or after the
	// code are modules.
	if accepted < 3 || accepted > 5 {
		t.Errorf("%d prefixes are accepted", accepted)
	}
}

func TestCheckedModuleCompiles(t *testing.T) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	defer r.Close(ctx)
	if _, err := r.CompileModule(ctx, large()); err != nil {
		t.Error(err)
	}
}

func TestCheckAllocates(t *testing.T) {
	binary := large()
	if n := testing.AllocsPerRun(100, func() { engine.Check(binary, engine.Limits{}) }); n > 20 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzCheck wants that Check neither panics nor allocates, that what it accepts
// can be described and rewritten unless it is invalid, and that wazero compiles
// what comes out, or refuses it without a panic.
func FuzzCheck(f *testing.F) {
	f.Add(large())
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x01\x05\xff\xff\xff\xff\x0f"))
	for _, binary := range specModules() {
		f.Add(binary)
	}
	ctx := context.Background()
	compilers := map[string]wazero.Runtime{
		"compiler":    wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features)),
		"interpreter": wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(features)),
	}
	f.Fuzz(func(t *testing.T, binary []byte) {
		if !checkFrugally(t, binary) {
			return
		}
		if _, err := engine.Describe(binary); err != nil {
			t.Fatalf("checked, not described: %v", err)
		}
		module, err := corewasm.Parse(binary)
		if err != nil {
			t.Fatalf("checked, not parsed: %v", err)
		}
		rewritten, err := corewasm.Rewrite(module, corewasm.Options{TickModule: "a", TickName: "b", Slice: 9, Trace: true, ModuleName: "m"})
		if err != nil {
			return // of the indices, Check looks at few
		}
		for _, r := range compilers {
			compiled, err := r.CompileModule(ctx, rewritten.Binary)
			if err == nil {
				compiled.Close(ctx)
			}
		}
	})
}

// specModules returns some modules of the specification's test suite, which
// wazero's sources hold, or none where there are no sources.
func specModules() (binaries [][]byte) {
	out, _ := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	folder := filepath.Join(strings.TrimSpace(string(out)), "internal", "integration_test", "spectest")
	files, _ := filepath.Glob(filepath.Join(folder, "*", "testdata", "*.[0-3].wasm"))
	for _, file := range files {
		if binary, err := os.ReadFile(file); err == nil && len(binary) < 2000 {
			binaries = append(binaries, binary)
		}
	}
	return binaries
}

// checkFrugally checks a binary and reports whether it was accepted and how
// much memory that took.
func checkFrugally(t *testing.T, binary []byte) bool {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := engine.Check(binary, engine.Limits{})
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated for %d", used, len(binary))
	}
	return err == nil
}
