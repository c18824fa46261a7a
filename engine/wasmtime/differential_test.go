//go:build cgo

package wasmtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

// The three engines.
const engines = 3

// openEngines opens the wazero compiler, the wazero interpreter and wasmtime.
func openEngines(t testing.TB) [engines]engine.Engine {
	var opened [engines]engine.Engine
	for k, mode := range []wazero.Mode{wazero.Auto, wazero.Interpreter} {
		e, err := wazero.New(context.Background(), wazero.Config{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		opened[k] = e
	}
	opened[2] = wasmtime.New(wasmtime.Config{})
	t.Cleanup(func() {
		for _, e := range opened {
			if err := e.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	return opened
}

// FuzzEngines runs a module on three engines: one that is given, or else the
// one that is generated from the seed. What can be seen of it must be the same.
func FuzzEngines(f *testing.F) {
	opened := openEngines(f)
	for _, pattern := range []string{"../enginetest/testdata/*.wasm", guests + "/*.wasm"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if binary, err := os.ReadFile(name); err == nil && len(binary) < 1<<14 {
				f.Add(binary, uint64(1))
			}
		}
	}
	for seed := range uint64(20) {
		f.Add([]byte(nil), seed)
	}
	f.Fuzz(func(t *testing.T, binary []byte, seed uint64) {
		if len(binary) == 0 {
			binary = generate(seed)
		}
		compare(t, opened, binary, seed)
	})
}

// TestEngines is FuzzEngines for some hundred generated modules.
func TestEngines(t *testing.T) {
	opened := openEngines(t)
	const modules = 300
	whole := 0
	for seed := range uint64(modules) {
		if compare(t, opened, generate(seed), seed) {
			whole++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if whole < modules*9/10 {
		t.Errorf("%d of %d modules were run to their end", whole, modules)
	}
}

// compare runs a module on all engines and reports whether all ran it to the
// end.
func compare(t *testing.T, opened [engines]engine.Engine, binary []byte, seed uint64) (whole bool) {
	t.Helper()
	var all [engines]*record
	for k, e := range opened {
		all[k] = observe(e, binary, seed)
	}
	if all[2].wrongElements() {
		return false
	}
	whole = !all[0].cut && len(all[0].lines) > 1
	for _, other := range all[1:] {
		want, got := all[0].lines, other.lines
		if all[0].cut || other.cut {
			n := min(len(want), len(got))
			want, got, whole = want[:n], got[:n], false
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-), %s (+):\n%s", all[0].engine, other.engine, diff)
		}
	}
	return whole
}

// A record is what was seen of a module on one engine.
type record struct {
	engine string
	lines  []string
	cut    bool // what follows the lines depends on how fast or large the engine is
	calls  int  // of the host
}

func (r *record) add(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// wrongElements reports whether instantiating trapped for an element segment out
// of bounds, which wazero ignores.
func (r *record) wrongElements() bool {
	return len(r.lines) == 1 && r.lines[0] == "instantiate: trap "+engine.TableBounds.String()
}

// mostHostCalls is how often a module may call the host.
const mostHostCalls = 200

var errTooManyCalls = errors.New("too many calls of the host")

func observe(e engine.Engine, binary []byte, seed uint64) *record {
	ctx := context.Background()
	r := &record{engine: fmt.Sprintf("%T", e)}
	m, err := e.Compile(ctx, binary, engine.Limits{
		MemoryBytes: 4 << 20, TableElements: 10_000, ModuleSize: 1 << 16, Timeout: 100 * time.Millisecond,
	})
	if err != nil {
		r.add("refused")
		return r
	}
	defer func() { _ = m.Close(ctx) }()
	externs, err := r.imports(e, m)
	if err != nil {
		r.add("not linked")
		return r
	}
	i, err := m.Instantiate(ctx, externs, engine.InstanceConfig{})
	r.outcome("instantiate", nil, err)
	if err != nil || r.cut {
		return r
	}
	defer func() { _ = i.Close(ctx) }()
	random := rand.New(rand.NewPCG(seed, 2))
	for round := 0; round < 2 && !r.cut; round++ {
		r.round(i, m.Exports(), random)
	}
	if !r.cut {
		r.state(i, m.Exports())
	}
	return r
}

// imports makes functions of the host for all imports, and fails if there are
// others.
func (r *record) imports(e engine.Engine, m engine.Module) ([]engine.Extern, error) {
	var externs []engine.Extern
	for k, imported := range m.Imports() {
		if imported.Type.Kind != engine.KindFunc {
			return nil, fmt.Errorf("import of a %v", imported.Type.Kind)
		}
		host, err := e.Host(context.Background(), engine.HostFunc{
			Name: "f", Type: imported.Type.Func, Call: r.hostFunc(k, imported.Type.Func),
		})
		if err != nil {
			return nil, err
		}
		externs = append(externs, engine.Extern{Instance: host, Name: "f"})
	}
	return externs, nil
}

// hostFunc is the k-th function of the host: its results depend on its
// parameters.
func (r *record) hostFunc(k int, t engine.FuncType) func(context.Context, engine.Instance, []uint64) error {
	return func(_ context.Context, _ engine.Instance, stack []uint64) error {
		if r.calls++; r.calls > mostHostCalls {
			return errTooManyCalls
		}
		r.add("host call %d %s", k, values(t.Params, stack))
		sum := uint64(k)
		for _, v := range numbers(t.Params, stack) {
			sum = sum*31 + v
		}
		for s := range t.Slots() {
			stack[s] = sum % 1000
		}
		for s, result := range t.Results {
			if s < len(stack) && (result == engine.FuncRef || result == engine.ExternRef) {
				return errTooManyCalls // the host has no references to give
			}
		}
		return nil
	}
}

// round calls each exported function once.
func (r *record) round(i engine.Instance, exports []engine.Export, random *rand.Rand) {
	for _, export := range exports {
		if export.Type.Kind != engine.KindFunc || r.cut {
			continue
		}
		t := export.Type.Func
		stack := make([]uint64, t.Slots())
		for k := range numbers(t.Params, stack) {
			stack[k] = []uint64{0, 1, 2, 100, 0xffff, 0x7fffffff, 0xffffffff, random.Uint64() >> 12}[random.IntN(8)]
		}
		if hasReference(t) {
			continue
		}
		f := i.Func(export.Name)
		if f == nil {
			r.add("%q is not there", export.Name)
			continue
		}
		err := f.Call(context.Background(), stack)
		r.outcome(fmt.Sprintf("call %q", export.Name), numbers(t.Results, stack), err)
	}
}

func hasReference(t engine.FuncType) bool {
	for _, types := range [][]engine.ValueType{t.Params, t.Results} {
		for _, v := range types {
			switch v {
			case engine.I32, engine.I64, engine.F32, engine.F64, engine.V128:
			default:
				return true
			}
		}
	}
	return false
}

// outcome records how a call ended.
func (r *record) outcome(what string, results []uint64, err error) {
	trap := engine.AsTrap(err)
	switch {
	case err == nil:
		r.add("%s: %#x", what, results)
	case trap == nil:
		r.add("%s: refused", what)
	default:
		switch trap.Kind {
		case engine.Deadline, engine.StackOverflow, engine.MemoryLimit:
			r.cut = true
		default:
			r.add("%s: trap %v", what, trap.Kind)
		}
	}
}

// state records the exported memories and globals.
func (r *record) state(i engine.Instance, exports []engine.Export) {
	for _, export := range exports {
		switch export.Type.Kind {
		case engine.KindMemory:
			content := i.Memory(export.Name).Bytes()
			h := fnv.New64a()
			h.Write(bytes.Clone(content))
			r.add("memory %q: %d bytes, %x", export.Name, len(content), h.Sum64())
		case engine.KindGlobal:
			t := export.Type.Global.Value
			if hasReference(engine.FuncType{Params: []engine.ValueType{t}}) || t == engine.V128 {
				continue
			}
			r.add("global %q: %#x", export.Name, numbers([]engine.ValueType{t}, []uint64{i.Global(export.Name).Get()}))
		}
	}
}

// numbers returns the slots of values of these types, with every NaN the same.
func numbers(types []engine.ValueType, stack []uint64) []uint64 {
	var out []uint64
	for _, t := range types {
		v := stack[0]
		switch {
		case t == engine.V128:
			out = append(out, v)
			stack = stack[1:]
			v = stack[0]
		case t == engine.F32 && math.Float32frombits(uint32(v)) != math.Float32frombits(uint32(v)),
			t == engine.F64 && math.Float64frombits(v) != math.Float64frombits(v):
			v = math.MaxUint64
		}
		out = append(out, v)
		stack = stack[1:]
	}
	return out
}

func values(types []engine.ValueType, stack []uint64) string {
	return strings.Trim(fmt.Sprintf("%#x", numbers(types, stack)), "[]")
}
