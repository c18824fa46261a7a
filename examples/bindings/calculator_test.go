package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/host/ask"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/math/ops"
	"github.com/patchbay-go/patchbay/plugin"
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
	e := component.NewExports(open(t, answerer{}), "acme:math/ops@1.0.0")
	component.BindExport(e, new(component.Export[struct{}, struct{}]), "none")
	component.BindExport(e, new(component.Export[struct{ A, B string }, uint32]), "add")
	err := e.Err()
	if err == nil || !strings.Contains(err.Error(), "acme:math/ops@1.0.0#none: it was not found") {
		t.Errorf("got %v", err)
	}
	if err == nil || !strings.Contains(err.Error(), "ops@1.0.0#add: argument a") {
		t.Errorf("got %v", err)
	}
}

// TestPool calls by a pool, and by one of its instances, what it called by an
// instance of its own.
func TestPool(t *testing.T) {
	host := patchbay.Host{Imports: func(l *component.Linker) { ask.Define(l, answerer{}) }, Pool: plugin.Pool{Size: 2}} // one is the session's
	defer host.Close(context.Background())
	math, err := host.Load(t.Context(), "../../plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	session, err := math.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for name, from := range map[string]component.Exporter{"instance": open(t, answerer{}), "plugin": math, "session": session} {
		client, err := calculator.Bind(from)
		if err != nil {
			t.Fatal(err)
		}
		if four, err := client.Ops.Quadruple(t.Context(), 1); err != nil || four != 4 {
			t.Errorf("%s: got %d, %v", name, four, err)
		}
		if err := client.Close(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if sum, err := client.Ops.Add(t.Context(), 1, 2); err != nil || sum != 3 {
			t.Errorf("%s: after Close, which closes only what New made: %d, %v", name, sum, err)
		}
	}
}

// BenchmarkAdd compares the generated client with the door that it goes through.
func BenchmarkAdd(b *testing.B) {
	instance := open(b, answerer{})
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
		add, err := component.Bind[struct{ A, B uint32 }, uint32](instance.Func("acme:math/ops@1.0.0", "add"))
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
