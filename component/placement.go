package component

import (
	"fmt"
	"maps"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/adapter"
)

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
	functions := slices.Sorted(slices.Values(f.accesses[memory.Number]))
	key := fmt.Sprintf("%q %q", memory.Name, functions)
	module, known := f.accessTo[key]
	if !known {
		module = len(f.adapters)
		f.accessTo[key] = module
		f.adapters = append(f.adapters, adapterPlan{binary: adapter.AccessTo(memory.Name, functions...)})
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
