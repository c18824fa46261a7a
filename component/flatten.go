package component

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A scope is a component that is being instantiated: what its indices mean.
type scope struct {
	def      *validate.Component
	outer    *scope
	code     *code
	instance int
	imports  map[string]item

	functions     []*function
	types         []*types.ResourceType // nil where it is none
	components    []*componentItem
	instances     []*instanceItem
	modules       []*Module
	coreFunctions []coreItem
	coreItems     map[componentbinary.Sort][]coreItem // tables, memories, globals, tags
	coreInstances []coreInstance

	// resources leads from the resource types in the component's types to those
	// that signatures have.
	resources types.Substitution
}

// A flattener writes a program.
type flattener struct {
	program
	given       []offer // what the host has for each import, if that is known
	moduleIndex map[*Module]int
	work, names int
	paths       int // bytes
	weight      uint64
}

// flatten writes the program of c. Without what is given for its imports it is
// open if they decide what it is.
func flatten(c *componentItem, given []offer) (*program, error) {
	f := &flattener{given: given, moduleIndex: map[*Module]int{}}
	root := f.enter(c, task.NoCaller)
	for _, imp := range c.def.Type.Imports {
		if err := f.importRoot(root, imp); err != nil {
			return nil, fmt.Errorf("import %s: %w", imp.Name, err)
		}
	}
	if f.open {
		return &f.program, nil
	}
	if err := f.instantiate(root); err != nil {
		return nil, err
	}
	f.exports = root.exported()
	return &f.program, nil
}

// enter returns the scope of one more component instance.
func (f *flattener) enter(c *componentItem, parent int) *scope {
	f.parents = append(f.parents, parent)
	return &scope{
		def: c.def, outer: c.scope, code: c.code, instance: len(f.parents) - 1,
		imports: map[string]item{}, resources: types.Substitution{},
		coreItems: map[componentbinary.Sort][]coreItem{},
	}
}

// emit appends a step.
func (f *flattener) emit(s step) { f.steps = append(f.steps, s) }

// instantiate goes through the definitions of s, whose imports are set.
func (f *flattener) instantiate(s *scope) error {
	for _, step := range s.def.Steps {
		if err := f.spend(1); err != nil {
			return err
		}
		if err := f.define(s, step); err != nil {
			return fmt.Errorf("%v %d: %w", step.Sort, step.Index, err)
		}
	}
	return nil
}

func (f *flattener) define(s *scope, step validate.Step) error {
	index := int(step.Index)
	switch step.Sort {
	case componentbinary.SortFunc:
		return f.function(s, index)
	case componentbinary.SortType:
		return f.typ(s, index)
	case componentbinary.SortComponent:
		return f.component(s, index)
	case componentbinary.SortInstance:
		return f.instance(s, index)
	case componentbinary.CoreSortModule:
		return f.coreModule(s, index)
	case componentbinary.CoreSortFunc:
		return f.coreFunc(s, index)
	case componentbinary.CoreSortInstance:
		return f.coreInstance(s, index)
	case componentbinary.CoreSortTable, componentbinary.CoreSortMemory, componentbinary.CoreSortGlobal,
		componentbinary.CoreSortTag:
		s.coreItems[step.Sort] = append(s.coreItems[step.Sort], s.coreAlias(coreItemOrigin(s.def, step.Sort, index)))
		return nil
	case componentbinary.CoreSortType:
		return nil
	}
	return unsupported(validate.FeatureValues, "a value")
}

// origin returns what an entry of an index space is, if it is not defined there.
func (s *scope) origin(o validate.Origin, sort componentbinary.Sort) item {
	switch o.Kind {
	case validate.Imported:
		return s.imports[s.def.Syntax.Imports[o.Index].Name.Name]
	case validate.Aliased:
		return s.instances[o.Index].exports[o.Name]
	case validate.Outer:
		outer := s
		for range o.Outer {
			outer = outer.outer
		}
		return outer.item(componentbinary.SortIndex{Sort: sort, Index: o.Index})
	}
	return s.item(s.def.Exports[o.Index].Item)
}

// item returns what an index means.
func (s *scope) item(i componentbinary.SortIndex) item {
	switch i.Sort {
	case componentbinary.SortFunc:
		return item{function: s.functions[i.Index]}
	case componentbinary.SortType:
		return item{resource: s.types[i.Index]}
	case componentbinary.SortComponent:
		return item{component: s.components[i.Index]}
	case componentbinary.SortInstance:
		return item{instance: s.instances[i.Index]}
	case componentbinary.CoreSortModule:
		return item{module: s.modules[i.Index]}
	}
	return item{}
}

// exported returns what the component of s exports.
func (s *scope) exported() map[string]item {
	exports := make(map[string]item, len(s.def.Exports))
	for _, e := range s.def.Exports {
		exports[e.Name] = s.item(e.Item)
	}
	return exports
}

// signature returns what the ABI makes of a function type of s.
func (f *flattener) signature(s *scope, t *types.FuncType) (*abi.Signature, error) {
	if err := f.spendTypes(t); err != nil {
		return nil, err
	}
	return abi.NewSignature(s.resources.Func(t)), nil
}

func (f *flattener) typ(s *scope, index int) error {
	t := &s.def.Types[index]
	if t.Resource == nil {
		s.types = append(s.types, nil)
		return nil
	}
	var resource *types.ResourceType
	if t.Origin.Kind == validate.Defined {
		var err error
		if resource, err = f.resource(s, t); err != nil {
			return err
		}
	} else if resource = s.origin(t.Origin, componentbinary.SortType).resource; resource == nil {
		return fmt.Errorf("resource %v is nowhere", t.Resource)
	}
	if t.Origin.Kind == validate.Exported {
		f.name(resource, s.def.Exports[t.Origin.Index].Name)
	}
	s.resources[t.Resource] = resource
	s.types = append(s.types, resource)
	return nil
}

// name gives a resource type that an instance defines the name of its last export:
// it is defined without one, and the last is that of the outermost component.
func (f *flattener) name(resource *types.ResourceType, name string) {
	if plan := &f.resources[resource.Host.(task.Slot)]; !plan.imported {
		resource.Name, plan.name = name, name
	}
}

// resource adds a resource type that an instance defines.
func (f *flattener) resource(s *scope, t *validate.Type) (*types.ResourceType, error) {
	syntax, ok := s.def.Syntax.Types[t.Origin.Index].Type.(*componentbinary.Resource)
	if !ok {
		return nil, fmt.Errorf("resource %v is defined by a %T", t.Resource, s.def.Syntax.Types[t.Origin.Index].Type)
	}
	if syntax.Rep != corewasm.I32 {
		return nil, unsupported(validate.FeatureMemory64, fmt.Sprintf("a resource represented by %v", syntax.Rep))
	}
	plan := resourcePlan{name: t.Resource.Name, instance: s.instance, dtor: notGiven}
	if syntax.HasDtor {
		plan.dtor = f.calls.add(s.coreFunctions[syntax.Dtor])
	}
	return f.addResource(plan), nil
}

func (f *flattener) addResource(plan resourcePlan) *types.ResourceType {
	slot := len(f.resources)
	plan.typ = &types.ResourceType{Name: plan.name, Host: task.Slot(slot)}
	f.resources = append(f.resources, plan)
	f.emit(step{kind: stepResource, index: slot})
	return plan.typ
}

func (f *flattener) component(s *scope, index int) error {
	def := &s.def.Components[index]
	var c *componentItem
	if def.Origin.Kind == validate.Defined {
		c = &componentItem{def: def.Component, scope: s, code: s.code}
	} else {
		c = s.origin(def.Origin, componentbinary.SortComponent).component
	}
	s.components = append(s.components, c)
	return nil
}

func (f *flattener) instance(s *scope, index int) error {
	def := &s.def.Instances[index]
	if def.Origin.Kind != validate.Defined {
		i := s.origin(def.Origin, componentbinary.SortInstance).instance
		s.instances = append(s.instances, i)
		return nil
	}
	i, err := f.newInstance(s, &s.def.Syntax.Instances[def.Origin.Index], def.Type)
	s.instances = append(s.instances, i)
	return err
}

// newInstance instantiates a component, or makes a bag of exports, as an instance
// of that type.
func (f *flattener) newInstance(s *scope, syntax *componentbinary.Instance, t *types.InstanceType) (*instanceItem, error) {
	if err := f.spendNames(len(syntax.Args) + len(syntax.Exports)); err != nil {
		return nil, err
	}
	if syntax.Inline {
		exports := make(map[string]item, len(syntax.Exports))
		for _, e := range syntax.Exports {
			exports[e.Name.Name] = s.item(e.Item)
		}
		return &instanceItem{exports}, nil
	}
	c := s.components[syntax.Component]
	inner := f.enter(c, s.instance)
	for _, a := range syntax.Args {
		inner.imports[a.Name] = s.item(a.Item)
	}
	for _, imp := range c.def.Type.Imports {
		if err := f.bind(inner, imp.Extern, inner.imports[imp.Name]); err != nil {
			return nil, err
		}
	}
	if err := f.instantiate(inner); err != nil {
		return nil, err
	}
	made := &instanceItem{inner.exported()}
	return made, f.bind(s, types.Extern{Kind: types.ExternInstance, Instance: t}, item{instance: made})
}

// bind makes the resource types of an import's type those of what was given for
// it, or those of an instance's type those that it has.
func (f *flattener) bind(s *scope, e types.Extern, given item) error {
	if err := f.spend(1); err != nil {
		return err
	}
	switch {
	case e.Kind == types.ExternType && e.Resource != nil && given.resource != nil:
		s.resources[e.Resource] = given.resource
	case e.Kind == types.ExternInstance && given.instance != nil:
		for _, export := range e.Instance.Exports {
			if err := f.bind(s, export.Extern, given.instance.exports[export.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}
