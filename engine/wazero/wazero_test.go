package wazero_test

import (
	"context"
	"os"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	e, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	binary, err := os.ReadFile("../../examples/guests/greet-c.wasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Compile(ctx, binary, engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var fs []engine.HostFunc
	for _, i := range m.Imports() {
		fs = append(fs, engine.HostFunc{Name: i.Name, Type: i.Type.Func, Call: func(ctx context.Context, caller engine.Instance, stack []uint64) error {
			return nil
		}})
	}
	h, err := e.Host(ctx, fs...)
	if err != nil {
		t.Fatal(err)
	}
	ex, err := engine.Link(m, map[string]engine.Instance{"wapc": h})
	if err != nil {
		t.Fatal(err)
	}
	i, err := m.Instantiate(ctx, ex, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	f := i.Func("__guest_call")
	stack := []uint64{0, 0}
	err = f.Call(ctx, stack)
	t.Log(stack, err)
}
