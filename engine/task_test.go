package engine

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

type valueKey struct{}

// fakeInstance is an instance that only has an identity.
type fakeInstance struct{ Instance }

func TestTaskDeadlineIsArmedByTheFirstCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := new(Task)
		begin(t, task, context.Background(), time.Second)
		time.Sleep(time.Hour) // nobody looked at the clock yet
		if trap := task.Check(); trap != nil {
			t.Fatalf("first check: %v", trap)
		}
		time.Sleep(time.Second - 1)
		if trap := task.Check(); trap != nil {
			t.Fatalf("check just before the deadline: %v", trap)
		}
		time.Sleep(time.Nanosecond)
		trap := task.Check()
		if trap == nil || trap.Kind != Deadline || trap.Error() != "deadline of 1s exceeded" {
			t.Fatalf("check at the deadline: %v", trap)
		}
		if !errors.Is(trap, context.DeadlineExceeded) {
			t.Error("the trap is not a context.DeadlineExceeded")
		}
	})
}

func TestTaskIsArmedAnewForEachCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := new(Task)
		for range 3 {
			begin(t, task, context.Background(), time.Second)
			if trap := task.Check(); trap != nil {
				t.Fatal(trap)
			}
			time.Sleep(time.Second)
			if trap := task.Check(); trap == nil {
				t.Fatal("the deadline did not come")
			}
			task.End()
		}
	})
}

func TestTaskParentDeadlineShortens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		task := new(Task)
		begin(t, task, ctx, time.Hour)
		if at, ok := task.Context().Deadline(); !ok || time.Until(at) != time.Minute {
			t.Errorf("deadline in %v, %v", time.Until(at), ok)
		}
		time.Sleep(time.Minute)
		trap := task.Check()
		if trap == nil || trap.Kind != Deadline || trap.Error() != "deadline exceeded" {
			t.Errorf("trap: %v", trap)
		}
	})
}

func TestTaskBeginOnDoneContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := new(Task).Begin(ctx)
	trap := AsTrap(err)
	if trap == nil || trap.Kind != Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("begin: %v", err)
	}
}

func TestContextEndsWithTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := new(Task)
		begin(t, task, context.Background(), time.Second)
		ctx := task.Context()
		start := time.Now()
		<-ctx.Done()
		if time.Since(start) != time.Second || ctx.Err() != context.DeadlineExceeded {
			t.Errorf("done after %v: %v", time.Since(start), ctx.Err())
		}
		task.End()
	})
}

func TestContextEndsWithTheParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(context.Background())
		task := new(Task)
		begin(t, task, parent, 0)
		ctx := task.Context()
		if _, ok := ctx.Deadline(); ok {
			t.Error("a deadline out of nowhere")
		}
		done := ctx.Done()
		cancel()
		<-done
		if ctx.Err() != context.Canceled {
			t.Error(ctx.Err())
		}
		task.End()
	})
}

func TestContextEndsWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := new(Task)
		begin(t, task, context.Background(), time.Hour)
		kept := task.Context()
		child, cancel := context.WithCancel(kept)
		defer cancel()
		task.End()
		<-child.Done()
		if kept.Err() != context.Canceled {
			t.Error(kept.Err())
		}
		begin(t, task, context.Background(), time.Hour)
		if task.Context() == kept {
			t.Error("a context that was seen is used again")
		}
	})
}

func TestContextIsReusedWhileUnseen(t *testing.T) {
	task := new(Task)
	begin(t, task, context.Background(), 0)
	first := task.Context()
	task.End()
	parent := context.WithValue(context.Background(), valueKey{}, 1)
	begin(t, task, parent, 0)
	if second := task.Context(); second != first {
		t.Error("a context that nobody saw was thrown away")
	}
	if got := task.Context().Value(valueKey{}); got != 1 {
		t.Errorf("value: %v", got)
	}
}

func TestCallersAreTheChain(t *testing.T) {
	outer, inner := &fakeInstance{}, &fakeInstance{}
	first, second := &Task{Instance: outer}, &Task{Instance: inner}
	if err := first.Begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(first.Context(), valueKey{}, 1)
	if err := second.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	got := slices.Collect(Callers(second.Context()))
	if len(got) != 2 || got[0] != Instance(inner) || got[1] != Instance(outer) {
		t.Errorf("callers: %v", got)
	}
	for range Callers(context.Background()) {
		t.Error("a caller out of nowhere")
	}
}

func TestFaultPrefersTheReasonToStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	task := new(Task)
	begin(t, task, ctx, 0)
	boom := errors.New("boom")
	if trap := task.Fault(boom); trap.Kind != HostFault || !errors.Is(trap, boom) {
		t.Errorf("fault: %v", trap)
	}
	exit := &Trap{Kind: Exit, ExitCode: 3}
	cancel()
	if trap := task.Fault(exit); trap != exit {
		t.Errorf("exit: %v", trap)
	}
	if trap := task.Fault(boom); trap.Kind != Canceled {
		t.Errorf("canceled: %v", trap)
	}
}

func begin(t *testing.T, task *Task, ctx context.Context, timeout time.Duration) {
	t.Helper()
	task.Instance, task.Timeout = &fakeInstance{}, timeout
	if err := task.Begin(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestBlockArmsFromTheSecondWaitOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := new(Task)
		begin(t, task, context.Background(), time.Second)
		for wait := range 3 {
			if trap := task.Block(); trap != nil {
				t.Fatalf("wait %d: %v", wait, trap)
			}
			time.Sleep(400 * time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		if trap := task.Block(); trap == nil || trap.Kind != Deadline {
			t.Errorf("wait after the deadline: %v", trap)
		}
	})
}

// TestCheckLetsOthersRun has one processor for a call that is checked without end
// and for somebody who needs many short turns. Go's scheduler alone would give it
// one in 10 ms.
func TestCheckLetsOthersRun(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	task := new(Task)
	begin(t, task, t.Context(), time.Hour)
	var done atomic.Bool
	turns := make(chan int, 1)
	go func() {
		n := 0
		for ; !done.Load(); n++ {
			for start := time.Now(); time.Since(start) < time.Microsecond; {
			}
			runtime.Gosched()
		}
		turns <- n
	}()
	for range 1_000_000 { // some 50 ms
		if trap := task.Check(); trap != nil {
			t.Fatal(trap)
		}
	}
	done.Store(true)
	if n := <-turns; n < 200 {
		t.Errorf("somebody else got %d turns during a million checks", n)
	}
}
