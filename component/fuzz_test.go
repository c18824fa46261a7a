package component_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// FuzzRun compiles, links and instantiates whatever it is given, and calls what
// that exports: no panic, nothing that does not end, and every core instance is
// given back.
func FuzzRun(f *testing.F) {
	for _, script := range []string{"run", "imports", "resources", "instances", "given"} {
		text, err := os.ReadFile("testdata/script/" + script + ".json")
		if err != nil {
			f.Fatal(err)
		}
		var commands []wast.Command
		if err := json.Unmarshal(text, &commands); err != nil {
			f.Fatal(err)
		}
		for _, c := range commands {
			if c.Source != nil && !c.Source.Core {
				f.Add(c.Source.Binary)
			}
		}
	}
	e, err := coreEngine()
	if err != nil {
		f.Fatal(err)
	}
	config := component.Config{
		Maps: true, FixedLengthLists: true,
		Limits: engine.Limits{Timeout: 50 * time.Millisecond, MemoryBytes: 1 << 20, TableElements: 1000},
	}
	module, err := component.CompileModule(context.Background(), e, []byte(addTwo), config.Limits)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, binary []byte) {
		ctx := context.Background()
		c, err := component.Compile(ctx, e, binary, config)
		if err != nil {
			return
		}
		defer func() {
			if err := c.Close(ctx); err != nil {
				t.Error(err)
			}
		}()
		var linker component.Linker
		linker.DefineComponent(c, "c")
		linker.DefineModule(module, "m")
		pre, err := linker.Link(c)
		if err != nil {
			return
		}
		i, err := pre.Instantiate(ctx)
		if err != nil {
			return
		}
		for _, export := range c.Type().Exports {
			callZero(ctx, i.Func(export.Name))
		}
		linker.DefineInstance(i)
		linker.DefineInstance(i, "i")
		if pre, err := linker.Link(c); err == nil {
			if again, err := pre.Instantiate(ctx); err == nil {
				for _, export := range c.Type().Exports {
					callZero(ctx, again.Func(export.Name))
				}
				if err := again.Close(ctx); err != nil {
					t.Error(err)
				}
			}
		}
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

// callZero calls a function with the simplest values of its types.
func callZero(ctx context.Context, f *component.Func) {
	if f == nil {
		return
	}
	var args []types.Value
	for _, p := range f.Type().Params {
		if p.Type.Weight() > 1000 {
			return
		}
		args = append(args, zeroOf(p.Type))
	}
	_, _ = f.Call(ctx, args...)
}

func zeroOf(t *types.Type) types.Value {
	switch {
	case t.IsRecord():
		fields := make([]types.Value, t.Len())
		for i, f := range t.Fields() {
			fields[i] = zeroOf(f.Type)
		}
		return types.RecordValue(t, fields...)
	case t.Kind() == types.FixedList:
		elems := make([]types.Value, min(t.Len(), 1000))
		for i := range elems {
			elems[i] = zeroOf(t.Elem())
		}
		return types.ListValue(t, elems...)
	case t.IsVariant():
		if payload := t.Fields()[0].Type; payload != nil {
			return types.VariantValue(t, 0, zeroOf(payload))
		}
		return types.VariantValue(t, 0)
	case t.IsList():
		return types.ListValue(t)
	}
	return types.ScalarValue(t, 0)
}
