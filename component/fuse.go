package component

import (
	"fmt"
	"maps"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/adapter"
	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// maxFused bounds how many functions adapters have: each has to be compiled.
const maxFused = 1000

// A fuser has adapters take the calls between the component instances of a
// program, where they can: what core modules import as lowered functions are then
// functions of adapters, and no code of the host is between caller and callee; where
// there is nothing to do on the way they are the callee's own.
//
// An adapter is instantiated right before the first core module that imports one
// of its functions, and has all functions that can be had by then and were not
// before. Most programs need one, and one that gives it access to the memory of
// the callee.
type fuser struct {
	*program
	interpreted bool

	wanted  map[int]bool     // lowers, by the index of their function
	placed  map[int]int      // the adapter that has the function of that index
	direct  map[int]coreItem // what is called without an adapter for the function of that index
	pending []int            // lowers that can be placed
	flags   map[int]bool     // instances that have a flag for core modules
	looks   map[int]bool     // instances that call functions that look at may_leave
	shuts   map[int]bool     // instances that may be found shut
	edges   []adapter.Edge   // by lower
	refuse  adapter.Item     // once it is needed

	made     int            // instances of adapters
	home     int            // the one that has the flags
	access   map[int]int    // the one that gives access to the memory of that number
	accessTo map[string]int // the module for that, by the name of the memory
}

// fuse changes the steps of a program. Where guests are interpreted, Go moves what
// goes through memory.
func (p *program) fuse(interpreted bool) {
	if !p.fusible() {
		return
	}
	f := &fuser{
		program: p, interpreted: interpreted, wanted: map[int]bool{}, placed: map[int]int{}, direct: map[int]coreItem{},
		flags: map[int]bool{}, looks: map[int]bool{}, shuts: map[int]bool{}, edges: make([]adapter.Edge, len(p.lowers)),
		home: notGiven, access: map[int]int{}, accessTo: map[string]int{},
	}
	f.choose()
	if len(f.wanted) == 0 {
		return
	}
	f.flag()
	steps := make([]step, 0, len(p.steps)+1)
	for _, s := range p.steps {
		switch s.kind {
		case stepCore:
			if slices.ContainsFunc(s.imports, f.missing) {
				steps = f.place(steps)
			}
			s.imports = f.replace(s.imports)
		case stepLower:
			f.lowered(s.index)
		}
		steps = append(steps, s)
	}
	p.apart, p.steps, p.fused, p.made = p.steps, steps, len(f.placed)+len(f.direct), f.made
}

// lowered makes a lowered function one that can be placed, if an adapter is needed.
func (f *fuser) lowered(lower int) {
	plan := &f.lowers[lower]
	switch {
	case !f.wanted[plan.function]:
	case f.edges[lower].Plain():
		f.direct[plan.function] = f.calls.items[f.lifts[plan.callee.lift].core]
	default:
		f.pending = append(f.pending, lower)
	}
}

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

// flag finds the instances whose flag may_leave core modules look at or set.
func (f *fuser) flag() {
	for _, b := range f.builtins {
		f.looks[b.instance] = true
	}
	shuts := func(instance int, o *optionPlan) {
		if o.realloc != notGiven || o.postReturn != notGiven {
			f.shuts[instance] = true
		}
	}
	for i := range f.lowers {
		f.looks[f.lowers[i].instance] = true
		shuts(f.lowers[i].instance, &f.lowers[i].options)
	}
	for i := range f.lifts {
		shuts(f.lifts[i].instance, &f.lifts[i].options)
	}
	for i := range f.lowers {
		if f.wanted[f.lowers[i].function] {
			f.edges[i] = f.edge(i)
		}
	}
}

// edge returns what an adapter needs to know of a lowered function.
func (f *fuser) edge(lower int) adapter.Edge {
	plan := &f.lowers[lower]
	lift := &f.lifts[plan.callee.lift]
	e := adapter.Edge{
		Name: f.functions[plan.function].Name, Lower: plan.signature, Lift: lift.signature,
		Core: f.guest(lift.core), PostReturn: f.guest(lift.options.postReturn),
		Caller: adapter.Side{MayLeave: f.leaves(plan.instance)},
		Callee: adapter.Side{MayLeave: f.leaves(lift.instance)},
		Whole:  f.host(plan.function),
	}
	if adapter.NeedsRest(plan.signature) {
		f.functions = append(f.functions, canon.RestFunc(f.nextName(), lower, adapter.RestType(plan.signature)))
		e.Rest = f.host(len(f.functions) - 1)
	}
	if !plan.signature.NeedsMemory() {
		return e
	}
	if f.refuse == (adapter.Item{}) {
		f.functions = append(f.functions, canon.RefuseFunc(f.nextName()))
		f.refuse = f.host(len(f.functions) - 1)
	}
	e.Refuse = f.refuse
	e.Caller.Memory, e.Caller.Realloc = f.memory(plan.options.memory), f.guest(plan.options.realloc)
	e.Callee.Memory, e.Callee.Realloc = f.memory(lift.options.memory), f.guest(lift.options.realloc)
	return e
}

func (f *fuser) memory(number int) adapter.Item {
	return adapter.Item{Source: adapter.Memory, Number: number, Name: f.memories.items[number].name}
}

func (f *fuser) host(function int) adapter.Item {
	return adapter.Item{Source: adapter.Host, Number: function, Name: f.functions[function].Name}
}

func (f *fuser) guest(call int) adapter.Item {
	if call == notGiven {
		return adapter.Item{}
	}
	return adapter.Item{Source: adapter.Guest, Number: call, Name: f.calls.items[call].name}
}

// leaves returns the flag may_leave of an instance, unless it is open whenever
// somebody looks.
func (f *fuser) leaves(instance int) adapter.Item {
	if !f.looks[instance] || !f.shuts[instance] {
		return adapter.Item{}
	}
	f.flags[instance] = true
	return flagItem(instance)
}

func flagItem(instance int) adapter.Item {
	return adapter.Item{Source: adapter.Flag, Number: instance, Name: fmt.Sprintf("may_leave %d", instance)}
}

// missing reports whether an import is of a function that no adapter has yet.
func (f *fuser) missing(item coreItem) bool {
	_, placed := f.placed[item.function]
	_, direct := f.direct[item.function]
	return f.wanted[item.function] && !placed && !direct
}

// place appends the steps that make adapters of all that is pending: one for each
// memory of a caller, and what gives them access to those of the callees.
func (f *fuser) place(steps []step) []step {
	var groups []adapter.Item // memories, or none
	for _, lower := range f.pending {
		if memory := f.edges[lower].Caller.Memory; !slices.Contains(groups, memory) {
			groups = append(groups, memory)
		}
	}
	if len(groups) > 1 {
		groups = slices.DeleteFunc(groups, func(memory adapter.Item) bool { return memory == adapter.Item{} })
	}
	for _, lower := range f.pending {
		steps = f.giveAccess(steps, f.edges[lower].Callee.Memory)
	}
	for i, memory := range groups {
		var m adapter.Module
		for _, lower := range f.pending {
			e := &f.edges[lower]
			if own := e.Caller.Memory; own == memory || i == 0 && own == (adapter.Item{}) {
				m.Add(e)
				f.placed[f.lowers[lower].function] = f.made
			}
		}
		steps = append(steps, f.adapt(&m))
	}
	f.pending = f.pending[:0]
	return steps
}

// giveAccess appends the step that gives adapters access to a memory, if there is
// none yet.
func (f *fuser) giveAccess(steps []step, memory adapter.Item) []step {
	if _, known := f.access[memory.Number]; known || memory == (adapter.Item{}) {
		return steps
	}
	module, known := f.accessTo[memory.Name]
	if !known {
		module = len(f.adapters)
		f.accessTo[memory.Name] = module
		f.adapters = append(f.adapters, adapterPlan{binary: adapter.AccessTo(memory.Name)})
	}
	f.access[memory.Number] = f.made
	return append(steps, f.instance(module, []adapter.Item{memory}))
}

// adapt returns the step that makes an adapter. The first one has all flags.
func (f *fuser) adapt(m *adapter.Module) step {
	var plan adapterPlan
	if f.home == notGiven {
		f.home = f.made
		for _, instance := range slices.Sorted(maps.Keys(f.flags)) {
			plan.flags = append(plan.flags, flagPlan{instance, flagItem(instance).Name})
			m.Flags = append(m.Flags, flagItem(instance))
		}
	}
	binary, imports := m.Build()
	plan.binary = binary
	f.adapters = append(f.adapters, plan)
	return f.instance(len(f.adapters)-1, imports)
}

// instance returns the step that instantiates a module of adapters.
func (f *fuser) instance(module int, imports []adapter.Item) step {
	s := step{kind: stepAdapter, index: f.made, module: module}
	for _, item := range imports {
		s.imports = append(s.imports, f.source(item))
	}
	f.made++
	return s
}

// source returns where an import of an adapter comes from.
func (f *fuser) source(item adapter.Item) coreItem {
	switch item.Source {
	case adapter.Guest:
		return f.calls.items[item.Number]
	case adapter.Host:
		return coreItem{name: item.Name, function: item.Number}
	case adapter.Memory:
		return f.memories.items[item.Number]
	case adapter.Access:
		return coreItem{instance: adapterInstance(f.access[item.Number]), name: item.Name, function: noFunction}
	}
	return coreItem{instance: adapterInstance(f.home), name: item.Name, function: noFunction}
}

// replace returns imports with what is called for lowered functions.
func (f *fuser) replace(imports []coreItem) []coreItem {
	replaced := slices.Clone(imports)
	for i, item := range imports {
		if core, direct := f.direct[item.function]; direct {
			replaced[i] = core
		} else if in, placed := f.placed[item.function]; placed {
			replaced[i] = coreItem{instance: adapterInstance(in), name: item.name, function: noFunction}
		}
	}
	return replaced
}
