package plugin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// newHostile loads a component that does what no limit allows. Its waits end with
// the call.
func newHostile(t *testing.T, limits engine.Limits) *plugin.Plugin {
	return loadBinary(t, componentBinary(t, "hostile"), plugin.Options{
		Name: "hostile", Limits: limits,
		Handler: bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
			if inv.Operation == "wait" {
				<-ctx.Done()
				return bus.Reply{}, ctx.Err()
			}
			return bus.Reply{}, nil
		}),
	})
}

// TestComponentLimits has each limit stop what it is for, wherever in a call that
// is: in the function, in what allocates its arguments, or in what frees its
// result. The plugin goes on with another instance.
func TestComponentLimits(t *testing.T) {
	soon := engine.Limits{Timeout: 50 * time.Millisecond}
	for _, test := range []struct {
		name, payload string
		limits        engine.Limits
		kind          engine.TrapKind
		text          string
	}{
		{"spin", "[]", soon, engine.Deadline, "deadline of 50ms exceeded"},
		{"spin-after", "[]", soon, engine.Deadline, "deadline of 50ms exceeded"},
		{"wait", "[]", soon, engine.Deadline, "deadline"},
		{"waits", "[]", soon, engine.Deadline, "deadline"},
		{"spin", "[]", engine.Limits{Fuel: 100_000}, engine.OutOfFuel, ""},
		{"spin-after", "[]", engine.Limits{Fuel: 100_000}, engine.OutOfFuel, ""},
		{"recurse", "[]", engine.Limits{}, engine.StackOverflow, ""},
		{"huge", "[]", engine.Limits{}, engine.MemoryBounds, "string"},
		{"overlap", "[]", engine.Limits{}, engine.BadValue, "more bytes than a call may bring"},
		{"flood", "[]", engine.Limits{HostBytes: 10 << 20}, engine.OutOfHostBytes, "more than 10485760 bytes went through host calls"},
	} {
		t.Run(fmt.Sprint(test.name, " ", test.kind), func(t *testing.T) {
			p := newHostile(t, test.limits)
			reply, err := p.Call(t.Context(), test.name, []byte(test.payload))
			trap := engine.AsTrap(err)
			if trap == nil || trap.Kind != test.kind || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%s, %v (%+v); want %v %s", reply, err, trap, test.kind, test.text)
			}
			goesOn(t, p, "one", "[]", "1")
		})
	}
}

// TestComponentMemory: a guest gets no more memory than it may have, and is told.
func TestComponentMemory(t *testing.T) {
	mustCall(t, newHostile(t, engine.Limits{MemoryBytes: 5 * engine.PageSize}), "grow", "[]", "5")
}

// TestComponentCallIsOne: the many calls of the engine that one call of a component
// takes end at one deadline, and have one purse.
func TestComponentCallIsOne(t *testing.T) {
	texts := "[[" + strings.Repeat(`"x",`, 999) + `"x"]]`
	for _, test := range []struct {
		limits engine.Limits
		kind   engine.TrapKind
	}{
		{engine.Limits{Timeout: time.Second}, engine.Deadline},
		{engine.Limits{Fuel: 50_000_000, Timeout: time.Hour}, engine.OutOfFuel}, // an interpreter takes a while
	} {
		p := newHostile(t, test.limits)
		if _, err := p.Call(t.Context(), "take", []byte(texts)); err != nil {
			t.Fatal(err)
		}
		mustCall(t, p, "slow", "[]", "null") // each allocation takes 20,000,000 rounds from now on
		_, err := p.Call(t.Context(), "take", []byte(texts))
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != test.kind {
			t.Errorf("%v, want %v", err, test.kind)
		}
	}
}

// TestComponentInfo: what a call spent is the sum of it all.
func TestComponentInfo(t *testing.T) {
	p := newHostile(t, engine.Limits{})
	spent := func(texts int) uint64 {
		var info plugin.Info
		payload := "[[" + strings.TrimSuffix(strings.Repeat(`"x",`, texts), ",") + "]]"
		if _, err := p.CallInfo(t.Context(), &info, nil, "take", []byte(payload)); err != nil {
			t.Fatal(err)
		}
		return info.Fuel
	}
	if one, ten := spent(1), spent(10); one == 0 || ten < 3*one {
		t.Errorf("an allocation costs %d units, and ten %d", one, ten)
	}
}
