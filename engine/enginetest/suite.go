package enginetest

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

//go:embed testdata/*.wasm
var guests embed.FS

// Run runs the suite. Each of its tests opens an engine of its own with open and
// closes it at its end.
func Run(t *testing.T, open func(t *testing.T) engine.Engine) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Values", valueTests},
		{"Host", hostTests},
		{"Traps", trapTests},
		{"Stop", stopTests},
		{"Stretch", stretchTests},
		{"Fuel", fuelTests},
		{"Memory", memoryTests},
		{"Budget", budgetTests},
		{"Link", linkTests},
		{"Threads", threadTests},
		{"Life", lifeTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) { test.run(newBench(t, open)) })
			}
		})
	}
}

// A test is one test of the suite.
type test struct {
	name string
	run  func(b *bench)
}

// A bench is a test with an engine and tools. Its methods end the test when
// something goes wrong that the test is not about.
type bench struct {
	*testing.T
	engine engine.Engine
}

func newBench(t *testing.T, open func(t *testing.T) engine.Engine) *bench {
	b := &bench{T: t, engine: open(t)}
	t.Cleanup(func() {
		if t.Failed() {
			return // its guests may still run, and to take their memory would end the process
		}
		if err := b.engine.Close(context.Background()); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return b
}

// patience is how long a test waits for something that should come at once,
// before it fails. It is long because machines are slow, not because anything
// needs it.
const patience = 2 * time.Minute

// binary returns the guest of that name.
func (b *bench) binary(name string) []byte {
	b.Helper()
	binary, err := guests.ReadFile("testdata/" + name + ".wasm")
	if err != nil {
		b.Fatal(err)
	}
	return binary
}

// compile compiles the guest of that name.
func (b *bench) compile(name string, limits engine.Limits) engine.Module {
	b.Helper()
	module, err := b.engine.Compile(context.Background(), b.binary(name), limits)
	if err != nil {
		b.Fatalf("compile %s: %v", name, err)
	}
	return module
}

// provided are host instances by the name that guests import them under.
type provided map[string]engine.Instance

// link finds what satisfies the module's imports.
func (b *bench) link(module engine.Module, from provided) []engine.Extern {
	b.Helper()
	externs, err := engine.Link(module, from)
	if err != nil {
		b.Fatalf("link: %v", err)
	}
	return externs
}

// make instantiates a module.
func (b *bench) make(module engine.Module, from provided, data any) engine.Instance {
	b.Helper()
	instance, err := module.Instantiate(context.Background(), b.link(module, from), engine.InstanceConfig{Data: data})
	if err != nil {
		b.Fatalf("instantiate: %v", err)
	}
	return instance
}

// guest compiles and instantiates the guest of that name without limits.
func (b *bench) guest(name string, from provided) engine.Instance {
	b.Helper()
	return b.make(b.compile(name, engine.Limits{}), from, nil)
}

// hostFunc is the body of a host function.
type hostFunc = func(ctx context.Context, caller engine.Instance, stack []uint64) error

// host makes a host instance.
func (b *bench) host(funcs ...engine.HostFunc) engine.Instance {
	b.Helper()
	host, err := b.engine.Host(context.Background(), funcs...)
	if err != nil {
		b.Fatalf("host: %v", err)
	}
	return host
}

// hostFor makes a host instance with whatever the module imports from host. What
// is not given does nothing.
func (b *bench) hostFor(module engine.Module, bodies map[string]hostFunc) provided {
	b.Helper()
	var funcs []engine.HostFunc
	seen := map[string]bool{}
	for _, imported := range module.Imports() {
		if imported.Module != "host" || seen[imported.Name] {
			continue
		}
		seen[imported.Name] = true
		body := bodies[imported.Name]
		if body == nil {
			body = func(context.Context, engine.Instance, []uint64) error { return nil }
		}
		funcs = append(funcs, engine.HostFunc{Name: imported.Name, Type: imported.Type.Func, Call: body})
	}
	return provided{"host": b.host(funcs...)}
}

// call calls a function and returns its error. The stack is made for it, with
// the parameters in front.
func call(f engine.Func, params ...uint64) ([]uint64, error) {
	return callContext(context.Background(), f, params...)
}

func callContext(ctx context.Context, f engine.Func, params ...uint64) ([]uint64, error) {
	if f == nil {
		return nil, errors.New("there is no such function")
	}
	stack := make([]uint64, max(f.Type().Slots(), len(params)))
	copy(stack, params)
	err := f.Call(ctx, stack)
	return stack, err
}

// one calls an exported function that has to succeed and returns its first
// result.
func (b *bench) one(instance engine.Instance, name string, params ...uint64) uint64 {
	b.Helper()
	stack, err := call(instance.Func(name), params...)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	if len(stack) == 0 {
		return 0
	}
	return stack[0]
}

// want calls an exported function and compares its first result.
func (b *bench) want(want uint64, instance engine.Instance, name string, params ...uint64) {
	b.Helper()
	if got := b.one(instance, name, params...); got != want {
		b.Errorf("%s%v = %#x, want %#x", name, params, got, want)
	}
}

// trap checks that err is a trap of that kind, and returns it.
func (b *bench) trap(err error, kind engine.TrapKind) *engine.Trap {
	b.Helper()
	trap := engine.AsTrap(err)
	if trap == nil {
		b.Fatalf("error %v, want a trap: %v", err, kind)
	}
	if trap.Kind != kind {
		b.Fatalf("trap %v (%v), want %v", trap.Kind, err, kind)
	}
	return trap
}

// soon waits for something that other goroutines do. When it does not come, the
// test binary ends with all stacks: to go on would close the engine under a
// guest that runs, a fault that hides what went wrong.
func (b *bench) soon(what string, done <-chan struct{}) {
	b.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		panic(fmt.Sprintf("%s: %s: nothing in %v\n%s", b.Name(), what, patience, stacks))
	}
}

// in runs f and fails if it does not return. It must be called by the test's
// goroutine.
func (b *bench) in(what string, f func()) {
	b.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	b.soon(what, done)
}

// close closes an instance.
func (b *bench) close(instance engine.Instance) {
	b.Helper()
	if err := instance.Close(context.Background()); err != nil {
		b.Errorf("close: %v", err)
	}
}
