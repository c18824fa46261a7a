package engine_test

import (
	"math"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
)

func TestHostBytes(t *testing.T) {
	var h engine.HostBytes
	if h.Move(0) != nil || h.Move(1) == nil {
		t.Error("the zero value allows something else than nothing")
	}
	h.Begin(10)
	for n, step := range []struct {
		bytes uint64
		ok    bool
	}{{4, true}, {6, true}, {0, true}, {1, false}} {
		if trap := h.Move(step.bytes); (trap == nil) != step.ok || trap != nil && trap.Kind != engine.OutOfHostBytes {
			t.Errorf("step %d: %v", n, trap)
		}
	}
	h.Begin(10)
	trap := h.Move(math.MaxUint64)
	if trap == nil || trap.Error() != "more than 10 bytes went through host calls" {
		t.Errorf("trap %v", trap)
	}
	if h.Move(1) == nil {
		t.Error("there is something left after a trap")
	}
	h.Begin(1)
	if trap := h.Move(1); trap != nil {
		t.Errorf("the next call: %v", trap)
	}
}
