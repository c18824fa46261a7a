package plugin_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// BenchmarkCallAppend calls through the pool, with the limits on that are on by
// default.
func BenchmarkCallAppend(b *testing.B) {
	echo := load(b, newHosts(b), "echo4m.wasm", plugin.Options{Handler: bus.HandlerFunc(repeat)})
	for _, operation := range []string{"echo", "hostecho"} {
		for _, size := range []int{0, 1 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%d", operation, size), func(b *testing.B) {
				payload, dst := bytes.Repeat([]byte("x"), size), make([]byte, 0, size)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := echo.CallAppend(b.Context(), dst, operation, payload); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// repeat answers with what it was given.
func repeat(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	return bus.Reply{Payload: inv.Payload}, nil
}

// BenchmarkInstance is the call below the pool, to see what the pool costs.
func BenchmarkInstance(b *testing.B) {
	eng, err := wazero.New(b.Context(), wazero.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close(context.Background())
	host, err := wapc.NewHost(b.Context(), eng)
	if err != nil {
		b.Fatal(err)
	}
	module, err := eng.Compile(b.Context(), guestBinary(b, "echo4m.wasm"), engine.Limits{Timeout: plugin.DefaultTimeout})
	if err != nil {
		b.Fatal(err)
	}
	linked, err := host.Link(module, wapc.Config{})
	if err != nil {
		b.Fatal(err)
	}
	instance, err := linked.Instantiate(b.Context(), 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := instance.CallAppend(b.Context(), nil, "echo", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCallParallel(b *testing.B) {
	echo := load(b, newHosts(b), "echo4m.wasm", plugin.Options{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := echo.CallAppend(context.Background(), nil, "echo", nil); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkCrowdedPool has more callers than instances: every call waits.
func BenchmarkCrowdedPool(b *testing.B) {
	echo := load(b, newHosts(b), "echo4m.wasm", plugin.Options{Pool: plugin.Pool{Size: 2}})
	b.SetParallelism(16)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := echo.CallAppend(context.Background(), nil, "echo", nil); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkFreshInstance has every call end its instance, so that the next one
// makes another.
func BenchmarkFreshInstance(b *testing.B) {
	echo := load(b, newHosts(b), "echo4m.wasm", plugin.Options{Pool: plugin.Pool{Size: 1, MaxCalls: 1}})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := echo.CallAppend(b.Context(), nil, "echo", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReplace(b *testing.B) {
	for _, name := range []string{"echo4m.wasm", "greet-rust.wasm"} {
		b.Run(name, func(b *testing.B) {
			p, binary := load(b, newHosts(b), name, plugin.Options{}), guestBinary(b, name)
			b.SetBytes(int64(len(binary)))
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Replace(b.Context(), binary); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
