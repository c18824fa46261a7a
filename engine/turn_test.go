package engine

import (
	"runtime"
	"testing"
	"time"
)

// TestCrowded counts the guests that computed lately against the processors.
func TestCrowded(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	now := int64(time.Since(epoch) + time.Hour) // nobody else is there
	defer func() {
		for i := range computing.seen {
			computing.seen[i].Store(0)
		}
	}()
	var a, b Task
	for i, step := range []struct {
		task  *Task
		after int64
		want  bool
	}{
		{&a, 0, false},
		{&a, glance, false},
		{&b, 0, true},
		{&a, glance, true},
		{&a, glance, false}, // b was seen too long ago
		{&b, glance, true},
	} {
		now += step.after
		if got := crowded(step.task, now); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// TestYield: alone a guest gives way once in patience, and looks in between.
func TestYield(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for i := range computing.seen {
		computing.seen[i].Store(0)
	}
	task := Task{base: epoch, gave: int64(time.Hour)}
	now := task.gave + glance
	if after := task.yield(now); after != now || task.turn != now+glance || task.gave != int64(time.Hour) {
		t.Errorf("soon after: %d, %+v", after-now, task.turn-now)
	}
	now = task.gave + patience
	if task.yield(now); task.gave == int64(time.Hour) {
		t.Error("it did not give way after its patience")
	}
}
