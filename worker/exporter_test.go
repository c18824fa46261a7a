package worker_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator/acme/math/ops"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// asked implements acme:host/ask.
type asked func(x uint32) (uint32, error)

func (a asked) Double(_ context.Context, x uint32) (uint32, error) { return a(x) }

// calculating are the options of a component.
func calculating(t testing.TB, answer asked) worker.Options {
	t.Helper()
	binary, err := os.ReadFile("../plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	options := quick(binary)
	options.Plugin.Imports = calculator.Imports{Ask: answer}.Define
	return options
}

func double(x uint32) (uint32, error) { return 2 * x, nil }

// TestClient makes calls of a generated client from many goroutines while the worker
// is reloaded, with and without a handover, and loses none.
func TestClient(t *testing.T) {
	for name, handover := range map[string]worker.Handover{"plain": {}, "handover": {Quiesce: "nothing"}} {
		t.Run(name, func(t *testing.T) {
			options := calculating(t, double)
			if name == "handover" {
				options.Handover, options.Plugin.Pool = handover, plugin.Pool{}
			}
			w, _ := run(t, newLoader(t), options)
			client, err := ops.Bind(w)
			if err != nil {
				t.Fatal(err)
			}
			var callers sync.WaitGroup
			var left, made atomic.Int32
			left.Store(4)
			for range 4 {
				callers.Go(func() {
					defer left.Add(-1)
					for n := range uint32(200) {
						if four, err := client.Quadruple(t.Context(), n); err != nil || four != 4*n {
							t.Errorf("4 times %d is %d, %v", n, four, err)
							return
						}
						made.Add(1)
					}
				})
			}
			reloads := uint64(0)
			for left.Load() > 0 || reloads < 2 {
				before := made.Load()
				if err := w.Reload(t.Context()); err != nil {
					t.Fatal(err)
				}
				reloads++
				// One processor would go from reload to reload.
				until(t, "a call is made", func() bool { return made.Load() > before || left.Load() == 0 })
			}
			callers.Wait()
			if four, err := client.Quadruple(t.Context(), 1); err != nil || four != 4 {
				t.Errorf("got %d, %v", four, err)
			}
			if s := w.Status(); s.Generation != reloads || s.Calls < 801 || s.Errors != 0 {
				t.Errorf("%+v after %d reloads", s, reloads)
			}
		})
	}
}

// TestClientBeforeRun binds a client to a worker that does not run yet.
func TestClientBeforeRun(t *testing.T) {
	options := calculating(t, double)
	options.Policy = worker.Closed
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	client, err := ops.Bind(w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Add(t.Context(), 1, 2); !errors.Is(err, worker.ErrDown) {
		t.Errorf("it does not run: %v", err)
	}
	if _, err := w.Session(t.Context()); !errors.Is(err, worker.ErrDown) {
		t.Errorf("a session: %v", err)
	}
	keep(t, w)
	if sum, err := client.Add(t.Context(), 1, 2); err != nil || sum != 3 {
		t.Errorf("1 and 2 is %d, %v", sum, err)
	}
}

// TestClientIsJudged counts what a client's calls come to, and opens the circuit.
func TestClientIsJudged(t *testing.T) {
	options := calculating(t, func(x uint32) (uint32, error) {
		if x == 7 {
			return 0, errors.New("not seven")
		}
		return 2 * x, nil
	})
	options.Circuit = worker.Circuit{Row: 3}
	w, events := run(t, newLoader(t), options)
	client, err := ops.Bind(w)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := client.Quadruple(t.Context(), 7); engine.AsTrap(err) == nil || !strings.Contains(err.Error(), "w: acme:math/ops@1.0.0#quadruple: ") {
			t.Errorf("got %v", err)
		}
	}
	events.await(t, worker.Failed, 1)
	events.await(t, worker.Loaded, 2)
	if four, err := client.Quadruple(t.Context(), 1); err != nil || four != 4 {
		t.Errorf("the next run: %d, %v", four, err)
	}
}

// TestWorkerSession keeps a version until the session ends.
func TestWorkerSession(t *testing.T) {
	w, events := run(t, newLoader(t), calculating(t, double))
	s, err := w.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, err := ops.Bind(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sum, err := client.Add(t.Context(), 1, 2); err != nil || sum != 3 {
		t.Errorf("1 and 2 is %d, %v", sum, err)
	}
	if n := events.count(worker.Drained); n != 0 {
		t.Error("the old version has ended before its session")
	}
	s.Close()
	events.await(t, worker.Drained, 1)
	if _, err := client.Add(t.Context(), 1, 2); !errors.Is(err, plugin.ErrSessionEnded) {
		t.Errorf("got %v", err)
	}
}
