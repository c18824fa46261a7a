package abi

import "github.com/patchbay-go/patchbay/engine"

// A Gate is the flag may_leave of a component instance. The zero value is open:
// the instance may call out.
type Gate struct {
	shut   bool
	shared engine.Global // where the flag is instead, if core modules see it too
}

// Open reports whether the instance may call out.
func (g *Gate) Open() bool {
	if g.shared != nil {
		return g.shared.Get() != 0
	}
	return !g.shut
}

// Set opens or shuts the gate.
func (g *Gate) Set(open bool) {
	g.shut = !open
	if g.shared != nil {
		g.tell(open)
	}
}

// tell sets what core modules see.
func (g *Gate) tell(open bool) {
	if open {
		g.shared.Set(1)
	} else {
		g.shared.Set(0)
	}
}

// Share keeps the flag in a mutable i32 from now on, which is 0 while the gate is
// shut.
func (g *Gate) Share(flag engine.Global) { g.shared = flag }
