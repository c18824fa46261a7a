package wapc_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// A rig holds what the tests of a guest need.
type rig struct {
	t      testing.TB
	engine engine.Engine
	host   *wapc.Host
	log    []string // what guests logged
}

func newRig(t testing.TB) *rig {
	t.Helper()
	ctx := context.Background()
	eng, err := newEngine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // its guests may still run, and to take their memory would end the process
		}
		if err := eng.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	host, err := wapc.NewHost(ctx, eng)
	if err != nil {
		t.Fatal(err)
	}
	return &rig{t: t, engine: eng, host: host}
}

// keep is a log that keeps its texts.
func (r *rig) keep(_ context.Context, instance uint64, text string) {
	r.log = append(r.log, fmt.Sprintf("%d %s", instance, text))
}

// compile compiles a guest of testdata.
func (r *rig) compile(name string, limits engine.Limits) engine.Module {
	r.t.Helper()
	binary, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		r.t.Fatal(err)
	}
	module, err := r.engine.Compile(context.Background(), binary, limits)
	if err != nil {
		r.t.Fatal(err)
	}
	return module
}

// link links a guest of testdata, whose log is the rig's.
func (r *rig) link(name string, handler bus.Handler, limits engine.Limits) *wapc.Module {
	r.t.Helper()
	return r.linked(r.compile(name, limits), name, handler)
}

func (r *rig) linked(compiled engine.Module, name string, handler bus.Handler) *wapc.Module {
	r.t.Helper()
	module, err := r.host.Link(compiled, wapc.Config{
		Plugin:   name,
		Handler:  handler,
		Provided: r.exits(),
		Log:      r.keep,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return module
}

// exits provides proc_exit and no more of WASI.
func (r *rig) exits() map[string]engine.Instance {
	r.t.Helper()
	wasi, err := r.engine.Host(context.Background(), engine.HostFunc{
		Name: "proc_exit",
		Type: engine.FuncType{Params: []engine.ValueType{engine.I32}},
		Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
			return &engine.Trap{Kind: engine.Exit, ExitCode: uint32(stack[0])}
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return map[string]engine.Instance{"wasi_snapshot_preview1": wasi}
}

// start makes an instance of a guest of testdata with the number 7.
func (r *rig) start(name string, handler bus.Handler, limits engine.Limits) *wapc.Instance {
	r.t.Helper()
	instance, err := r.link(name, handler, limits).Instantiate(context.Background(), 7, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := instance.Close(context.Background()); err != nil {
			r.t.Error(err)
		}
	})
	return instance
}

// The steps of the guest puppet.wat.
const (
	stepReturn = iota
	stepRequest
	stepResponse
	stepError
	stepHostCall
	stepHostResponse
	stepHostResponseLen
	stepHostError
	stepHostErrorLen
	stepLog
	stepStore
	stepTrap
	stepSpin
	stepAbort
	stepTrace
	stepCount
	stepGrow
)

// Where puppet.wat has what.
const (
	operationAt = 1024
	stepsAt     = 4096
	stepSize    = 36
	maxSteps    = 64
	dataAt      = stepsAt + maxSteps*stepSize
	nestedAt    = 8192  // how much further on a call within a call has it
	scratch     = 32768 // free
	memoryEnd   = 65536
)

// A script is what puppet.wat shall do.
type script struct {
	at    uint32 // how much further on it is than in a call that is not nested
	steps []byte
	data  []byte
}

// do adds a step.
func (s *script) do(step uint32, args ...uint32) *script {
	var words [stepSize / 4]uint32
	words[0] = step
	copy(words[1:], args)
	for _, w := range words {
		s.steps = binary.LittleEndian.AppendUint32(s.steps, w)
	}
	return s
}

// put places data into the guest and returns where.
func (s *script) put(data string) (ptr, size uint32) {
	ptr = s.at + dataAt + uint32(len(s.data))
	s.data = append(s.data, data...)
	return ptr, uint32(len(data))
}

// on adds a step whose first two arguments are the place of data.
func (s *script) on(step uint32, data string, args ...uint32) *script {
	ptr, size := s.put(data)
	return s.do(step, append([]uint32{ptr, size}, args...)...)
}

// call adds a host call.
func (s *script) call(binding, namespace, operation, payload string) *script {
	var args []uint32
	for _, text := range []string{binding, namespace, operation, payload} {
		ptr, size := s.put(text)
		args = append(args, ptr, size)
	}
	return s.do(stepHostCall, args...)
}

// answer adds a step that hands over size bytes from ptr on, and returns
// success.
func (s *script) answer(ptr, size uint32) *script {
	return s.do(stepResponse, ptr, size).do(stepReturn, 1)
}

// payload returns the script as the guest reads it.
func (s *script) payload() []byte {
	padded := make([]byte, maxSteps*stepSize)
	copy(padded, s.steps)
	return append(padded, s.data...)
}

// run calls the guest with the script.
func (s *script) run(instance *wapc.Instance) (string, error) {
	reply, err := instance.Call(context.Background(), "run", s.payload())
	return string(reply), err
}

func do(step uint32, args ...uint32) *script { return new(script).do(step, args...) }

// words reads a reply of i32s.
func words(reply string) []uint32 {
	out := make([]uint32, len(reply)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32([]byte(reply[4*i:]))
	}
	return out
}

// answers is a handler that always gives the same reply.
func answers(reply string) bus.Handler {
	return bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{Payload: []byte(reply)}, nil
	})
}

// fails is a handler that always fails.
func fails(err error) bus.Handler {
	return bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{}, err
	})
}

// echoes is a handler that replies with the invocation's own payload.
var echoes = bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	return bus.Reply{Payload: inv.Payload}, nil
})
