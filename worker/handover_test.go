package worker_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// stateful are the options of a guest with a state.
func stateful(binary []byte, h worker.Handover) worker.Options {
	options := quick(binary)
	options.Plugin.Pool = plugin.Pool{}
	options.Handover = h
	return options
}

// counted returns what the guest's count is, after one more.
func counted(t testing.TB, w *worker.Worker) int {
	t.Helper()
	reply, err := w.Call(context.Background(), "count", nil)
	if err != nil {
		t.Fatal(err)
	}
	return int(reply[0])
}

func TestHandover(t *testing.T) {
	moves := worker.Handover{Save: "save", Restore: "restore"}
	quiet := worker.Handover{Save: "save", Restore: "restore", Quiesce: "quiesce", Resume: "resume"}
	good := shape{tag: 'b'}
	cases := []struct {
		name     string
		handover worker.Handover
		old, new shape
		step     worker.Step // that fails
		count    int         // after 3 before the swap and one after it
		handed   int
	}{
		{"state moves", moves, shape{tag: 'a'}, good, "", 4, 1},
		{"a guest that cannot save", moves, shape{tag: 'a', without: []string{"save"}}, good, "", 1, 0},
		{"a guest that cannot restore", moves, shape{tag: 'a', without: []string{"restore"}},
			shape{tag: 'b', without: []string{"restore"}}, worker.StepRestore, 4, 0},
		{"quiesce comes first", quiet, shape{tag: 'a'}, good, "", 204, 1},
		{"quiesce is not offered", quiet, shape{tag: 'a', without: []string{"quiesce"}}, good, "", 4, 1},
		{"a swap that fails resumes", quiet, shape{tag: 'a'}, shape{tag: 'b', traps: true}, worker.StepInitialize, 4, 0},
		{"restore fails after quiesce", quiet, shape{tag: 'a', without: []string{"restore"}},
			shape{tag: 'b', without: []string{"restore"}}, worker.StepRestore, 4, 0},
		{"save traps", worker.Handover{Save: "trap"}, shape{tag: 'a'}, good, worker.StepSave, 1, 0}, // a trap ends the instance
		{"quiesce traps", worker.Handover{Quiesce: "trap"}, shape{tag: 'a'}, good, worker.StepQuiesce, 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, events := run(t, newLoader(t), stateful(guest(c.old), c.handover))
			for range 3 {
				counted(t, w)
			}
			err := w.Swap(t.Context(), guest(c.new))
			var refused *worker.SwapError
			if errors.As(err, &refused); err != nil && refused.Step != c.step || (err == nil) != (c.step == "") {
				t.Fatalf("swap: %v", err)
			}
			expect(t, "count", counted(t, w), c.count)
			want := "b"
			if c.step != "" {
				want = "a"
			}
			expect(t, "version", tag(t, w), want)
			expect(t, "handed", events.count(worker.Handed), c.handed)
			if s := w.Status(); s.State != worker.Up || s.Restarts != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestHandoverUnderLoad counts in one guest after the other; no call is lost and
// none is counted twice.
func TestHandoverUnderLoad(t *testing.T) {
	options := stateful(guest(shape{tag: 'a'}), worker.Handover{Save: "save", Restore: "restore", Quiesce: "save"})
	options.Policy = worker.Closed // which is not for this
	w, _ := run(t, newLoader(t), options)
	var calls atomic.Int64
	var stop atomic.Bool
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for !stop.Load() {
				if _, err := w.Call(context.Background(), "count", nil); err != nil {
					t.Error(err)
				}
				calls.Add(1)
			}
		})
	}
	for n := range 20 {
		if err := w.Swap(t.Context(), guest(shape{tag: byte('b' + n), traps: n%5 == 4})); (err != nil) != (n%5 == 4) {
			t.Errorf("swap %d: %v", n, err)
		}
	}
	stop.Store(true)
	callers.Wait()
	if got, want := counted(t, w), int(calls.Load()+1)&0xff; got != want {
		t.Errorf("counted %d, want %d", got, want)
	}
	if s := w.Status(); s.Errors != 0 || s.Generation != 16 {
		t.Errorf("%+v", s)
	}
}

// TestHandoverGivesUp does not wait for a call for ever.
func TestHandoverGivesUp(t *testing.T) {
	options := stateful(guest(shape{tag: 'a'}), worker.Handover{Save: "save"})
	options.Drain = 20 * time.Millisecond
	w, _ := run(t, newLoader(t), options)
	ctx, cancel := context.WithCancel(t.Context())
	var call sync.WaitGroup
	call.Go(func() { _, _ = w.Call(ctx, "spin", payload(0)) })
	until(t, "the call runs", func() bool { return w.Status().Plugin.InUse == 1 })
	err := w.Swap(t.Context(), guest(shape{tag: 'b'}))
	var refused *worker.SwapError
	if !errors.As(err, &refused) || refused.Step != worker.StepDrain || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	cancel()
	call.Wait()
	expect(t, "version", tag(t, w), "a")
}
