//go:build cgo

package wasmtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// TestAdapters runs calls between components, which generated modules take, on
// both engines.
func TestAdapters(t *testing.T) {
	commands := adapterScript(t)
	theirs, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close(t.Context())
	for _, config := range configs {
		ours := wasmtime.New(config)
		defer ours.Close(t.Context())
		want := outcomes(t, theirs, commands)
		if diff := cmp.Diff(want, outcomes(t, ours, commands)); diff != "" {
			t.Errorf("wazero, and wasmtime: %s", diff)
		}
		if len(want) < 50 {
			t.Errorf("only %d calls", len(want))
		}
	}
}

func adapterScript(t *testing.T) (commands []wast.Command) {
	t.Helper()
	text, err := os.ReadFile("../../component/testdata/script/adapters.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &commands); err != nil {
		t.Fatal(err)
	}
	return commands
}

// outcomes returns what came of each call of a script.
func outcomes(t *testing.T, e engine.Engine, commands []wast.Command) (texts []string) {
	t.Helper()
	definitions := map[string]*component.Pre{}
	var instance *component.Instance
	for _, c := range commands {
		var err error
		switch {
		case c.Verb == wast.VerbDefinition:
			definitions[c.Name] = linked(t, e, c.Source.Binary)
		case c.Verb == wast.VerbInstance:
			if instance, err = definitions[c.Of].Instantiate(t.Context()); err != nil {
				t.Fatalf("line %d: %v", c.Line, err)
			}
		case c.Invoke != nil:
			f := instance.Func(c.Invoke.Func)
			result, err := f.Call(t.Context(), literals(t, f, c.Invoke.Args)...)
			texts = append(texts, fmt.Sprintf("line %d: %v %v", c.Line, result, reason(err)))
		}
	}
	return texts
}

func linked(t *testing.T, e engine.Engine, binary []byte) *component.Pre {
	t.Helper()
	compiled, err := component.Compile(t.Context(), e, binary, component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var linker component.Linker
	linker.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "started")
	pre, err := linker.Link(compiled)
	if err != nil {
		t.Fatal(err)
	}
	return pre
}

// A countingEngine counts the instances of what the host generated.
type countingEngine struct {
	engine.Engine
	made int
}

func (e *countingEngine) Compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	module, err := e.Engine.Compile(ctx, binary, limits)
	if limits.Trusted {
		return countingModule{module, e}, err
	}
	return module, err
}

type countingModule struct {
	engine.Module
	engine *countingEngine
}

func (m countingModule) Instantiate(ctx context.Context, imports []engine.Extern, config engine.InstanceConfig) (engine.Instance, error) {
	i, err := m.Module.Instantiate(ctx, imports, config)
	if err == nil {
		m.engine.made++
	}
	return i, err
}

// TestAdaptersOfStarted: guests that have run are linked with adapters, too.
func TestAdaptersOfStarted(t *testing.T) {
	for _, config := range configs {
		ours := wasmtime.New(config)
		defer ours.Close(t.Context())
		e := &countingEngine{Engine: ours}
		for _, c := range adapterScript(t) {
			if c.Verb != wast.VerbDefinition || c.Name != "$Seen" {
				continue
			}
			pre := linked(t, e, c.Source.Binary)
			e.made = 0
			i, err := pre.Instantiate(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := i.Func("length").Call(t.Context(), types.U32Value(7)); err != nil || got.Uint() != 7 {
				t.Errorf("got %v, %v", got, err)
			}
		}
		if e.made != 2 { // and one for the memory of the callee
			t.Errorf("%d adapters", e.made)
		}
	}
}

// reason is a trap without frames, of which engines have more or fewer.
func reason(err error) string {
	if trap := engine.AsTrap(err); trap != nil {
		return fmt.Sprintf("%v %s", trap.Kind, trap.Text)
	}
	return fmt.Sprint(err)
}

func literals(t *testing.T, f *component.Func, args []wast.Value) []types.Value {
	t.Helper()
	values := make([]types.Value, len(args))
	for i, a := range args {
		values[i] = literal(t, f.Type().Params[i].Type, a)
	}
	return values
}

func literal(t *testing.T, typ *types.Type, v wast.Value) types.Value {
	t.Helper()
	items := make([]types.Value, len(v.Items))
	for i, item := range v.Items {
		of := typ.Elem()
		if typ.IsRecord() {
			of = typ.Fields()[i].Type
		}
		items[i] = literal(t, of, item)
	}
	switch kind := typ.Kind(); {
	case kind == types.String:
		return types.StringValue(v.Text)
	case kind == types.Char:
		return types.CharValue([]rune(v.Text)[0])
	case kind == types.Bool:
		return types.BoolValue(v.Text == "true")
	case kind == types.Option:
		return types.CaseValue(typ, v.Text, items...)
	case typ.IsRecord():
		return types.RecordValue(typ, items...)
	case typ.IsList():
		return types.ListValue(typ, items...)
	case kind == types.F32:
		return types.F32Value(float32(float(t, v.Text)))
	case kind == types.F64:
		return types.F64Value(float(t, v.Text))
	}
	n, err := strconv.ParseInt(v.Text, 0, 64)
	if err != nil {
		var unsigned uint64
		unsigned, err = strconv.ParseUint(v.Text, 0, 64)
		n = int64(unsigned)
	}
	if err != nil {
		t.Fatal(err)
	}
	return types.ScalarValue(typ, uint64(n))
}

func float(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
