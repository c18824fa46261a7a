package plugin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/host/ask"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/math/ops"
	"github.com/patchbay-go/patchbay/plugin"
)

// answers implements acme:host/ask.
type answers func(ctx context.Context, x uint32) (uint32, error)

func (a answers) Double(ctx context.Context, x uint32) (uint32, error) { return a(ctx, x) }

func twice(_ context.Context, x uint32) (uint32, error) { return 2 * x, nil }

// bindOps loads math.wasm and makes a generated client of it.
func bindOps(t testing.TB, options plugin.Options) (*plugin.Plugin, *ops.Exports) {
	t.Helper()
	if options.Imports == nil {
		options.Imports = calculator.Imports{Ask: answers(twice)}.Define
	}
	options.Name = "math"
	p := loadBinary(t, mathBinary(t), options)
	client, err := ops.Bind(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, client
}

// TestClientOfPool makes calls of a generated client from many goroutines, while the
// component is replaced, and loses none.
func TestClientOfPool(t *testing.T) {
	p, client := bindOps(t, plugin.Options{Pool: plugin.Pool{Size: 2}})
	done := make(chan struct{})
	var callers, replacer sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for n := range uint32(300) {
				if sum, err := client.Add(t.Context(), n, 1); err != nil || sum != n+1 {
					t.Errorf("%d and 1 is %d, %v", n, sum, err)
					return
				}
				if four, err := client.Quadruple(t.Context(), n); err != nil || four != 4*n {
					t.Errorf("4 times %d is %d, %v", n, four, err)
					return
				}
			}
		})
	}
	binary := mathBinary(t)
	replacer.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if err := p.Replace(t.Context(), binary); err != nil {
				t.Error(err)
				return
			}
		}
	})
	callers.Wait()
	close(done)
	replacer.Wait()
	if s := p.Stats(); s.Calls != 4*300*2 || s.Traps != 0 {
		t.Errorf("%+v", s)
	}
}

// TestClientAfterReplace has a client meet components in which the functions are
// gone, and are there again.
func TestClientAfterReplace(t *testing.T) {
	p, client := bindOps(t, plugin.Options{})
	if err := p.Replace(t.Context(), componentBinary(t, "record")); err != nil {
		t.Fatal(err)
	}
	_, err := client.Add(t.Context(), 1, 2)
	var where *plugin.Error
	if !errors.As(err, &where) || err.Error() != "math: acme:math/ops@1.0.0#add: it was not found in the component" {
		t.Errorf("got %v", err)
	}
	if _, err := ops.Bind(p); err == nil || err.Error() != "the component does not export acme:math/ops@1.0.0, nor any interface" {
		t.Errorf("binding says %v", err)
	}
	if err := p.Replace(t.Context(), mathBinary(t)); err != nil {
		t.Fatal(err)
	}
	if sum, err := client.Add(t.Context(), 1, 2); err != nil || sum != 3 {
		t.Errorf("1 and 2 is %d, %v", sum, err)
	}
}

// TestExportOfOtherType has the types of a function differ from those that it is
// bound to, when it is bound and after a swap.
func TestExportOfOtherType(t *testing.T) {
	p := loadBinary(t, componentBinary(t, "record"), plugin.Options{Name: "record"})
	e := component.NewExports(p, "")
	var echo component.Export[struct{ Person string }, person]
	component.BindExport(e, &echo, "echo")
	if err := e.Err(); err == nil || !strings.Contains(err.Error(), "export echo: argument ") {
		t.Errorf("got %v", err)
	}
	if _, err := echo.Call(t.Context(), struct{ Person string }{}); err == nil || !strings.HasPrefix(err.Error(), "record: echo: argument ") {
		t.Errorf("got %v", err)
	}
}

// TestExportVersions binds functions to an interface of another version.
func TestExportVersions(t *testing.T) {
	p, _ := bindOps(t, plugin.Options{})
	for name, want := range map[string]bool{"acme:math/ops@1.4.0": true, "acme:math/ops@2.0.0": false} {
		e := component.NewExports(p, name)
		var add component.Export[struct{ A, B uint32 }, uint32]
		component.BindExport(e, &add, "add")
		if err := e.Err(); want != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if sum, err := add.Call(t.Context(), struct{ A, B uint32 }{1, 2}); want != (err == nil && sum == 3) {
			t.Errorf("%s: 1 and 2 is %d, %v", name, sum, err)
		}
	}
}

func TestClientTraps(t *testing.T) {
	_, client := bindOps(t, plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Imports: func(l *component.Linker) {
			ask.Define(l, answers(func(_ context.Context, x uint32) (uint32, error) {
				if x == 7 {
					panic("seven")
				}
				return 2 * x, nil
			}))
		},
	})
	for range 3 {
		_, err := client.Quadruple(t.Context(), 7)
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.HostFault || !strings.HasPrefix(err.Error(), "math: acme:math/ops@1.0.0#quadruple: ") {
			t.Errorf("a handler that panics: %v", err)
		}
		if four, err := client.Quadruple(t.Context(), 1); err != nil || four != 4 {
			t.Errorf("after it: %d, %v", four, err)
		}
	}
}

// TestClientWaits finds no instance free: one call waits, and one that would wait
// for itself is refused.
func TestClientWaits(t *testing.T) {
	var client *ops.Exports
	var inner error
	_, client = bindOps(t, plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Imports: calculator.Imports{Ask: answers(func(ctx context.Context, x uint32) (uint32, error) {
			_, inner = client.Add(ctx, 1, 2)
			return 2 * x, nil
		})}.Define,
	})
	if four, err := client.Quadruple(t.Context(), 1); err != nil || four != 4 || !errors.Is(inner, plugin.ErrHeld) {
		t.Errorf("got %d, %v; the call inside %v", four, err, inner)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.Add(ctx, 1, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("of a context that is done: %v", err)
	}
}

// TestClientLimits has calls of a client end at the plugin's deadline, while the host
// is asked and while they wait.
func TestClientLimits(t *testing.T) {
	limits := engine.Limits{Timeout: 50 * time.Millisecond}
	_, client := bindOps(t, plugin.Options{
		Limits: limits,
		Imports: calculator.Imports{Ask: answers(func(ctx context.Context, x uint32) (uint32, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})}.Define,
	})
	if _, err := client.Quadruple(t.Context(), 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a host that does not answer: %v", err)
	}
	p, client := bindOps(t, plugin.Options{Pool: plugin.Pool{Size: 1}, Limits: limits})
	held, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	_, err = client.Add(t.Context(), 1, 2)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "while the call waited for an instance (pool of 1") {
		t.Errorf("all instances are in use: %v", err)
	}
}

// TestWithInfo has typed calls say what they took, but not those that they lead to.
func TestWithInfo(t *testing.T) {
	var client *ops.Exports
	p, client := bindOps(t, plugin.Options{
		Imports: calculator.Imports{Ask: answers(func(ctx context.Context, x uint32) (uint32, error) {
			return client.Add(ctx, x, x)
		})}.Define,
		Pool: plugin.Pool{Size: 2},
	})
	var info plugin.Info
	ctx := plugin.WithInfo(t.Context(), &info)
	if four, err := client.Quadruple(ctx, 3); err != nil || four != 12 {
		t.Fatal(four, err)
	}
	if info.Instance == 0 || info.Fuel == 0 || info.Time <= 0 || info.Wait != 0 {
		t.Errorf("%+v", info)
	}
	was := info
	if _, err := client.Add(ctx, 1, 2); err != nil || info != was {
		t.Errorf("the second call: %+v, %v", info, err)
	}
	for name, call := range map[string]func(context.Context) error{
		"Func": func(ctx context.Context) error {
			_, err := p.Func("ops.add").CallWAVE(ctx, "1, 2")
			return err
		},
		"Session": func(ctx context.Context) error {
			s, err := p.Session(t.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			client, err := ops.Bind(s)
			if err != nil {
				return err
			}
			_, err = client.Add(ctx, 1, 2)
			return err
		},
	} {
		var info plugin.Info
		if err := call(plugin.WithInfo(t.Context(), &info)); err != nil || info.Instance == 0 || info.Time <= 0 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

// TestImports has some of what a component imports offered in Go and the rest
// answered by the handler.
func TestImports(t *testing.T) {
	asked := bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{Payload: []byte("1")}, nil
	})
	offer := func(name string) func(*component.Linker) {
		return func(l *component.Linker) {
			component.DefineGo(l, func(_ context.Context, p struct{ X uint32 }) (uint32, error) { return 10 * p.X, nil }, name, "double")
		}
	}
	for _, test := range []struct {
		name    string
		options plugin.Options
		want    string // of 3, by way of double, twice; or an error
	}{
		{"generated", plugin.Options{Imports: calculator.Imports{Ask: answers(twice)}.Define}, "12"},
		{"generated, a handler too", plugin.Options{Imports: calculator.Imports{Ask: answers(twice)}.Define, Handler: asked}, "12"},
		{"nothing of it, a handler", plugin.Options{Imports: calculator.Imports{}.Define, Handler: asked}, "1"},
		{"another version", plugin.Options{Imports: offer("acme:host/ask@1.2.0"), Handler: asked}, "300"},
		{"a version that does not do", plugin.Options{Imports: offer("acme:host/ask@2.0.0"), Handler: asked}, "1"},
		{"nothing of it", plugin.Options{Imports: calculator.Imports{}.Define}, "import acme:host/ask@1.0.0#double"},
		{"traps", plugin.Options{Imports: calculator.Imports{}.Define, UnmetTraps: true}, "nothing provides the import"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			p, err := plugin.New(t.Context(), newHosts(t), mathBinary(t), test.options)
			if err == nil {
				defer p.Close(context.Background())
				var reply []byte
				reply, err = p.Call(t.Context(), "ops.quadruple", []byte("[3]"))
				got = string(reply)
			}
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) || err == nil && got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestClientOfOthers binds clients to what has no such functions.
func TestClientOfOthers(t *testing.T) {
	p := loadBinary(t, guestBinary(t, "greet-c.wasm"), plugin.Options{})
	var other *plugin.ContractError
	if _, err := ops.Bind(p); !errors.As(err, &other) {
		t.Errorf("a waPC guest: %v", err)
	}
	if _, err := p.Session(t.Context()); !errors.As(err, &other) {
		t.Errorf("a session of a waPC guest: %v", err)
	}
}

// TestClientAllocatesNothing holds calls of numbers to no allocations.
func TestClientAllocatesNothing(t *testing.T) {
	p, client := bindOps(t, plugin.Options{Pool: plugin.Pool{Size: 1}})
	type params struct{ A, B uint32 }
	bound, err := plugin.Bind[params, uint32](p.Func("ops.add"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for name, call := range map[string]func() (uint32, error){
		"client":         func() (uint32, error) { return client.Add(ctx, 1, 2) },
		"client, import": func() (uint32, error) { return client.Quadruple(ctx, 1) },
		"Bound":          func() (uint32, error) { return bound.Call(ctx, params{1, 2}) },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if _, err := call(); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// BenchmarkClient compares a generated client of a pool with what is bound by hand.
func BenchmarkClient(b *testing.B) {
	p, client := bindOps(b, plugin.Options{Pool: plugin.Pool{Size: 2}})
	type params struct{ A, B uint32 }
	bound, err := plugin.Bind[params, uint32](p.Func("ops.add"))
	if err != nil {
		b.Fatal(err)
	}
	session, err := p.Session(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer session.Close()
	own, err := ops.Bind(session)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	for _, door := range []struct {
		name string
		call func() (uint32, error)
	}{
		{"Bind", func() (uint32, error) { return bound.Call(ctx, params{1, 2}) }},
		{"client", func() (uint32, error) { return client.Add(ctx, 1, 2) }},
		{"client-of-session", func() (uint32, error) { return own.Add(ctx, 1, 2) }},
	} {
		b.Run(door.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := door.call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
