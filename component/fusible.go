package component

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/adapter"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// fusible reports whether calls between instances may do without the host.
//
// Adapters do not look whether the callee was entered already. They need not where
// no call can come back: every function that an instance is given was there before
// it, so that calls lead to ever earlier instances. Only the destructors of an
// instance may be run from within it by one that it contains, which is later.
//
// Exceptions must end as traps between instances, so there must be none.
func (p *program) fusible() bool {
	for _, m := range p.modules {
		if hasTags(m.embedded.Core) {
			return false
		}
	}
	return !slices.ContainsFunc(p.builtins, func(b builtinPlan) bool {
		if !b.drops {
			return false
		}
		r := &p.resources[b.slot]
		return !r.imported && r.dtor != notGiven && r.instance != b.instance && task.Within(p.parents, b.instance, r.instance)
	})
}

func hasTags(m *corewasm.Module) bool {
	_, defined := m.Section(corewasm.SectionTag)
	return defined || slices.ContainsFunc(m.Imports, func(i corewasm.Import) bool { return i.Kind == corewasm.KindTag })
}

// choose finds the lowered functions that adapters will have: those that core
// modules import, if an adapter can do what they need.
func (f *fuser) choose() {
	imported := map[int]bool{}
	for _, s := range f.steps {
		for _, item := range s.imports {
			imported[item.function] = true
		}
	}
	for i := range f.lowers {
		plan := &f.lowers[i]
		if imported[plan.function] && len(f.wanted) < maxFused && f.fits(plan) {
			f.wanted[plan.function] = true
		}
	}
}

// fits reports whether an adapter can take the calls of a lowered function.
func (f *fuser) fits(plan *lowerPlan) bool {
	if plan.transfer == nil {
		return false
	}
	lift := &f.lifts[plan.callee.lift]
	from, to, s := &plan.options, &lift.options, plan.signature
	switch {
	case task.Related(f.parents, plan.instance, lift.instance), !f.ofGuest(lift.core), !f.ofGuest(to.postReturn):
		return false
	case s.NeedsMemory() && f.interpreted:
		return false
	case s.NeedsRealloc(true) && !f.isGuest(from.realloc), s.NeedsRealloc(false) && !f.isGuest(to.realloc):
		return false
	case s.NeedsMemory() && (from.memory == notGiven || to.memory == notGiven || from.shared || to.shared):
		return false
	}
	return adapter.Fits(s, from.encoding == abi.UTF8 && to.encoding == abi.UTF8)
}

func (f *fuser) isGuest(call int) bool { return call != notGiven && f.ofGuest(call) }

// ofGuest reports whether a call is of a function that a core module exports, or
// is not given.
func (f *fuser) ofGuest(call int) bool {
	return call == notGiven || f.calls.items[call].function == noFunction
}
