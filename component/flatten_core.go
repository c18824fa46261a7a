package component

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

func (f *flattener) coreModule(s *scope, index int) error {
	def := &s.def.CoreModules[index]
	var m *Module
	if def.Origin.Kind == validate.Defined {
		m = s.code.modules[def.Embedded]
		f.module(m) // its code is checked, even if nothing instantiates it
	} else {
		m = s.origin(def.Origin, componentbinary.CoreSortModule).module
	}
	s.modules = append(s.modules, m)
	return nil
}

// module returns the number of a module.
func (f *flattener) module(m *Module) int {
	index, known := f.moduleIndex[m]
	if !known {
		index = len(f.modules)
		f.moduleIndex[m] = index
		f.modules = append(f.modules, m)
	}
	return index
}

// A coreInstance is what an index of a core instance means: that of a module, or
// a bag of exports.
type coreInstance struct {
	number int // among all core instances
	bag    map[string]coreItem
}

// export returns the export of that name, which there is.
func (i coreInstance) export(name string) coreItem {
	if i.bag != nil {
		return i.bag[name]
	}
	return coreItem{instance: i.number, name: name, function: noFunction}
}

// coreInstance instantiates a core module, or makes a bag of exports.
func (f *flattener) coreInstance(s *scope, index int) error {
	syntax := &s.def.Syntax.CoreInstances[s.def.CoreInstances[index].Origin.Index]
	if !syntax.Inline {
		return f.instantiateCore(s, syntax)
	}
	made := coreInstance{bag: make(map[string]coreItem, len(syntax.Exports))}
	for _, e := range syntax.Exports {
		made.bag[e.Name] = s.core(e.Item)
	}
	s.coreInstances = append(s.coreInstances, made)
	return f.spendNames(len(syntax.Exports))
}

func (f *flattener) instantiateCore(s *scope, syntax *componentbinary.CoreInstance) error {
	module := s.modules[syntax.Module]
	imports := module.embedded.Type.Imports
	switch err := f.spendNames(len(syntax.Args) + len(imports)); {
	case err != nil:
		return err
	case f.cores == maxCores:
		return exceeds("core instances", maxCores)
	}
	args := make(map[string]coreInstance, len(syntax.Args))
	for _, a := range syntax.Args {
		args[a.Name] = s.coreInstances[a.Instance]
	}
	made := step{kind: stepCore, index: f.cores, module: f.module(module), imports: make([]coreItem, len(imports))}
	for i, imp := range imports {
		from, ok := args[imp.Module]
		if !ok {
			return fmt.Errorf("import %s.%s has nothing", imp.Module, imp.Name)
		}
		made.imports[i] = from.export(imp.Name)
	}
	s.coreInstances = append(s.coreInstances, coreInstance{number: f.cores})
	f.cores++
	f.emit(made)
	return nil
}

// core returns what a core index means.
func (s *scope) core(i componentbinary.SortIndex) coreItem {
	if i.Sort == componentbinary.CoreSortFunc {
		return s.coreFunctions[i.Index]
	}
	return s.coreItems[i.Sort][i.Index]
}

// coreAlias returns the export of a core instance.
func (s *scope) coreAlias(o validate.Origin) coreItem { return s.coreInstances[o.Index].export(o.Name) }

func coreItemOrigin(def *validate.Component, sort componentbinary.Sort, index int) validate.Origin {
	switch sort {
	case componentbinary.CoreSortTable:
		return def.CoreTables[index].Origin
	case componentbinary.CoreSortMemory:
		return def.CoreMemories[index].Origin
	case componentbinary.CoreSortGlobal:
		return def.CoreGlobals[index].Origin
	}
	return def.CoreTags[index].Origin
}

// function adds a function of the component: one that it lifts, or another's.
func (f *flattener) function(s *scope, index int) error {
	def := &s.def.Funcs[index]
	if def.Origin.Kind != validate.Defined {
		fn := s.origin(def.Origin, componentbinary.SortFunc).function
		s.functions = append(s.functions, fn)
		return nil
	}
	if def.Type.Async || def.Canon.Options.Async {
		return unsupported(validate.FeatureAsync, "an async function")
	}
	options, err := f.options(s, &def.Canon.Options)
	if err != nil {
		return err
	}
	signature, err := f.signature(s, def.Canon.Func)
	if err != nil {
		return err
	}
	plan := liftPlan{
		signature: signature, core: f.calls.add(s.coreFunctions[def.Canon.Syntax.Index]),
		instance: s.instance, options: options,
	}
	f.lifts = append(f.lifts, plan)
	s.functions = append(s.functions, &function{signature: plan.signature, lift: len(f.lifts) - 1})
	return nil
}

func (f *flattener) options(s *scope, o *validate.Options) (optionPlan, error) {
	plan := optionPlan{encoding: abi.Encoding(o.Encoding), memory: notGiven, realloc: notGiven, postReturn: notGiven}
	if o.Memory != nil {
		if s.def.CoreMemories[*o.Memory].Type.Limits.Is64 {
			return plan, unsupported(validate.FeatureMemory64, "a memory of 64-bit addresses")
		}
		plan.shared = s.def.CoreMemories[*o.Memory].Type.Limits.Shared
		plan.memory = f.memories.add(s.coreItems[componentbinary.CoreSortMemory][*o.Memory])
	}
	if o.Realloc != nil {
		plan.realloc = f.calls.add(s.coreFunctions[*o.Realloc])
	}
	if o.PostReturn != nil {
		plan.postReturn = f.calls.add(s.coreFunctions[*o.PostReturn])
	}
	return plan, nil
}

// coreFunc adds a core function: an export of a core instance, or one that a
// canonical definition makes.
func (f *flattener) coreFunc(s *scope, index int) error {
	def := &s.def.CoreFuncs[index]
	if def.Origin.Kind != validate.Defined {
		s.coreFunctions = append(s.coreFunctions, s.coreAlias(def.Origin))
		return nil
	}
	made, err := f.canon(s, def.Canon)
	if err != nil {
		return err
	}
	s.coreFunctions = append(s.coreFunctions, coreItem{name: made.Name, function: len(f.functions)})
	f.functions = append(f.functions, made)
	return nil
}

func (f *flattener) canon(s *scope, c *validate.Canon) (engine.HostFunc, error) {
	name := f.nextName()
	switch c.Syntax.Op {
	case componentbinary.Lower:
		return f.lower(s, c, name)
	case componentbinary.ResourceNew, componentbinary.ResourceDrop, componentbinary.ResourceRep:
		slot := s.resources.Resource(c.Resource).Host.(task.Slot)
		if c.Syntax.Op != componentbinary.ResourceRep {
			f.builtins = append(f.builtins, builtinPlan{s.instance, slot, c.Syntax.Op == componentbinary.ResourceDrop})
		}
		switch c.Syntax.Op {
		case componentbinary.ResourceNew:
			return canon.ResourceNewFunc(name, s.instance, slot), nil
		case componentbinary.ResourceDrop:
			return canon.ResourceDropFunc(name, s.instance, slot), nil
		}
		return canon.ResourceRepFunc(name, s.instance, slot), nil
	}
	return engine.HostFunc{}, unsupported(validate.FeatureOf(c.Syntax.Op), c.Syntax.Op.String())
}

func (f *flattener) lower(s *scope, c *validate.Canon, name string) (engine.HostFunc, error) {
	if c.Func.Async || c.Options.Async {
		return engine.HostFunc{}, unsupported(validate.FeatureAsync, "an async function")
	}
	options, err := f.options(s, &c.Options)
	if err != nil {
		return engine.HostFunc{}, err
	}
	signature, err := f.signature(s, c.Func)
	if err != nil {
		return engine.HostFunc{}, err
	}
	plan := lowerPlan{
		signature: signature, instance: s.instance, options: options, callee: *s.functions[c.Syntax.Index],
		function: len(f.functions),
	}
	if plan.callee.lift != notLifted {
		transfer, err := abi.NewTransfer(plan.signature, plan.callee.signature)
		if err != nil {
			return engine.HostFunc{}, err
		}
		plan.transfer = transfer
	}
	index := len(f.lowers)
	f.lowers = append(f.lowers, plan)
	f.emit(step{kind: stepLower, index: index})
	return canon.LowerFunc(name, index, plan.signature.Lower, plan.callee.lift == notLifted), nil
}
