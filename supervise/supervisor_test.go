package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/supervise"
)

// TestNesting has a supervisor give up, and the one above it start it anew with
// the children that it had in the beginning.
func TestNesting(t *testing.T) {
	inner := &supervise.Supervisor{Name: "inner", Children: children{
		child("a", life{run: 1 * s, err: errBroke}, life{run: 1 * s, err: errBroke}), child("b", life{linger: 7 * s}),
	}}
	outer := &supervise.Supervisor{Name: "outer", Children: children{child("first"), inner.Child(), child("last")}}
	inner.Events = func(e supervise.Event) { outer.Events(e) }
	scenario{
		supervisor: outer,
		stop:       20 * s,
		history: `
			0s outer: first: started
			0s inner: a: started
			0s inner: b: started
			0s outer: inner: started
			0s outer: last: started
			1s inner: a: exited: broke
			1s inner: a: restarting: broke
			1s inner: a: started
			2s inner: a: exited: broke
			2s inner: a: gave up: broke
			7s inner: b: killed
			8s inner: b: abandoned
			8s inner: finished: inner: a: restart intensity reached (1 within 5s): broke
			8s outer: inner: exited: inner: a: restart intensity reached (1 within 5s): broke
			8s outer: inner: restarting: inner: a: restart intensity reached (1 within 5s): broke
			8s inner: a: started
			8s inner: b: started
			8s outer: inner: started
			20s outer: last: stopped
			20s inner: b: stopped
			20s inner: a: stopped
			20s inner: finished
			20s outer: inner: stopped
			20s outer: first: stopped
			20s outer: finished`,
	}.play(t)
}

// run runs s in a bubble while f uses it; the bubble fails if anything is left.
func run(t *testing.T, s *supervise.Supervisor, f func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- s.Run(ctx, nil) }()
		synctest.Wait()
		f(t, ctx)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		time.Sleep(24 * time.Hour)
	})
}

func which(t *testing.T, s *supervise.Supervisor) string {
	t.Helper()
	infos, err := s.WhichChildren(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, i := range infos {
		text += fmt.Sprintf("%s %v %v %d %v; ", i.Name, i.State, i.Restart, i.Restarts, i.Err)
	}
	return text
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestDynamicChildren(t *testing.T) {
	sup := &supervise.Supervisor{Name: "top", Intensity: 9, Backoff: supervise.Backoff{Initial: 1 * s, Jitter: -1},
		Children: children{child("a")}}
	h := (*history)(nil)
	sup.Events = func(e supervise.Event) {
		if h == nil {
			h = newHistory()
		}
		h.add(e)
	}
	run(t, sup, func(t *testing.T, ctx context.Context) {
		try := func(what string, err error, want string) {
			t.Helper()
			expect(t, what, fmt.Sprint(err), want)
		}
		try("start", sup.StartChild(ctx, child("b", life{start: 1 * s})), "<nil>")
		try("start again", sup.StartChild(ctx, child("b")), "top: b: a child of that name exists")
		try("start broken", sup.StartChild(ctx, child("c", life{noStart: true, err: errBroke})), "top: c: broke")
		try("start nothing", sup.StartChild(ctx, supervise.Child{Name: "d"}), "top: d: a child needs a name and a function to run")
		try("restart running", sup.RestartChild(ctx, "a"), "top: a: is running")
		try("delete running", sup.DeleteChild(ctx, "a"), "top: a: is running")
		try("terminate", sup.TerminateChild(ctx, "a"), "<nil>")
		try("terminate again", sup.TerminateChild(ctx, "a"), "<nil>")
		expect(t, "which", which(t, sup), "a ended permanent 0 <nil>; b running permanent 0 <nil>; ")
		try("restart", sup.RestartChild(ctx, "a"), "<nil>")
		expect(t, "which", which(t, sup), "a running permanent 1 <nil>; b running permanent 0 <nil>; ")
		try("terminate", sup.TerminateChild(ctx, "a"), "<nil>")
		try("delete", sup.DeleteChild(ctx, "a"), "<nil>")
		try("delete again", sup.DeleteChild(ctx, "a"), "top: a: no child of that name")
		try("restart missing", sup.RestartChild(ctx, "a"), "top: a: no child of that name")
		try("terminate missing", sup.TerminateChild(ctx, "a"), "top: a: no child of that name")
		once := restart(child("once"), supervise.Temporary)
		try("start temporary", sup.StartChild(ctx, once), "<nil>")
		try("terminate temporary", sup.TerminateChild(ctx, "once"), "<nil>")
		brief := restart(child("once", life{run: 1 * ms}, life{run: 1 * ms}), supervise.Temporary)
		try("start temporary", sup.StartChild(ctx, brief), "<nil>")
		time.Sleep(10 * ms)
		try("start temporary once more", sup.StartChild(ctx, brief), "<nil>")
		time.Sleep(10 * ms)
		try("start waiting", sup.StartChild(ctx, child("w", life{run: 1 * s, err: errBroke})), "<nil>")
		time.Sleep(1500 * ms)
		try("restart waiting", sup.RestartChild(ctx, "w"), "top: w: waits to be restarted")
		try("delete waiting", sup.DeleteChild(ctx, "w"), "top: w: waits to be restarted")
		expect(t, "which", which(t, sup), "b running permanent 0 <nil>; w waiting permanent 0 broke; ")
		try("terminate waiting", sup.TerminateChild(ctx, "w"), "<nil>")
		time.Sleep(5 * s)
		expect(t, "which", which(t, sup), "b running permanent 0 <nil>; w ended permanent 0 broke; ")
	})
	h.check(t, `
		0s top: a: started
		1s top: b: started
		1s top: c: start failed: broke
		1s top: a: stopped
		1s top: a: started
		1s top: a: stopped
		1s top: once: started
		1s top: once: stopped
		1s top: once: started
		1.001s top: once: exited
		1.01s top: once: started
		1.011s top: once: exited
		1.02s top: w: started
		2.02s top: w: exited: broke
		2.02s top: w: restarting after 1s: broke
		7.52s top: b: stopped
		7.52s top: finished`)
}

// TestAskingIsBounded gives up on a supervisor that is busy. What was asked for
// is done all the same.
func TestAskingIsBounded(t *testing.T) {
	sup := &supervise.Supervisor{}
	run(t, sup, func(t *testing.T, ctx context.Context) {
		short, cancel := context.WithTimeout(ctx, 1*s)
		defer cancel()
		if err := sup.StartChild(short, child("slow", life{start: 3 * s})); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if _, err := sup.WhichChildren(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		expect(t, "which", which(t, sup), "slow running permanent 0 <nil>; ")
	})
}

func TestRunTwice(t *testing.T) {
	sup := &supervise.Supervisor{Name: "top"}
	run(t, sup, func(t *testing.T, ctx context.Context) {
		if err := sup.Run(ctx, nil); !errors.Is(err, supervise.ErrRunning) {
			t.Errorf("got %v", err)
		}
	})
	run(t, sup, func(*testing.T, context.Context) {})
	err := sup.StartChild(context.Background(), child("a"))
	var typed *supervise.Error
	if !errors.Is(err, supervise.ErrNotRunning) || !errors.As(err, &typed) || typed.Supervisor != "top" || typed.Child != "a" {
		t.Errorf("got %#v", err)
	}
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := (&supervise.Supervisor{}).Run(ctx, nil); err != nil {
		t.Error(err)
	}
}

// TestFailuresOfEachKind looks at what the supervisor returns of them.
func TestFailuresOfEachKind(t *testing.T) {
	fail := func(end func() error) error {
		return (&supervise.Supervisor{Name: "top", Intensity: -1, Children: children{{
			Name: "a", Run: func(_ context.Context, started func()) error {
				started()
				started()
				return end()
			},
		}}}).Run(context.Background(), nil)
	}
	err := fail(func() error { panic(errBroke) })
	var panicked *supervise.PanicError
	if !errors.Is(err, errBroke) || !errors.Is(err, supervise.ErrIntensity) || !errors.As(err, &panicked) || len(panicked.Stack) == 0 {
		t.Errorf("panic: %v", err)
	}
	if err := fail(func() error { panic(nil) }); !errors.As(err, &panicked) {
		t.Errorf("panic(nil): %v", err)
	}
	err = fail(func() error { runtime.Goexit(); return nil })
	expect(t, "Goexit", err, "top: a: restart intensity reached (0 within 5s): its goroutine exited (runtime.Goexit)")
	if err := fail(func() error { return errBroke }); !errors.Is(err, errBroke) {
		t.Errorf("error: %v", err)
	}
}

// TestValues hands the context's values to the children.
func TestValues(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	sup := &supervise.Supervisor{Children: children{{Name: "a", Run: func(ctx context.Context, started func()) error {
		if ctx.Value(key{}) != "value" {
			t.Error("the value is missing")
		}
		started()
		<-ctx.Done()
		return ctx.Err()
	}}}}
	if err := sup.Run(ctx, cancel); err != nil {
		t.Error(err)
	}
}

// TestBackoffDefaults bounds what chance does.
func TestBackoffDefaults(t *testing.T) {
	sup := &supervise.Supervisor{Intensity: 100, Backoff: supervise.Backoff{Initial: 1 * s}}
	sup.Children = children{{Name: "a", Run: func(_ context.Context, started func()) error { started(); return errBroke }}}
	var delays []time.Duration
	sup.Events = func(e supervise.Event) {
		if e.Kind == supervise.Restarting {
			delays = append(delays, e.Delay)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		if err := sup.Run(ctx, nil); err != nil {
			t.Error(err)
		}
	})
	for i, d := range delays {
		longest := min(time.Minute, s<<min(i, 10))
		if d < longest/2 || d > longest {
			t.Errorf("delay %d is %v, want between %v and %v", i, d, longest/2, longest)
		}
	}
	if len(delays) < 60 {
		t.Errorf("%d restarts within an hour", len(delays))
	}
}

// TestCommotion starts, stops and breaks children from many goroutines in real
// time. Nothing may be left, and of one name only one may run at once.
func TestCommotion(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	sup := &supervise.Supervisor{Intensity: 1_000_000, Strategy: supervise.RestForOne}
	var events, running atomic.Int64
	sup.Events = func(supervise.Event) { events.Add(1) }
	up, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- sup.Run(ctx, func() { close(up) }) }()
	<-up
	var users sync.WaitGroup
	for n := range 4 {
		users.Go(func() {
			name := fmt.Sprint("child ", n)
			var alive atomic.Bool
			c := supervise.Child{Name: name, Run: func(ctx context.Context, started func()) error {
				if alive.Swap(true) {
					t.Error("two at once")
				}
				defer alive.Store(false)
				running.Add(1)
				defer running.Add(-1)
				started()
				select {
				case <-ctx.Done():
					return nil
				case <-time.After(time.Millisecond):
					return errBroke
				}
			}}
			for range 50 {
				_ = sup.StartChild(ctx, c)
				_, _ = sup.WhichChildren(ctx)
				_ = sup.RestartChild(ctx, name)
				time.Sleep(2 * time.Millisecond)
				_ = sup.TerminateChild(ctx, name)
				_ = sup.DeleteChild(ctx, name)
			}
		})
	}
	users.Wait()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := running.Load(); n != 0 || events.Load() == 0 {
		t.Errorf("%d children run, after %d events", n, events.Load())
	}
	for try := 0; runtime.NumGoroutine() > before; try++ {
		if try == 6000 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
