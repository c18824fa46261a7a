package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// TestStretch runs a guest for a second at most, in steps: time that passes,
// slices that are spent ("tick") and host functions that can wait ("wait").
func TestStretch(t *testing.T) {
	type steps []any
	const most, nearly = time.Second, time.Second - 1
	for name, test := range map[string]struct {
		steps steps
		stops bool
	}{
		"at once":              {steps{"tick"}, false},
		"just in time":         {steps{"tick", nearly, "tick"}, false},
		"too late":             {steps{"tick", most, "tick"}, true},
		"seen late":            {steps{"tick", 5 * most, "tick"}, true},
		"not yet counted":      {steps{5 * most, "tick", nearly, "tick"}, false},
		"waits for long":       {steps{"tick", "wait", 5 * most, "tick", nearly, "tick"}, false},
		"waits often":          {steps{"tick", nearly, "wait", "tick", nearly, "wait", "tick", nearly, "wait"}, false},
		"waits, then spins":    {steps{"tick", "wait", "wait", "tick", most, "tick"}, true},
		"spins, then waits":    {steps{"wait", "tick", most, "wait"}, true},
		"ticks do not wait":    {steps{"tick", nearly / 2, "tick", nearly / 2, "tick", 2 * time.Nanosecond, "tick"}, true},
		"a new call is afresh": {steps{"tick", nearly, "call", "tick", nearly, "tick"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				task := &engine.Task{Stretch: most}
				begin := func() {
					if err := task.Begin(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				begin()
				var trap *engine.Trap
				for n, step := range test.steps {
					if trap != nil {
						t.Fatalf("stopped before step %d: %v", n, trap)
					}
					switch step {
					case "tick":
						trap = task.Check()
					case "wait":
						trap = task.Block()
					case "call":
						task.End()
						begin()
					default:
						time.Sleep(step.(time.Duration))
					}
				}
				task.End()
				if stopped := trap != nil; stopped != test.stops {
					t.Fatalf("stopped: %v, want %v (%v)", stopped, test.stops, trap)
				}
				if trap != nil && (trap.Kind != engine.Deadline || !errors.Is(trap, context.DeadlineExceeded)) {
					t.Errorf("trap %v", trap)
				}
			})
		})
	}
}
