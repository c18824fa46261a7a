package wasmtime

// #include "shim.h"
import "C"

import (
	"errors"

	"github.com/patchbay-go/patchbay/engine"
)

// A metered is an instance of an engine that counts fuel.
type metered struct{ *Instance }

var _ engine.Metered = (*metered)(nil)

// Spent implements [engine.Metered]. What instances in one store spend by calling
// each other directly counts as spent by the one that the host called.
func (m *metered) Spent() uint64 { return m.spent }

var errNoFuel = errors.New("this engine does not count fuel, and the limits have a limit on it")

// plenty is the fuel of a call without a limit.
const plenty = 1 << 62

// fund gives a call its fuel: one unit more than it may spend, so that having
// spent it all is having spent too much. What the call that it is nested in has
// left is a limit, too, or of the outermost what its span has left.
func (s *store) fund(a *activation) {
	fuel := uint64(plenty)
	if limit := a.instance.of.limits.Fuel; limit > 0 {
		fuel = min(limit, plenty-1) + 1
	}
	a.inner, a.left = 0, 0
	if a.outer != nil {
		a.left = uint64(C.patchbay_fuel(s.context))
		fuel = min(fuel, a.left)
	} else if span := a.task.Span(); span != nil {
		fuel = min(fuel, uint64(max(min(span.Fuel(), plenty-1)+1, 0)))
	}
	a.budget = fuel
	a.end.fuel = C.uint64_t(fuel)
}

// settle takes account of what a call has spent, and reports whether that was
// too much.
func (s *store) settle(a *activation) bool {
	left := uint64(a.end.fuel)
	spent := a.budget - left
	a.instance.spent += spent - a.inner
	if a.outer != nil {
		a.outer.inner += spent
		C.patchbay_refuel(s.context, C.uint64_t(a.left-spent))
	} else if span := a.task.Span(); span != nil {
		span.Spend(int64(spent))
		return left == 0 || span.Fuel() < 0
	}
	return left == 0
}
