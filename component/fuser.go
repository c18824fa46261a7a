package component

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/adapter"
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

	made     int              // instances of adapters
	home     int              // the one that has the flags
	access   map[int]int      // the one that gives access to the memory of that number
	accesses map[int][]string // by what functions
	accessTo map[string]int   // the module for that, by the names of the memory and the functions
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
		home: notGiven, access: map[int]int{}, accesses: map[int][]string{}, accessTo: map[string]int{},
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

// missing reports whether an import is of a function that no adapter has yet.
func (f *fuser) missing(item coreItem) bool {
	_, placed := f.placed[item.function]
	_, direct := f.direct[item.function]
	return f.wanted[item.function] && !placed && !direct
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
