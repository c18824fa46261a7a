package component_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// A mirrored value goes to a function of the guest of the examples and comes back
// as its result, with so many allocations at most.
type mirrored struct {
	name, function string
	arg            func(t *types.Type) types.Value
	allocations    float64
}

var echoes = []mirrored{
	{"string16", "echo-string", func(*types.Type) types.Value { return types.StringValue(strings.Repeat("a", 16)) }, 1},
	{"string1Ki", "echo-string", func(*types.Type) types.Value { return types.StringValue(strings.Repeat("a", 1<<10)) }, 1},
	{"bytes1Ki", "echo-bytes", func(*types.Type) types.Value { return types.BytesValue(make([]byte, 1<<10)) }, 1},
	{"bytes1Mi", "echo-bytes", func(*types.Type) types.Value { return types.BytesValue(make([]byte, 1<<20)) }, 1},
	{"record", "echo-reading", aReading, 1},
	{"records1000", "echo-readings", func(t *types.Type) types.Value {
		readings := make([]types.Value, 1000)
		for i := range readings {
			readings[i] = aReading(t.Elem())
		}
		return types.ListValue(t, readings...)
	}, 1},
	{"variant", "echo-shape", func(t *types.Type) types.Value { return types.CaseValue(t, "square", types.U64Value(7)) }, 0},
	{"result", "echo-result", func(t *types.Type) types.Value { return types.OkValue(t, types.U32Value(7)) }, 0},
}

func aReading(t *types.Type) types.Value {
	return types.RecordValue(t, types.StringValue("reading 1"), types.U32Value(1), types.F64Value(0.5), types.BoolValue(true))
}

// runEchoes gives run the function and the argument of each.
func runEchoes[T interface {
	testing.TB
	Run(string, func(T)) bool
}](t T, run func(t T, e mirrored, f *component.Func, arg types.Value)) {
	binary, err := os.ReadFile("../examples/guests/components/mirror-rust.wasm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := component.Compile(t.Context(), newEngine(t), binary, component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	pre, err := new(component.Linker).Link(c)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range echoes {
		t.Run(e.name, func(t T) {
			f := instance.Func("patchbay:kinds/echo@1.0.0", e.function)
			run(t, e, f, e.arg(f.Type().Result))
		})
	}
}

// TestEchoes holds calls with values to what their results allocate.
func TestEchoes(t *testing.T) {
	ctx := context.Background()
	runEchoes(t, func(t *testing.T, e mirrored, f *component.Func, arg types.Value) {
		var got types.Value
		n := testing.AllocsPerRun(10, func() {
			var err error
			if got, err = f.Call(ctx, arg); err != nil {
				t.Fatal(err)
			}
		})
		if !got.Equal(arg) {
			t.Errorf("got %v, want %v", got, arg)
		}
		if again, err := f.Call(ctx, got); err != nil || !again.Equal(arg) {
			t.Errorf("the second time %v, %v; want %v", again, err, arg)
		}
		if compiles() && n > e.allocations {
			t.Errorf("%v allocations, want %v", n, e.allocations)
		}
	})
}

func BenchmarkEchoes(b *testing.B) {
	ctx := context.Background()
	runEchoes(b, func(b *testing.B, e mirrored, f *component.Func, arg types.Value) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.Call(ctx, arg); err != nil {
				b.Fatal(err)
			}
		}
	})
}
