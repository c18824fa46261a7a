package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

func TestReplace(t *testing.T) {
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{Handler: bus.HandlerFunc(accept), Pool: plugin.Pool{Size: 1}})
	mustCall(t, p, "count", "", "1")
	if err := p.Replace(t.Context(), guestBinary(t, "greet-c.wasm")); err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "greet", `{"name":"Ada"}`, `{"greeting":"Hello, Ada!"}`)
	if err := p.Replace(t.Context(), guestBinary(t, "faults.wasm")); err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "count", "", "1")
	if s := p.Stats(); s.Instances != 1 || s.Made != 3 || s.Calls != 3 {
		t.Errorf("%+v", s)
	}
}

func TestReplaceByBadModuleChangesNothing(t *testing.T) {
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{
		Limits: engine.Limits{Timeout: 200 * time.Millisecond},
		Pool:   plugin.Pool{Size: 1},
	})
	bad := map[string][]byte{
		"text":           []byte("this is no module"),
		"cut short":      guestBinary(t, "greet-c.wasm")[:4000],
		"component":      []byte("\x00asm\x0d\x00\x01\x00"),
		"command":        guestBinary(t, "hello-wasi.wasm"),
		"traps at start": guestBinary(t, "inits-trap.wasm"),
		"never starts":   guestBinary(t, "inits-spin.wasm"),
		"exits at start": guestBinary(t, "exits-three.wasm"),
	}
	mustCall(t, p, "count", "", "1")
	for name, binary := range bad {
		err := p.Replace(t.Context(), binary)
		if err == nil || !strings.HasPrefix(err.Error(), "replace faults.wasm: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	mustCall(t, p, "count", "", "2")
	if s := p.Stats(); s.Instances != 1 || s.Made != 1 {
		t.Errorf("%+v", s)
	}
}

// TestReplaceDuringCall swaps the module while a call of it is in flight.
func TestReplaceDuringCall(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			if inv.Namespace == "faults" {
				close(held)
				<-release
			}
			return bus.Reply{Payload: []byte("from before")}, nil
		}),
	})
	var before sync.WaitGroup
	before.Go(func() { mustCall(t, p, "reenter", "", "from before") })
	<-held
	if err := p.Replace(t.Context(), guestBinary(t, "greet-c.wasm")); err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "greet", `{"name":"Ada"}`, `{"greeting":"Hello, Ada!"}`)
	if s := p.Stats(); s.Instances != 2 || s.InUse != 1 {
		t.Errorf("%+v", s)
	}
	close(release)
	before.Wait()
	if s := p.Stats(); s.Instances != 1 || s.InUse != 0 {
		t.Errorf("%+v", s)
	}
}

// TestReplaceUnderLoad loses no call while modules come and go.
func TestReplaceUnderLoad(t *testing.T) {
	p := load(t, newHosts(t), "greet-c.wasm", plugin.Options{Pool: plugin.Pool{Size: 2}})
	modules := [][]byte{guestBinary(t, "faults.wasm"), guestBinary(t, "greet-c.wasm"), guestBinary(t, "inits.wasm")}
	var calls sync.WaitGroup
	var stop atomic.Bool
	var made atomic.Uint64
	for range 4 {
		calls.Go(func() {
			payload := bytes.Repeat([]byte("x"), 100)
			for !stop.Load() {
				made.Add(1)
				if reply, err := p.Call(context.Background(), "echo", payload); err != nil || !bytes.Equal(reply, payload) {
					t.Errorf("%q, %v", reply, err)
				}
			}
		})
	}
	for n := range 30 {
		if err := p.Replace(t.Context(), modules[n%len(modules)]); err != nil {
			t.Error(err)
		}
	}
	stop.Store(true)
	calls.Wait()
	if s := p.Stats(); s.Calls != made.Load() || s.Instances > 2 || s.InUse != 0 {
		t.Errorf("%d calls made: %+v", made.Load(), s)
	}
}

func TestReplaceObeysContext(t *testing.T) {
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Replace(ctx, guestBinary(t, "inits-spin.wasm")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	mustCall(t, p, "count", "", "1")
}
