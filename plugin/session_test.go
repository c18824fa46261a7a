package plugin_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/math/ops"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay"
	exported "github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/exports/patchbay/kinds/counters"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/counters"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/types"
)

// loadKinds loads a guest that has resources.
func loadKinds(t testing.TB, options plugin.Options) *plugin.Plugin {
	t.Helper()
	return loadBinary(t, kinds(t, "mirror-rust"), options)
}

func kinds(t testing.TB, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile("../examples/guests/components/" + name + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func openSession(t testing.TB, p *plugin.Plugin) (*plugin.Session, *relay.Exports) {
	t.Helper()
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, err := relay.Bind(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}

// alive returns how many counters there are in the guest of a session.
func alive(t testing.TB, client *relay.Exports) uint32 {
	t.Helper()
	n, err := client.Counters.Alive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSession makes resources in sessions: the instance is another one's afterwards
// if all were dropped, and gone if not.
func TestSession(t *testing.T) {
	ctx := t.Context()
	p := loadKinds(t, plugin.Options{Pool: plugin.Pool{Size: 1}})
	for _, drop := range []bool{true, false} {
		made := p.Stats().Made
		s, client := openSession(t, p)
		counter, err := client.Counters.NewCounter(ctx, 5)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := counter.Add(ctx, 2); err != nil || sum != 7 || alive(t, client) != 1 {
			t.Errorf("5 and 2 is %d, %v", sum, err)
		}
		if drop {
			if err := counter.Drop(ctx); err != nil {
				t.Error(err)
			}
		}
		s.Close()
		s.Close()
		if _, err := counter.Add(ctx, 1); !errors.Is(err, plugin.ErrSessionEnded) {
			t.Errorf("a counter of a session that is closed says %v", err)
		}
		if err := counter.Drop(ctx); !errors.Is(err, plugin.ErrSessionEnded) {
			t.Errorf("a counter of a session that is closed is dropped: %v", err)
		}
		if _, err := relay.Bind(s); !errors.Is(err, plugin.ErrSessionEnded) {
			t.Errorf("a session that is closed is bound: %v", err)
		}
		s, client = openSession(t, p)
		if n := alive(t, client); n != 0 {
			t.Errorf("the next session finds %d counters", n)
		}
		s.Close()
		if again := p.Stats().Made - made; drop && again != 0 || !drop && again != 1 {
			t.Errorf("all dropped is %v, and %d instances were made", drop, again)
		}
	}
}

// TestClientOfPoolHasNoHandles calls what needs one instance by a client of many.
func TestClientOfPoolHasNoHandles(t *testing.T) {
	ctx := t.Context()
	client, err := relay.Bind(loadKinds(t, plugin.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if point, err := client.Echo.EchoPoint(ctx, types.Point{X: 1}); err != nil || point.X != 1 {
		t.Errorf("got %v, %v", point, err)
	}
	if _, err := client.Counters.Alive(ctx); err != nil {
		t.Error(err)
	}
	if _, err := client.Counters.NewCounter(ctx, 5); !errors.Is(err, component.ErrHandles) {
		t.Errorf("a constructor: %v", err)
	}
	if _, err := client.Counters.CounterSum(ctx, []*exported.Counter{}); !errors.Is(err, component.ErrHandles) {
		t.Errorf("a list of none: %v", err)
	}
	if err := client.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := client.Counters.Alive(ctx); err != nil {
		t.Errorf("after the client was closed, which owns nothing: %v", err)
	}
}

// A counter is one of the host.
type counter int32

func (c counter) Add(_ context.Context, n int32) (int32, error) { return int32(c) + n, nil }
func (c counter) Value(context.Context) (int32, error)          { return int32(c), nil }
func (c counter) Drop(context.Context) error                    { return nil }

// A counting host has counters, and otherwise what another client has.
type counting struct{ counters.Imports }

func (counting) NewCounter(_ context.Context, start int32) (counters.Counter, error) {
	return counter(start), nil
}

func (counting) Alive(context.Context) (uint32, error) { return 17, nil }

// TestResourcesOfTheHost has the instances of a pool ask for resources of the host,
// beside one another and over a swap.
func TestResourcesOfTheHost(t *testing.T) {
	mirror, err := relay.Bind(loadKinds(t, plugin.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	imports := relay.Imports{Echo: mirror.Echo, Counters: counting{}}
	binary := kinds(t, "relay-wat")
	p := loadBinary(t, binary, plugin.Options{Imports: imports.Define, Pool: plugin.Pool{Size: 2}})
	client, err := relay.Bind(p)
	if err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for range 50 {
				if n, err := client.Counters.Alive(t.Context()); err != nil || n != 17 {
					t.Errorf("got %d, %v", n, err)
					return
				}
			}
		})
	}
	callers.Wait()
	for range 2 {
		s, client := openSession(t, p)
		if err := p.Replace(t.Context(), binary); err != nil {
			t.Fatal(err)
		}
		c, err := client.Counters.NewCounter(t.Context(), 5)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := c.Add(t.Context(), 2); err != nil || sum != 7 {
			t.Errorf("5 and 2 is %d, %v", sum, err)
		}
		s.Close()
	}
}

// TestSessionIsOneCall refuses a second call while one runs, and closes when that
// has ended.
func TestSessionIsOneCall(t *testing.T) {
	var s *plugin.Session
	var client *ops.Exports
	var inner error
	p := loadBinary(t, mathBinary(t), plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Imports: calculator.Imports{Ask: answers(func(ctx context.Context, x uint32) (uint32, error) {
			if inner == nil { // it is asked twice
				_, inner = client.Add(ctx, 1, 2)
			}
			s.Close()
			return 2 * x, nil
		})}.Define,
	})
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if client, err = ops.Bind(s); err != nil {
		t.Fatal(err)
	}
	if four, err := client.Quadruple(t.Context(), 1); err != nil || four != 4 || !errors.Is(inner, plugin.ErrSessionBusy) {
		t.Errorf("got %d, %v; the call inside %v", four, err, inner)
	}
	if _, err := client.Add(t.Context(), 1, 2); !errors.Is(err, plugin.ErrSessionEnded) {
		t.Errorf("after it was closed: %v", err)
	}
	mustCall(t, p, "add", "[1, 2]", "3") // by the only instance
	if s := p.Stats(); s.Made != 1 {
		t.Errorf("%+v", s)
	}
}

// TestSessionTraps ends the session with its instance, and nothing else.
func TestSessionTraps(t *testing.T) {
	p := loadBinary(t, mathBinary(t), plugin.Options{Pool: plugin.Pool{Size: 1}, UnmetTraps: true})
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client, err := ops.Bind(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Quadruple(t.Context(), 1); engine.AsTrap(err) == nil {
		t.Errorf("no trap: %v", err)
	}
	if _, err := client.Add(t.Context(), 1, 2); !errors.Is(err, plugin.ErrSessionEnded) {
		t.Errorf("after it: %v", err)
	}
	mustCall(t, p, "add", "[1, 2]", "3")
	if s := p.Stats(); s.Traps != 1 || s.Made != 2 {
		t.Errorf("%+v", s)
	}
}

// TestSessionStays keeps the component of a session while another one is put into
// its place, and the plugin open until the session ends.
func TestSessionStays(t *testing.T) {
	p, err := plugin.New(t.Context(), newHosts(t), kinds(t, "mirror-rust"), plugin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, client := openSession(t, p)
	if err := p.Replace(t.Context(), componentBinary(t, "record")); err != nil {
		t.Fatal(err)
	}
	if n := alive(t, client); n != 0 {
		t.Errorf("%d counters", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the plugin closes: %v", err)
	}
	if n := alive(t, client); n != 0 {
		t.Errorf("%d counters", n)
	}
	s.Close()
	if err := p.Close(t.Context()); err != nil || !p.Closed() {
		t.Error(err)
	}
	if _, err := p.Session(t.Context()); !errors.Is(err, plugin.ErrClosed) {
		t.Errorf("a session of a closed plugin: %v", err)
	}
}
