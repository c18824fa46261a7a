package worker_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// TestTrapIsNoFailure has a guest trap in one of a hundred calls, at random. Each
// trap reaches its caller, and the supervisor never hears of it.
func TestTrapIsNoFailure(t *testing.T) {
	w, events := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
	var traps atomic.Uint64
	var callers sync.WaitGroup
	for n := range 4 {
		callers.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(n)))
			for range 2500 {
				number := random.Uint32()
				reply, err := w.Call(context.Background(), "maybe", payload(number))
				if number%100 == 0 {
					traps.Add(1)
					if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Unreachable {
						t.Errorf("maybe(%d) = %x, %v", number, reply, err)
					}
				} else if err != nil || string(reply) != string(payload(number)) {
					t.Errorf("maybe(%d) = %x, %v", number, reply, err)
				}
			}
		})
	}
	callers.Wait()
	s := w.Status()
	if s.Calls != 10_000 || s.Traps != traps.Load() || s.Errors != traps.Load() || s.Restarts != 0 || s.Traps < 50 {
		t.Errorf("%d traps: %+v", traps.Load(), s)
	}
	events.mu.Lock()
	defer events.mu.Unlock()
	if len(events.events) != 1 {
		t.Errorf("events: %v", events.events)
	}
}

// idle runs a worker whose run ends when it fails, and is begun again by again.
func idle(t *testing.T, options worker.Options) (w *worker.Worker, ended <-chan error, again func()) {
	t.Helper()
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error)
	var runs sync.WaitGroup
	again = func() {
		up := make(chan struct{})
		runs.Go(func() {
			err := w.Run(ctx, func() { close(up) })
			select {
			case end <- err:
			case <-ctx.Done():
			}
		})
		select {
		case <-up:
		case err := <-end:
			t.Fatal(err)
		}
	}
	again()
	t.Cleanup(func() { cancel(); runs.Wait() })
	return w, end, again
}

func trapTimes(t *testing.T, w *worker.Worker, n int) {
	t.Helper()
	for range n {
		if _, err := w.Call(t.Context(), "trap", nil); engine.AsTrap(err) == nil {
			t.Fatalf("no trap but %v", err)
		}
	}
}

func TestCircuitOfTrapsInARow(t *testing.T) {
	w, ended, again := idle(t, quick(guest(shape{tag: 'a'})))
	trapTimes(t, w, 9)
	expect(t, "version", tag(t, w), "a") // ends the row
	trapTimes(t, w, 10)
	err := <-ended
	if !errors.Is(err, worker.ErrCircuit) || engine.AsTrap(err) == nil || !strings.Contains(err.Error(), "10 traps in a row") {
		t.Errorf("got %v", err)
	}
	if s := w.Status(); s.State != worker.Down || s.Err == nil || s.Digest != "" {
		t.Errorf("%+v", s)
	}
	again()
	if s := w.Status(); s.State != worker.Up || s.Restarts != 1 || s.Generation != 1 || s.Traps != 19 {
		t.Errorf("%+v", s)
	}
	expect(t, "version", tag(t, w), "a")
}

func TestCircuitOfRate(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit = worker.Circuit{Row: -1, Rate: 0.5, Least: 20, Window: time.Hour}
	w, ended, _ := idle(t, options)
	for range 10 {
		trapTimes(t, w, 1)
		expect(t, "version", tag(t, w), "a")
	}
	select {
	case err := <-ended: // 10 of 20, but what counts is looked at when a call traps
		t.Fatal(err)
	default:
	}
	trapTimes(t, w, 1)
	if err := <-ended; !errors.Is(err, worker.ErrCircuit) || !strings.Contains(err.Error(), "11 of 21 calls trapped") {
		t.Errorf("got %v", err)
	}
}

// TestCallersDeadline is not the guest's fault.
func TestCallersDeadline(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit = worker.Circuit{Row: 1}
	w, _ := run(t, newLoader(t), options)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.Call(ctx, "spin", payload(0)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if s := w.Status(); s.Errors != 0 || s.Restarts != 0 || s.State != worker.Up {
		t.Errorf("%+v", s)
	}
}

// TestOwnDeadline is.
func TestOwnDeadline(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit = worker.Circuit{Row: 1}
	options.Plugin.Limits.Timeout = 20 * time.Millisecond
	w, ended, _ := idle(t, options)
	if _, err := w.Call(t.Context(), "spin", payload(0)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := <-ended; !errors.Is(err, worker.ErrCircuit) {
		t.Errorf("got %v", err)
	}
}

// TestOverload has more calls than can be served in their time. They are told so,
// and the worker goes on.
func TestOverload(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Plugin.Pool.Size = 1
	options.Plugin.Limits.Timeout = time.Second
	w, _ := run(t, newLoader(t), options)
	var calls sync.WaitGroup
	for range 60 { // each takes all the time that it has, so that little is left for the next
		time.Sleep(5 * time.Millisecond)
		calls.Go(func() {
			if _, err := w.Call(context.Background(), "spin", payload(0)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
	calls.Wait()
	expect(t, "restarts", w.Status().Restarts, 0)
	expect(t, "state", w.Status().State, worker.Up)
}

func TestPolicies(t *testing.T) {
	for policy, want := range map[worker.Policy]error{worker.Closed: worker.ErrDown, worker.Open: worker.ErrSkipped} {
		t.Run(policy.String(), func(t *testing.T) {
			options := quick(guest(shape{tag: 'a'}))
			options.Policy = policy
			options.Circuit.Row = 1
			w, ended, again := idle(t, options)
			trapTimes(t, w, 1)
			reply, err := w.CallAppend(t.Context(), []byte("kept"), "version", nil)
			if !errors.Is(err, want) || engine.AsTrap(err) == nil || string(reply) != "kept" {
				t.Errorf("%s, %v", reply, err)
			}
			<-ended
			again()
			expect(t, "version", tag(t, w), "a")
		})
	}
}

// TestReloadPolicy has calls wait while the worker is down, within their
// deadlines.
func TestReloadPolicy(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit.Row = 1
	w, ended, again := idle(t, options)
	trapTimes(t, w, 1)
	<-ended
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.Call(ctx, "version", nil); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, worker.ErrDown) ||
		!errors.Is(err, worker.ErrCircuit) {
		t.Errorf("got %v", err)
	}
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() { expect(t, "version", tag(t, w), "a") })
	}
	again()
	callers.Wait()
}

// TestReloadPolicyHasALimit waits no longer than a call may last.
func TestReloadPolicyHasALimit(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit.Row = 1
	options.Plugin.Limits.Timeout = 200 * time.Millisecond
	w, ended, _ := idle(t, options)
	trapTimes(t, w, 1)
	<-ended
	if _, err := w.Call(context.Background(), "version", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestSupervised breaks a guest for good again and again while callers call: they
// meet traps, or wait, and the supervisor brings the worker back.
func TestSupervised(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Circuit.Row = 3
	w, events := run(t, newLoader(t), options)
	for n := 1; n <= 5; n++ {
		for range 3 {
			_, _ = w.Call(t.Context(), "trap", nil)
		}
		events.await(t, worker.Failed, n)
		expect(t, "version", tag(t, w), "a")
	}
	if s := w.Status(); s.Restarts != 5 || s.Generation != 5 {
		t.Errorf("%+v", s)
	}
}

// TestNoInstance fails the worker whose plugin can make no instance. The call
// that found that out never began, so it waits for the next plugin.
func TestNoInstance(t *testing.T) {
	options := quick(example(t, "inits.wasm"))
	var broken atomic.Bool
	options.Plugin.Pool = plugin.Pool{Size: 1, MaxCalls: 1} // each call needs a new instance
	options.Plugin.Handler = bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		if broken.Load() {
			panic("the host is broken") // traps the initializer
		}
		return bus.Reply{}, nil
	})
	w, ended, again := idle(t, options)
	for range 2 {
		if _, err := w.Call(t.Context(), "order", nil); err != nil {
			t.Fatal(err)
		}
	}
	broken.Store(true)
	var call sync.WaitGroup
	call.Go(func() {
		if _, err := w.Call(context.Background(), "order", nil); err != nil {
			t.Error(err)
		}
	})
	err := <-ended
	var instance *plugin.InstanceError
	if !errors.As(err, &instance) || engine.AsTrap(err) == nil {
		t.Errorf("got %v", err)
	}
	broken.Store(false)
	again()
	call.Wait()
}

// TestNoBudget is no failure of the worker: its caller is told, and later may do.
func TestNoBudget(t *testing.T) {
	ctx := context.Background()
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = eng.Close(ctx) })
	hosts, err := plugin.NewHostsWith(ctx, eng, plugin.Budget{Instances: 1})
	if err != nil {
		t.Fatal(err)
	}
	w, _ := run(t, worker.From(hosts), quick(guest(shape{tag: 'a'})))
	spinning, stop := context.WithCancel(ctx)
	var call sync.WaitGroup
	call.Go(func() { _, _ = w.Call(spinning, "spin", payload(0)) })
	until(t, "the call runs", func() bool { return w.Status().Plugin.InUse == 1 })
	if _, err := w.Call(ctx, "version", nil); !errors.Is(err, plugin.ErrOverloaded) {
		t.Errorf("got %v", err)
	}
	expect(t, "state", w.Status().State, worker.Up)
	stop()
	call.Wait()
	expect(t, "version", tag(t, w), "a")
}

func TestIdle(t *testing.T) {
	w, err := worker.New(newLoader(t), quick(guest(shape{tag: 'a'})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Call(t.Context(), "version", nil); !errors.Is(err, worker.ErrDown) {
		t.Errorf("call: %v", err)
	}
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); !errors.Is(err, worker.ErrDown) {
		t.Errorf("swap: %v", err)
	}
	if err := w.Drain(t.Context()); !errors.Is(err, worker.ErrDown) {
		t.Errorf("drain: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := w.Run(ctx, func() {
		if err := w.Run(ctx, nil); !errors.Is(err, worker.ErrRunning) {
			t.Errorf("run: %v", err)
		}
		cancel()
	}); err != nil {
		t.Error(err)
	}
	expect(t, "state", w.Status().State, worker.Idle)
}

func TestOptions(t *testing.T) {
	if _, err := worker.New(newLoader(t), worker.Options{}); !errors.Is(err, worker.ErrNoGuest) {
		t.Errorf("got %v", err)
	}
	options := quick(guest(shape{}))
	options.Handover.Save = "save"
	if _, err := worker.New(newLoader(t), options); !errors.Is(err, worker.ErrHandoverPool) {
		t.Errorf("got %v", err)
	}
}

// TestDrainedIsGone: who is told that a version has ended does not find it in the
// status any more, nor do its calls get lost between the two.
func TestDrainedIsGone(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Trial.Off = true
	var w *worker.Worker
	told := make(chan worker.Status, 1)
	options.Events = func(e worker.Event) {
		if e.Kind == worker.Drained && len(told) == 0 {
			told <- w.Status()
		}
	}
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, w)
	expect(t, "version", tag(t, w), "a")
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	if s := <-told; s.Old != 0 || s.Calls != 1 {
		t.Errorf("%+v", s)
	}
}

func TestDrain(t *testing.T) {
	w, events := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
	var call sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	call.Go(func() {
		if _, err := w.Call(ctx, "spin", payload(0)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	until(t, "the call runs", func() bool { return w.Status().Plugin.InUse == 1 })
	short, done := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer done()
	if err := w.Drain(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("drain: %v", err)
	}
	if _, err := w.Call(t.Context(), "version", nil); !errors.Is(err, worker.ErrDrained) {
		t.Errorf("call: %v", err)
	}
	cancel()
	call.Wait()
	if err := w.Drain(t.Context()); err != nil {
		t.Errorf("drain: %v", err)
	}
	events.await(t, worker.Drained, 1)
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); !errors.Is(err, worker.ErrDown) {
		t.Errorf("swap: %v", err)
	}
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "version", tag(t, w), "a")
}

// TestLingers swaps away from a version whose call outlasts Options.Drain. The
// call ends as it would have.
func TestLingers(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Drain = 10 * time.Millisecond
	options.Trial.Off = true
	w, events := run(t, newLoader(t), options)
	ctx, cancel := context.WithCancel(t.Context())
	var call sync.WaitGroup
	call.Go(func() { _, _ = w.Call(ctx, "spin", payload(0)) })
	until(t, "the call runs", func() bool { return w.Status().Plugin.InUse == 1 })
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	if e := events.await(t, worker.Lingers, 1); !errors.Is(e.Err, context.DeadlineExceeded) {
		t.Errorf("%v", e)
	}
	expect(t, "version", tag(t, w), "b")
	cancel()
	call.Wait()
}
