//go:build cgo

package wasmtime_test

import (
	"context"
	"os"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/wapc"
)

// open opens an engine for as long as the test runs.
func open(t testing.TB) *wasmtime.Engine { return openWith(t, wasmtime.Config{}) }

func openWith(t testing.TB, config wasmtime.Config) *wasmtime.Engine {
	e := wasmtime.New(config)
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// compileSuite compiles a guest of the suite's.
func compileSuite(t testing.TB, e engine.Engine, name string) engine.Module {
	t.Helper()
	binary, err := os.ReadFile("../enginetest/testdata/" + name + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Compile(context.Background(), binary, engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hostGuest instantiates the guest that calls the host.
func hostGuest(t testing.TB, config wasmtime.Config) engine.Instance {
	t.Helper()
	e := openWith(t, config)
	m := compileSuite(t, e, "host")
	var externs []engine.Extern
	for _, imported := range m.Imports() {
		host, err := e.Host(context.Background(), engine.HostFunc{
			Name: imported.Name, Type: imported.Type.Func,
			Call: func(context.Context, engine.Instance, []uint64) error { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		externs = append(externs, engine.Extern{Instance: host, Name: imported.Name})
	}
	i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// BenchmarkCall is a call of a function that does nothing, and of one that calls
// the host once.
func BenchmarkCall(b *testing.B) {
	for counting, config := range map[string]wasmtime.Config{"usual": {}, "fuel": {Fuel: true}} {
		i := hostGuest(b, config)
		for _, name := range []string{"answer", "ping"} {
			b.Run(counting+"/"+name, func(b *testing.B) {
				f := i.Func(name)
				stack := make([]uint64, f.Type().Slots())
				b.ReportAllocs()
				for b.Loop() {
					if err := f.Call(context.Background(), stack); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkInstantiate makes and closes an instance with a memory.
func BenchmarkInstantiate(b *testing.B) {
	m := compileSuite(b, open(b), "memory")
	b.ReportAllocs()
	for b.Loop() {
		i, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
		if err != nil {
			b.Fatal(err)
		}
		i.Memory("memory").Bytes()[0] = 1
		if err := i.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWaPC echoes 64 bytes.
func BenchmarkWaPC(b *testing.B) {
	ctx := context.Background()
	e := open(b)
	host, err := wapc.NewHost(ctx, e)
	if err != nil {
		b.Fatal(err)
	}
	binary, err := os.ReadFile(guests + "/greet-c.wasm")
	if err != nil {
		b.Fatal(err)
	}
	m, err := e.Compile(ctx, binary, engine.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	linked, err := host.Link(m, wapc.Config{Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{}, nil
	})})
	if err != nil {
		b.Fatal(err)
	}
	guest, err := linked.Instantiate(ctx, 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	payload, reply := make([]byte, 64), make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		if reply, err = guest.CallAppend(ctx, reply[:0], "echo", payload); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations holds calls to no allocation.
func TestAllocations(t *testing.T) {
	for _, config := range []wasmtime.Config{{}, {Fuel: true}} {
		i := hostGuest(t, config)
		for _, name := range []string{"answer", "ping"} {
			f := i.Func(name)
			stack := make([]uint64, f.Type().Slots())
			n := testing.AllocsPerRun(1000, func() {
				if err := f.Call(context.Background(), stack); err != nil {
					t.Fatal(err)
				}
			})
			if n > 0 {
				t.Errorf("%s allocates %v times with %+v", name, n, config)
			}
		}
	}
}
