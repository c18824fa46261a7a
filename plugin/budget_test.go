package plugin_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// newHostsWith is newHosts with a budget; wrap, unless nil, puts something
// around the engine.
func newHostsWith(t *testing.T, budget plugin.Budget, wrap func(engine.Engine) engine.Engine) *plugin.Hosts {
	t.Helper()
	eng, err := newEngine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close(context.Background()) })
	outer := eng
	if wrap != nil {
		outer = wrap(eng)
	}
	hosts, err := plugin.NewHostsWith(t.Context(), outer, budget)
	if err != nil {
		t.Fatal(err)
	}
	return hosts
}

// loadEcho loads the guest of 4 MiB.
func loadEcho(t *testing.T, hosts *plugin.Hosts, options plugin.Options) (*plugin.Plugin, error) {
	t.Helper()
	options.Name = "echo.wasm"
	options.Logger = slog.New(slog.DiscardHandler)
	return plugin.New(t.Context(), hosts, guestBinary(t, "echo4m.wasm"), options)
}

func mustLoadEcho(t *testing.T, hosts *plugin.Hosts, options plugin.Options) *plugin.Plugin {
	t.Helper()
	p, err := loadEcho(t, hosts, options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustClosePlugin(t *testing.T, p *plugin.Plugin) {
	t.Helper()
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// wantBudget checks that err says that budget is spent.
func wantBudget(t *testing.T, err error, budget, text string) {
	t.Helper()
	var spent *plugin.BudgetError
	if !errors.As(err, &spent) || spent.Budget != budget {
		t.Fatalf("error %v, want a budget of %s", err, budget)
	}
	if !errors.Is(err, plugin.ErrOverloaded) || bus.CodeOf(err) != bus.Overloaded {
		t.Errorf("%v has code %v", err, bus.CodeOf(err))
	}
	if !strings.Contains(err.Error(), text) {
		t.Errorf("text %q without %q", err, text)
	}
}

func TestBudgetOfInstances(t *testing.T) {
	hosts := newHostsWith(t, plugin.Budget{Instances: 2}, nil)
	a, b := mustLoadEcho(t, hosts, plugin.Options{}), mustLoadEcho(t, hosts, plugin.Options{})
	_, err := loadEcho(t, hosts, plugin.Options{})
	wantBudget(t, err, "Instances", "load echo.wasm: there are 2 instances of all plugins, and no more are allowed")
	wantBudget(t, a.Replace(t.Context(), guestBinary(t, "echo4m.wasm")), "Instances", "replace echo.wasm: ")
	mustCall(t, a, "echo", "x", "x")
	mustClosePlugin(t, b)
	c := mustLoadEcho(t, hosts, plugin.Options{})
	mustCall(t, c, "echo", "x", "x")
	if used := hosts.Used(); used.Instances != 2 || used.Memory < 8<<20 {
		t.Errorf("used: %+v", used)
	}
	mustClosePlugin(t, a)
	mustClosePlugin(t, c)
	if used := hosts.Used(); used != (plugin.Budget{}) {
		t.Errorf("left: %+v", used)
	}
}

// TestBudgetOfInstancesAtCalls: a call for which an instance would have to be
// made fails, and those that have one go on.
func TestBudgetOfInstancesAtCalls(t *testing.T) {
	hosts := newHostsWith(t, plugin.Budget{Instances: 1}, nil)
	entered, leave := make(chan struct{}), make(chan struct{})
	p := mustLoadEcho(t, hosts, plugin.Options{
		Pool: plugin.Pool{Size: 4},
		Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
			close(entered)
			<-leave
			return bus.Reply{}, nil
		}),
	})
	done := make(chan error)
	go func() {
		_, err := p.Call(context.Background(), "hostecho", nil)
		done <- err
	}()
	<-entered
	_, err := p.Call(t.Context(), "echo", nil)
	wantBudget(t, err, "Instances", "echo.wasm: echo: there are 1 instances")
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	mustCall(t, p, "echo", "x", "x")
	mustClosePlugin(t, p)
}

func TestBudgetOfMemory(t *testing.T) {
	hosts := newHostsWith(t, plugin.Budget{Memory: 6 << 20}, nil)
	a := mustLoadEcho(t, hosts, plugin.Options{})
	_, err := loadEcho(t, hosts, plugin.Options{})
	wantBudget(t, err, "Memory", "the budget of linear memory is spent: 4194304 bytes more wanted")
	if !errors.Is(err, engine.ErrMemoryBudget) {
		t.Errorf("error %v", err)
	}
	own := mustLoadEcho(t, hosts, plugin.Options{Limits: engine.Limits{Memory: engine.NewMemoryBudget(5 << 20)}})
	mustCall(t, own, "echo", "x", "x")
	mustClosePlugin(t, own)
	mustClosePlugin(t, a)
	mustClosePlugin(t, mustLoadEcho(t, hosts, plugin.Options{}))
	if used := hosts.Used(); used != (plugin.Budget{}) {
		t.Errorf("left: %+v", used)
	}
}

// TestBudgetComesBack: whatever becomes of instances, they give back what they
// had.
func TestBudgetComesBack(t *testing.T) {
	hosts := newHostsWith(t, plugin.Budget{Instances: 3, Memory: 13 << 20}, nil)
	live := lifetimes(t, hosts)
	for range 20 {
		live()
		if _, err := plugin.New(t.Context(), hosts, guestBinary(t, "inits-trap.wasm"), plugin.Options{}); err == nil {
			t.Error("an initializer that traps did not fail")
		}
		if used := hosts.Used(); used != (plugin.Budget{}) {
			t.Fatalf("left: %+v", used)
		}
	}
}

// A slowEngine compiles when it is told to.
type slowEngine struct {
	engine.Engine
	begun, proceed chan struct{}
}

func (e *slowEngine) Compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	e.begun <- struct{}{}
	<-e.proceed
	return e.Engine.Compile(ctx, binary, limits)
}

func TestBudgetOfCompilations(t *testing.T) {
	slow := &slowEngine{begun: make(chan struct{}), proceed: make(chan struct{})}
	hosts := newHostsWith(t, plugin.Budget{Compilations: 2}, func(e engine.Engine) engine.Engine {
		slow.Engine = e
		return slow
	})
	echo := guestBinary(t, "echo4m.wasm")
	var loads sync.WaitGroup
	for range 3 {
		loads.Go(func() {
			p, err := plugin.New(context.Background(), hosts, echo, plugin.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			mustClosePlugin(t, p)
		})
	}
	<-slow.begun
	<-slow.begun
	if used := hosts.Used(); used.Compilations != 2 {
		t.Errorf("used: %+v", used)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := plugin.New(ctx, hosts, echo, plugin.Options{Name: "late.wasm"})
	wantBudget(t, err, "Compilations", "load late.wasm: context deadline exceeded while 2 modules were compiled")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	slow.proceed <- struct{}{}
	<-slow.begun // the third
	close(slow.proceed)
	loads.Wait()
	if used := hosts.Used(); used != (plugin.Budget{}) {
		t.Errorf("left: %+v", used)
	}
}
