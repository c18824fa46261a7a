package wasmtime

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
)

// TestInstancesAtOnce: instances of one module are first used at the same time.
func TestInstancesAtOnce(t *testing.T) {
	ctx := context.Background()
	binary, err := os.ReadFile("../../examples/guests/greet-c.wasm")
	if err != nil {
		t.Fatal(err)
	}
	e := New(Config{})
	defer e.Close(ctx)
	for range 300 {
		m, err := e.Compile(ctx, binary, engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var funcs []engine.HostFunc
		for _, i := range m.Imports() {
			funcs = append(funcs, engine.HostFunc{Name: i.Name, Type: i.Type.Func,
				Call: func(context.Context, engine.Instance, []uint64) error { return nil }})
		}
		host, err := e.Host(ctx, funcs...)
		if err != nil {
			t.Fatal(err)
		}
		imports, err := engine.Link(m, map[string]engine.Instance{"wapc": host})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 4 {
			i, err := m.Instantiate(ctx, imports, engine.InstanceConfig{})
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				<-start
				if i.Func("__guest_call") == nil {
					t.Error("no function")
				}
				i.Close(ctx)
			})
		}
		close(start)
		wg.Wait()
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
