package wapc_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	patchbay "github.com/patchbay-go/patchbay/engine/wazero"
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
	handler   func(names [3][]byte, payload []byte) uint64
}

// newFloor instantiates the guest echo.wat without any of this package.
func newFloor(t testing.TB) *floor {
	t.Helper()
	ctx := context.Background()
	f := &floor{handler: func([3][]byte, []byte) uint64 { return 1 }}
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
	memory := m.Memory()
	var names [3][]byte
	for i := range names {
		names[i], _ = memory.Read(uint32(stack[2*i]), uint32(stack[2*i+1]))
	}
	view, _ := memory.Read(uint32(stack[6]), uint32(stack[7]))
	f.buffer = append(f.buffer[:0], view...)
	stack[0] = f.handler(names, f.buffer)
}

func (f *floor) call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	f.operation, f.payload = operation, payload
	f.stack = [2]uint64{uint64(len(operation)), uint64(len(payload))}
	err := f.guestCall.CallWithStack(ctx, f.stack[:])
	return f.reply, err
}

// compare benchmarks the same call on the floor and here, and then both by turns:
// "ratio" is the quickest turn of the one by the quickest turn of the other,
// which other work on the machine hardly moves.
func compare(b *testing.B, operation string, size int) {
	ctx := context.Background()
	payload := make([]byte, size)
	f := newFloor(b)
	guest := newRig(b).start("echo.wasm", nothing, engine.Limits{Timeout: time.Minute})
	var reply []byte
	callFloor := func() error {
		_, err := f.call(ctx, operation, payload)
		return err
	}
	call := func() (err error) {
		reply, err = guest.CallAppend(ctx, reply[:0], operation, payload)
		return err
	}
	run := func(name string, call func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("floor", callFloor)
	run("wapc", call)
	b.Run("ratio", func(b *testing.B) {
		least, leastFloor := time.Hour, time.Hour
		for b.Loop() {
			leastFloor = min(leastFloor, turn(b, callFloor, size))
			least = min(least, turn(b, call, size))
		}
		b.ReportMetric(float64(least)/float64(leastFloor), "ratio")
		b.ReportMetric(float64(leastFloor)/float64(turns(size)), "floor-ns")
		b.ReportMetric(float64(least)/float64(turns(size)), "wapc-ns")
	})
}

// turns is how many calls are timed together.
func turns(size int) int { return max(10_000_000/(size+10_000), 4) }

func turn(b *testing.B, call func() error, size int) time.Duration {
	begin := time.Now()
	for range turns(size) {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begin)
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
	if eng, err := patchbay.New(ctx, patchbay.Config{Mode: patchbay.Compiler}); err != nil {
		t.Skip("not run: interpreted calls allocate:", err)
	} else if err := eng.Close(ctx); err != nil {
		t.Fatal(err)
	}
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
