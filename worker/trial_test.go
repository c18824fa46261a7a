package worker_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/worker"
)

func TestTrial(t *testing.T) {
	for _, operation := range []string{"trap", "refuse"} {
		t.Run(operation, func(t *testing.T) {
			w, events := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
			if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
				t.Fatal(err)
			}
			if s := w.Status(); !s.OnTrial || s.Old != 1 {
				t.Errorf("%+v", s)
			}
			for range 4 {
				_, _ = w.Call(t.Context(), operation, nil)
			}
			expect(t, "version", tag(t, w), "b")
			_, err := w.Call(t.Context(), operation, nil)
			if err == nil || errors.Is(err, worker.ErrTrial) {
				t.Errorf("the caller got %v", err)
			}
			expect(t, "version", tag(t, w), "a")
			e := events.await(t, worker.RolledBack, 1)
			if !errors.Is(e.Err, worker.ErrTrial) || !strings.Contains(e.Err.Error(), "5 of 6") || e.Generation != 2 {
				t.Errorf("%+v", e)
			}
			events.await(t, worker.Drained, 1)
			if s := w.Status(); s.OnTrial || s.Old != 0 || s.Errors != 5 || s.Restarts != 0 || s.Generation != 2 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestTrialEnds(t *testing.T) {
	fail := func(t *testing.T, w *worker.Worker) {
		t.Helper()
		for range 9 {
			if _, err := w.Call(t.Context(), "refuse", nil); err == nil {
				t.Error("no error")
			}
		}
	}
	cases := map[string]struct {
		trial worker.Trial
		swap  func(t *testing.T, w *worker.Worker, events *log)
	}{
		"off":      {worker.Trial{Off: true}, nil},
		"by calls": {worker.Trial{Calls: 1}, nil},
		"by time": {worker.Trial{Time: time.Millisecond}, func(t *testing.T, _ *worker.Worker, events *log) {
			events.await(t, worker.Drained, 1)
		}},
		"by few errors": {worker.Trial{Rate: 0.5}, func(t *testing.T, w *worker.Worker, _ *log) {
			for range 10 {
				expect(t, "version", tag(t, w), "b")
			}
		}},
		"by a reload of the same": {worker.Trial{Off: false}, func(t *testing.T, w *worker.Worker, _ *log) {
			if err := w.Swap(t.Context(), guest(shape{tag: 'a'})); err != nil {
				t.Error(err)
			}
			if err := w.Reload(t.Context()); err != nil {
				t.Error(err)
			}
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			options := quick(guest(shape{tag: 'a'}))
			options.Trial = c.trial
			w, events := run(t, newLoader(t), options)
			if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
				t.Fatal(err)
			}
			if c.swap != nil {
				c.swap(t, w, events)
			}
			fail(t, w)
			if s := w.Status(); events.count(worker.RolledBack) != 0 || s.Errors != 9 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestTrialOfNoTime swaps to versions whose trial ends as soon as it begins. None
// stays on trial without the version before.
func TestTrialOfNoTime(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Trial.Time = 1
	w, events := run(t, newLoader(t), options)
	for n := range 100 {
		if err := w.Swap(t.Context(), guest(shape{tag: byte('b' + n%2)})); err != nil {
			t.Fatal(err)
		}
		events.await(t, worker.Drained, n+1)
		if s := w.Status(); s.OnTrial {
			t.Fatalf("swap %d: %+v", n, s)
		}
	}
}

// TestTrialOfDeadline rolls back a version that does not end.
func TestTrialOfDeadline(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Plugin.Limits.Timeout = 200 * time.Millisecond
	w, events := run(t, newLoader(t), options)
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_, err := w.Call(context.Background(), "spin", payload(0))
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Deadline {
			t.Fatal(err)
		}
	}
	events.await(t, worker.RolledBack, 1)
	expect(t, "version", tag(t, w), "a")
}

// TestEventsAreOrdered swaps to versions that fail at once, while callers have
// them rolled back. What came into use is told in that order.
func TestEventsAreOrdered(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Trial.Least = 1
	w, events := run(t, newLoader(t), options)
	var stop atomic.Bool
	var callers sync.WaitGroup
	for range 3 {
		callers.Go(func() {
			for !stop.Load() {
				_, _ = w.Call(context.Background(), "refuse", nil)
			}
		})
	}
	for n := range 50 {
		if err := w.Swap(t.Context(), guest(shape{tag: byte('b' + n)})); err != nil {
			t.Error(err)
		}
		events.await(t, worker.RolledBack, n+1)
	}
	stop.Store(true)
	callers.Wait()
	events.mu.Lock()
	defer events.mu.Unlock()
	generation := uint64(0)
	for _, e := range events.events {
		if e.Kind != worker.Swapped && e.Kind != worker.RolledBack {
			continue
		}
		if generation++; e.Generation != generation {
			t.Fatalf("%v is of generation %d, want %d", e, e.Generation, generation)
		}
	}
	expect(t, "generation", w.Status().Generation, 100)
}
