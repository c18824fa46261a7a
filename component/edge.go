package component

import (
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/adapter"
	"github.com/patchbay-go/patchbay/component/internal/canon"
)

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
			f.needAccess(&f.edges[i])
		}
	}
}

// needAccess notes by what functions the adapter of an edge gets at the memory of
// the callee.
func (f *fuser) needAccess(e *adapter.Edge) {
	if e.Callee.Memory == (adapter.Item{}) {
		return
	}
	of := e.Callee.Memory.Number
	for _, name := range e.Accesses() {
		if !slices.Contains(f.accesses[of], name) {
			f.accesses[of] = append(f.accesses[of], name)
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
