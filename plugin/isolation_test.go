package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wasi"
)

// The payloads of testdata/stains.wasm.
var (
	tell       = []byte(nil)
	change     = []byte("1")
	changeTrap = []byte("22")
)

// loadStains loads testdata/stains.wasm. Its host calls are answered if they
// have an operation, and refused if not.
func loadStains(t *testing.T, pool plugin.Pool) *plugin.Plugin {
	t.Helper()
	binary, err := os.ReadFile("testdata/stains.wasm")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plugin.New(t.Context(), newHosts(t), binary, plugin.Options{
		Name: "stains", Pool: pool,
		WASI: wasi.Config{Preopens: []wasi.Preopen{filesOf(t)}},
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			if inv.Operation == "" {
				return bus.Reply{}, errors.New("refused")
			}
			return bus.Reply{Payload: []byte("answered")}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNothingIsLeftToTheNext has an instance change whatever there is to change
// of it: memory, table, globals, segments, its stack, descriptors, what the
// contract keeps. The one that follows it, in the same memory of the same pool,
// finds all as the first one did.
func TestNothingIsLeftToTheNext(t *testing.T) {
	for name, test := range map[string]struct {
		pool   plugin.Pool
		change []byte
	}{
		"retired":   {plugin.Pool{Size: 1, MaxCalls: 2}, change},
		"by memory": {plugin.Pool{Size: 1, MaxMemory: 1 << 20}, change},
		"trapped":   {plugin.Pool{Size: 1}, changeTrap},
	} {
		t.Run(name, func(t *testing.T) {
			p := loadStains(t, test.pool)
			defer p.Close(t.Context())
			var first []byte
			for n := range 50 {
				found, err := p.Call(t.Context(), "", tell)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					first = found
				}
				if !bytes.Equal(found, first) {
					t.Fatalf("instance %d found\n%x, the first one\n%x", n, found, first)
				}
				if _, err := p.Call(t.Context(), "", test.change); (engine.AsTrap(err) != nil) != (len(test.change) == 2) {
					t.Fatal(err)
				}
			}
			if made := p.Stats().Made; made < 50 {
				t.Errorf("%d instances were made", made)
			}
		})
	}
}

// TestStainsAreSeen sees that the guest of these tests would tell: a second call
// of the same instance finds what the first one changed.
func TestStainsAreSeen(t *testing.T) {
	p := loadStains(t, plugin.Pool{Size: 1})
	defer p.Close(t.Context())
	first, err := p.Call(t.Context(), "", tell)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call(t.Context(), "", change); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call(t.Context(), "", tell); engine.AsTrap(err) == nil {
		t.Errorf("the segments are there again: %v", err)
	}
	if !bytes.Contains(first, []byte("word")) {
		t.Errorf("told %x", first)
	}
}

// TestTrapsStayWhereTheyAre has some instances of a module trap, overflow their
// stack, fill their memory and make a handler panic, in every call, while others
// of the same module work: none of those notices.
func TestTrapsStayWhereTheyAre(t *testing.T) {
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{
		Pool:   plugin.Pool{Size: 6},
		Limits: engine.Limits{MemoryBytes: 1 << 20},
		Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
			panic("the handler's own fault")
		}),
	})
	bad := map[string]engine.TrapKind{
		"unreachable": engine.Unreachable, "oob_store": engine.MemoryBounds, "div0": engine.DivisionByZero,
		"nullcall": engine.TableBounds, "recurse": engine.StackOverflow, "reenter": engine.HostFault,
	}
	rounds := often(30)
	var working sync.WaitGroup
	for k := range 3 {
		working.Go(func() {
			payload := bytes.Repeat([]byte{byte('a' + k)}, 10_000)
			for range 10 * rounds {
				if reply, err := p.Call(context.Background(), "echo", payload); err != nil || !bytes.Equal(reply, payload) {
					t.Errorf("a call that does no harm: %d bytes, %v", len(reply), err)
					return
				}
			}
		})
		working.Go(func() {
			for range rounds {
				for operation, kind := range bad {
					_, err := p.Call(context.Background(), operation, []byte("x"))
					if trap := engine.AsTrap(err); trap == nil || trap.Kind != kind {
						t.Errorf("%s: %v", operation, err)
					}
				}
				if reply, err := p.Call(context.Background(), "grow", nil); err != nil || string(reply) != "16" {
					t.Errorf("grow: %s pages, %v", reply, err)
				}
			}
		})
	}
	working.Wait()
	if traps, want := p.Stats().Traps, uint64(3*rounds*len(bad)); traps != want {
		t.Errorf("%d traps, want %d", traps, want)
	}
}

// TestPanicIsOfOneCall has a handler panic in one of two calls that are under
// way at once, and not in the other.
func TestPanicIsOfOneCall(t *testing.T) {
	meet := make(chan bool)
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{
		Pool: plugin.Pool{Size: 2},
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			if string(inv.Payload) == "bad" {
				meet <- true // the other is in its handler too
				panic(errors.New("a bug"))
			}
			<-meet
			return bus.Reply{Payload: []byte("good")}, nil
		}),
	})
	bad := make(chan error, 1)
	go func() {
		_, err := p.Call(context.Background(), "reenter", []byte("bad"))
		bad <- err
	}()
	if reply, err := p.Call(t.Context(), "reenter", []byte("fine")); err != nil || string(reply) != "good" {
		t.Errorf("%q, %v", reply, err)
	}
	err := <-bad
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.HostFault || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("got %v", err)
	}
}

// TestFullMemoryHurtsNobody has a guest grow until it may not: it gets -1 and
// goes on, other plugins of the host have what is theirs, and what it had is
// given back with its instance.
func TestFullMemoryHurtsNobody(t *testing.T) {
	hosts := newHosts(t)
	greedy := load(t, hosts, "faults.wasm", plugin.Options{Pool: plugin.Pool{Size: 1, MaxMemory: 4 << 20}, Limits: engine.Limits{MemoryBytes: 32 << 20}})
	other := load(t, hosts, "faults.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	before := hosts.Used().Memory
	for range 20 {
		mustCall(t, greedy, "grow", "", "512")
		mustCall(t, other, "echo", "well", "well")
	}
	mustCall(t, greedy, "echo", "", "") // it has an instance again
	if after := hosts.Used().Memory; after > before {
		t.Errorf("%d bytes of linear memory are in use, %d before", after, before)
	}
}
