package wapc_test

import (
	"context"
	"os"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// A floor is the least that a waPC host on wazero can be: no limits, no checks
// but wazero's own, no names, one call at a time. It is what the benchmarks
// compare with.
type floor struct {
	guestCall api.Function
	stack     [2]uint64
	operation string
	payload   []byte
	reply     []byte
	buffer    []byte
}

// newFloor instantiates the guest echo.wat without any of this package.
func newFloor(t testing.TB) *floor {
	t.Helper()
	ctx := context.Background()
	f := new(floor)
	runtime := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = runtime.Close(ctx) })
	i32 := api.ValueTypeI32
	host := runtime.NewHostModuleBuilder("wapc")
	export := func(name string, call api.GoModuleFunc, params []api.ValueType, results ...api.ValueType) {
		host.NewFunctionBuilder().WithGoModuleFunction(call, params, results).Export(name)
	}
	export("__guest_request", f.request, []api.ValueType{i32, i32})
	export("__guest_response", f.response, []api.ValueType{i32, i32})
	export("__host_call", f.hostCall, []api.ValueType{i32, i32, i32, i32, i32, i32, i32, i32}, i32)
	if _, err := host.Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile("testdata/echo.wasm")
	if err != nil {
		t.Fatal(err)
	}
	guest, err := runtime.Instantiate(ctx, binary)
	if err != nil {
		t.Fatal(err)
	}
	f.guestCall = guest.ExportedFunction("__guest_call")
	return f
}

func (f *floor) request(_ context.Context, m api.Module, stack []uint64) {
	m.Memory().Write(uint32(stack[1]), f.payload)
	m.Memory().WriteString(uint32(stack[0]), f.operation)
}

func (f *floor) response(_ context.Context, m api.Module, stack []uint64) {
	view, _ := m.Memory().Read(uint32(stack[0]), uint32(stack[1]))
	f.reply = append(f.reply[:0], view...)
}

func (f *floor) hostCall(_ context.Context, m api.Module, stack []uint64) {
	view, _ := m.Memory().Read(uint32(stack[6]), uint32(stack[7]))
	f.buffer = append(f.buffer[:0], view...)
	stack[0] = 1
}

func (f *floor) call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	f.operation, f.payload = operation, payload
	f.stack = [2]uint64{uint64(len(operation)), uint64(len(payload))}
	err := f.guestCall.CallWithStack(ctx, f.stack[:])
	return f.reply, err
}

// compare benchmarks the same call on the floor and here.
func compare(b *testing.B, operation string, size int) {
	ctx := context.Background()
	payload := make([]byte, size)
	b.Run("floor", func(b *testing.B) {
		f := newFloor(b)
		b.ReportAllocs()
		b.SetBytes(int64(size))
		for b.Loop() {
			if reply, err := f.call(ctx, operation, payload); err != nil || len(reply) != size {
				b.Fatal(err)
			}
		}
	})
	b.Run("wapc", func(b *testing.B) {
		guest := newRig(b).start("echo.wasm", nothing, engine.Limits{})
		var reply []byte
		b.ReportAllocs()
		b.SetBytes(int64(size))
		for b.Loop() {
			var err error
			if reply, err = guest.CallAppend(ctx, reply[:0], operation, payload); err != nil || len(reply) != size {
				b.Fatal(err)
			}
		}
	})
}

// nothing is a handler that answers with nothing.
var nothing = bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
	return bus.Reply{}, nil
})

func BenchmarkEcho0(b *testing.B)    { compare(b, "echo", 0) }
func BenchmarkEcho1MiB(b *testing.B) { compare(b, "echo", 1<<20) }
func BenchmarkHostCall(b *testing.B) { compare(b, "1", 0) }

// BenchmarkCopies is what two copies of 1 MiB cost: the least that an echo can.
func BenchmarkCopies(b *testing.B) {
	from, guest, to := make([]byte, 1<<20), make([]byte, 1<<20), make([]byte, 1<<20)
	b.SetBytes(1 << 20)
	for b.Loop() {
		copy(guest, from)
		copy(to, guest)
	}
}

// BenchmarkInstantiate makes and closes an instance of a small guest.
func BenchmarkInstantiate(b *testing.B) {
	ctx := context.Background()
	module := newRig(b).link("echo.wasm", nil, engine.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		guest, err := module.Instantiate(ctx, 1, nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := guest.Close(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAllocations(t *testing.T) {
	ctx := context.Background()
	guest := newRig(t).start("echo.wasm", echoes, engine.Limits{})
	payload := make([]byte, 1000)
	reply := make([]byte, 0, 1000)
	for _, test := range []struct {
		name, operation string
		payload         []byte
	}{
		{"echo of nothing", "echo", nil},
		{"echo", "echo", payload},
		{"echo with a host call", "1", payload},
	} {
		if _, err := guest.CallAppend(ctx, reply, test.operation, test.payload); err != nil {
			t.Fatal(err)
		}
		n := testing.AllocsPerRun(100, func() {
			if _, err := guest.CallAppend(ctx, reply, test.operation, test.payload); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", test.name, n)
		}
	}
}
