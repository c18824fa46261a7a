package component_test

import (
	"context"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/engine"
)

// throughAdapters instantiates the component of which calls go through adapters
// to what does not end.
func throughAdapters(t *testing.T, limits engine.Limits) *component.Instance {
	t.Helper()
	c, err := component.CompileWith(t.Context(), newEngine(t), definition(t, "adapters", "$Runaway"), validate.Config{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	if c.Fused() != 3 {
		t.Fatalf("adapters have %d functions", c.Fused())
	}
	pre, err := new(component.Linker).Link(c)
	if err != nil {
		t.Fatal(err)
	}
	i, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestRunawayThroughAdapters: what a component does not end another may not, nor
// with as much stack and fuel as it likes.
func TestRunawayThroughAdapters(t *testing.T) {
	for _, test := range []struct {
		name, export string
		within       time.Duration // of the call's context
		limits       engine.Limits
		kind         engine.TrapKind
	}{
		{"timeout", "spin", time.Hour, engine.Limits{Timeout: 20 * time.Millisecond}, engine.Deadline},
		{"context", "spin", 200 * time.Millisecond, engine.Limits{}, engine.Deadline},
		{"fuel", "spin", time.Hour, engine.Limits{Fuel: 1_000_000}, engine.OutOfFuel},
		{"stretch", "spin", time.Hour, engine.Limits{Stretch: 20 * time.Millisecond}, engine.Deadline},
		{"stack", "recurse", time.Hour, engine.Limits{Stack: 1 << 20}, engine.StackOverflow},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := throughAdapters(t, test.limits)
			ctx, cancel := context.WithTimeout(t.Context(), test.within)
			defer cancel()
			_, err := i.Func(test.export).Call(ctx)
			if trap := engine.AsTrap(err); trap == nil || trap.Kind != test.kind {
				t.Errorf("got %v, want a trap: %v", err, test.kind)
			}
			_, err = i.Func("trap").Call(t.Context())
			if err == nil || err.Error() != "cannot enter component instance" {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestFramesThroughAdapters: a trap says the path from one component to the other,
// and nothing of what is between.
func TestFramesThroughAdapters(t *testing.T) {
	_, err := throughAdapters(t, engine.Limits{}).Func("trap").Call(t.Context())
	trap := engine.AsTrap(err)
	if trap == nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range trap.Frames {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"trap-of-one", "call-trap"}, names); diff != "" {
		t.Error(diff)
	}
}

// TestAdaptersDoNotAllocate calls one component through another.
func TestAdaptersDoNotAllocate(t *testing.T) {
	if goruntime.GOARCH != "amd64" && goruntime.GOARCH != "arm64" {
		t.Skip("wazero interprets here, and allocates for each call")
	}
	c := compiled(t, "adapters", "$Bits")
	pre, err := new(component.Linker).Link(c)
	if err != nil {
		t.Fatal(err)
	}
	i, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := component.Bind[struct{ A uint32 }, uint32](i.Func("sees-s8"))
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if got, err := f.Call(t.Context(), struct{ A uint32 }{0x80}); err != nil || got != 0xffffff80 {
			t.Fatal(got, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
