package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

func begin(t *testing.T, span *engine.Span, ctx context.Context, limits engine.Limits) {
	t.Helper()
	if err := span.Begin(ctx, &limits); err != nil {
		t.Fatal(err)
	}
}

// TestSpanDeadline has three calls of one span: the first that asks arms the
// deadline for all.
func TestSpanDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var span engine.Span
		for range 2 { // it is used again
			begin(t, &span, t.Context(), engine.Limits{Timeout: time.Second})
			tasks := [2]engine.Task{{Timeout: time.Second}, {Timeout: time.Second}}
			time.Sleep(time.Minute) // nobody has asked
			for i := range tasks {
				if err := tasks[i].Begin(&span); err != nil {
					t.Fatal(err)
				}
				if trap := tasks[i].Check(); trap != nil {
					t.Fatalf("call %d: %v", i, trap)
				}
				time.Sleep(700 * time.Millisecond)
				trap := tasks[i].Check()
				if late := i == 1; late != (trap != nil) || late && !strings.Contains(trap.Error(), "deadline of 1s exceeded") {
					t.Errorf("call %d: %v", i, trap)
				}
				tasks[i].End()
			}
			if err := tasks[0].Begin(&span); err == nil || !strings.Contains(err.Error(), "deadline of 1s exceeded") {
				t.Errorf("a third call: %v", err)
			}
			if trap := span.End(); trap != nil {
				t.Error(trap)
			}
		}
	})
}

// TestSpanParent has the parent end the calls of a span, and that is said then.
func TestSpanParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var span engine.Span
		begin(t, &span, ctx, engine.Limits{Timeout: time.Second})
		task := engine.Task{Timeout: time.Second}
		if err := task.Begin(&span); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
		trap := task.Check()
		if trap == nil || trap.Kind != engine.Deadline || strings.Contains(trap.Error(), "1s") {
			t.Errorf("the parent's deadline: %v", trap)
		}
		if err := span.Begin(ctx, &engine.Limits{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("another call: %v", err)
		}
	})
}

// TestSpanContext is about what a host function keeps: it must not change when the
// span goes on to other calls.
func TestSpanContext(t *testing.T) {
	type key struct{}
	var span engine.Span
	var kept context.Context
	var task engine.Task
	for _, value := range []string{"first", "second"} {
		begin(t, &span, context.WithValue(t.Context(), key{}, value), engine.Limits{Timeout: time.Hour})
		if err := task.Begin(&span); err != nil {
			t.Fatal(err)
		}
		ctx := task.Context()
		if at, ok := ctx.Deadline(); ctx.Value(key{}) != value || !ok || time.Until(at) > time.Hour {
			t.Errorf("%s: value %v, deadline %v", value, ctx.Value(key{}), at)
		}
		if kept == nil {
			kept = ctx
		}
		task.End()
		if err := span.End(); err != nil {
			t.Error(err)
		}
	}
	if kept.Value(key{}) != "first" || kept.Err() == nil {
		t.Errorf("the first call's context has %v, %v", kept.Value(key{}), kept.Err())
	}
}

func TestSpanFuel(t *testing.T) {
	var span engine.Span
	begin(t, &span, t.Context(), engine.Limits{Fuel: 10})
	span.Spend(7)
	if left := span.Fuel(); left != 3 {
		t.Errorf("%d left", left)
	}
	span.Spend(4)
	if trap := engine.AsTrap(span.End()); trap == nil || trap.Kind != engine.OutOfFuel {
		t.Errorf("spent 11 of 10: %v", trap)
	}
	begin(t, &span, t.Context(), engine.Limits{})
	span.Spend(1 << 60)
	if trap := span.End(); trap != nil {
		t.Errorf("without a limit: %v", trap)
	}
}

// TestSpanInSpan is about a call that is made within another's.
func TestSpanInSpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outer, inner engine.Span
		begin(t, &outer, t.Context(), engine.Limits{Timeout: time.Second, Fuel: 100})
		begin(t, &inner, &outer, engine.Limits{Timeout: time.Minute, Fuel: 1000})
		if left := inner.Fuel(); left != 100 {
			t.Errorf("%d left", left)
		}
		inner.Spend(60)
		task := engine.Task{Timeout: time.Minute}
		if err := task.Begin(&inner); err != nil {
			t.Fatal(err)
		}
		if trap := task.Check(); trap != nil {
			t.Fatal(trap)
		}
		if at, ok := task.Context().Deadline(); !ok || time.Until(at).Round(time.Millisecond) != time.Second {
			t.Errorf("the deadline is in %v", time.Until(at))
		}
		time.Sleep(2 * time.Second)
		if trap := task.Check(); trap == nil || !strings.Contains(trap.Error(), "deadline of 1s exceeded") {
			t.Errorf("after the outer deadline: %v", trap)
		}
		task.End()
		if err := (&engine.Task{}).Begin(&inner); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("another call: %v", err)
		}
		if err := inner.End(); err != nil {
			t.Error(err)
		}
		if left := outer.Fuel(); left != 40 {
			t.Errorf("%d left outside", left)
		}
	})
}

// TestResume has a task go on with a span only where Begin would have nothing to do.
func TestResume(t *testing.T) {
	for name, test := range map[string]struct {
		before func(t *testing.T, task *engine.Task, span *engine.Span)
		want   bool
	}{
		"a new task":      {func(*testing.T, *engine.Task, *engine.Span) {}, false},
		"one that called": {run(func(*engine.Task) {}), true},
		"one that called, and its host function looked at the context": {run(func(task *engine.Task) { task.Context().Err() }), false},
		"one that was checked": {run(func(task *engine.Task) { task.Check() }), false},
		"a deadline that is armed": {func(t *testing.T, task *engine.Task, span *engine.Span) {
			run(func(*engine.Task) {})(t, task, span)
			span.Deadline()
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var span engine.Span
			begin(t, &span, t.Context(), engine.Limits{Timeout: time.Hour})
			task := engine.Task{Timeout: time.Hour}
			test.before(t, &task, &span)
			if got := task.Resume(&span); got != test.want || (task.Span() == &span) != got {
				t.Errorf("resumed: %t, with %p; want %t", got, task.Span(), test.want)
			}
			if task.End(); task.Span() != nil {
				t.Error("the task keeps the span")
			}
			if task.Resume(t.Context()) {
				t.Error("resumed without a span")
			}
			var inner engine.Span
			begin(t, &inner, &span, engine.Limits{})
			if task.Resume(&inner) {
				t.Error("resumed in a span within a span")
			}
		})
	}
}

// run makes one call of a task.
func run(during func(*engine.Task)) func(*testing.T, *engine.Task, *engine.Span) {
	return func(t *testing.T, task *engine.Task, span *engine.Span) {
		if err := task.Begin(span); err != nil {
			t.Fatal(err)
		}
		during(task)
		task.End()
	}
}
