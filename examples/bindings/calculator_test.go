package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/host/ask"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/math/ops"
)

// refusing is a host that does not answer.
type refusing struct{ err error }

func (h refusing) Double(context.Context, uint32) (uint32, error) { return 0, h.err }

func open(t testing.TB, asked ask.Imports) *component.Instance {
	t.Helper()
	ctx := context.Background()
	engine, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(ctx) })
	binary, err := os.ReadFile("../../plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := component.Compile(ctx, engine, binary, component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var linker component.Linker
	calculator.Imports{Ask: asked}.Define(&linker)
	pre, err := linker.Link(compiled)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := pre.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close(ctx) })
	return instance
}

// TestHostError finds the host's error in that of the call.
func TestHostError(t *testing.T) {
	refused := errors.New("ask somebody else")
	ops, err := ops.Bind(open(t, refusing{refused}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ops.Quadruple(t.Context(), 1); !errors.Is(err, refused) {
		t.Errorf("got %v, want %v", err, refused)
	}
}

// TestMissingExport says which function a component has not.
func TestMissingExport(t *testing.T) {
	_, err := component.BindExport[struct{}, struct{}](component.NewExports(open(t, host{})), "acme:math/ops@1.0.0", "none")
	if err == nil || !strings.Contains(err.Error(), "acme:math/ops@1.0.0 none") {
		t.Errorf("got %v", err)
	}
	_, err = component.BindExport[struct{ A, B string }, uint32](component.NewExports(open(t, host{})), "acme:math/ops@1.0.0", "add")
	if err == nil || !strings.Contains(err.Error(), "ops@1.0.0 add: argument a") {
		t.Errorf("got %v", err)
	}
}

// BenchmarkAdd compares the generated client with the door that it goes through.
func BenchmarkAdd(b *testing.B) {
	instance := open(b, host{})
	b.Run("generated", func(b *testing.B) {
		ops, err := ops.Bind(instance)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ops.Add(b.Context(), 1, 2); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bound", func(b *testing.B) {
		add, err := component.BindExport[struct{ A, B uint32 }, uint32](component.NewExports(instance), "acme:math/ops@1.0.0", "add")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := add.Call(b.Context(), struct{ A, B uint32 }{1, 2}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
