package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// instance validates the definition of an instance.
func (v *validator) instance(s *scope, d *componentbinary.Instance, i int) error {
	if len(s.out.Instances) >= maxInstances {
		return exceeds("instances", "instances count exceeds limit of %d", maxInstances)
	}
	made := Instance{Origin: Origin{Kind: Defined, Index: uint32(i)}}
	var err error
	if d.Inline {
		made.typ, err = v.bag(s, d.Exports)
	} else {
		err = v.instantiate(s, d, &made)
	}
	if err == nil {
		s.addInstance(made)
	}
	return err
}

// instantiate supplies a component with its imports. What it defines becomes a
// new type with each instance.
func (v *validator) instantiate(s *scope, d *componentbinary.Instance, made *Instance) error {
	c, err := s.componentAt(d.Component)
	if err != nil {
		return err
	}
	args, err := v.args(s, d.Args)
	if err != nil {
		return err
	}
	t := c.typ
	m, err := v.supply(args, &t.imports, t.imported, "import")
	if err != nil {
		return err
	}
	for _, p := range t.defined {
		fresh := &types.ResourceType{Name: p.resource.Name}
		m.resources[p.resource] = fresh
		s.defined = append(s.defined, fresh)
	}
	made.Resources = m.resources
	exports, _ := m.members(t.exports)
	made.typ = &instanceType{exports: exports, named: m.paths(t.named), weight: t.weight, depth: t.depth}
	return nil
}

func (v *validator) args(s *scope, syntax []componentbinary.Arg) (*members, error) {
	args := newMembers(len(syntax))
	for _, arg := range syntax {
		e, err := v.item(s, arg.Item)
		if err == nil {
			if _, twice := args.get(arg.Name); twice {
				err = bad("instantiation argument `%s` conflicts with previous argument `%s`", arg.Name, arg.Name)
			}
		}
		if err != nil {
			return nil, atOffset(err, arg.Offset)
		}
		args.add(arg.Name, e, nil)
	}
	return &args, nil
}

// bag makes an instance of things that are there.
func (v *validator) bag(s *scope, exports []componentbinary.Inline) (*instanceType, error) {
	t := &instanceType{exports: newMembers(len(exports))}
	keys, none, counted := new(uniqueNames), new(resourceNames), new(scope)
	named := map[*types.ResourceType][]int{}
	for i := range exports {
		x := &exports[i]
		e, err := v.item(s, x.Item)
		if err == nil {
			v.reach(named, e, len(t.exports.list))
			err = counted.grow(e)
		}
		if err == nil {
			err = v.checkExtern(&x.Name, outward, e, none, keys, &t.exports)
		}
		if err != nil {
			return nil, atOffset(err, x.Offset)
		}
	}
	for r, path := range named {
		t.named = append(t.named, pathTo{r, path})
	}
	t.weight, t.depth = counted.weight+1, counted.depth+1
	return t, nil
}

// reach notes how resource types are reached through export i.
func (v *validator) reach(named map[*types.ResourceType][]int, e entity, i int) {
	switch {
	case e.kind == types.ExternInstance:
		v.spend(len(e.instance.named))
		for _, n := range e.instance.named {
			named[n.resource] = append([]int{i}, n.path...)
		}
	case e.kind == types.ExternType && e.typ.resource != nil:
		named[e.typ.resource.resource] = []int{i}
	}
}

// coreInstance validates the definition of a core instance.
func (v *validator) coreInstance(s *scope, d *componentbinary.CoreInstance, i int) error {
	if len(s.out.CoreInstances) >= maxInstances {
		return exceeds("instances", "core instances count exceeds limit of %d", maxInstances)
	}
	made := CoreInstance{Origin: Origin{Kind: Defined, Index: uint32(i)}}
	var err error
	if d.Inline {
		err = made.bag(s, d.Exports)
	} else {
		err = v.instantiateModule(s, d, &made)
	}
	if err == nil {
		s.step(componentbinary.CoreSortInstance, len(s.out.CoreInstances))
		s.out.CoreInstances = append(s.out.CoreInstances, made)
	}
	return err
}

func (v *validator) instantiateModule(s *scope, d *componentbinary.CoreInstance, made *CoreInstance) error {
	m, err := s.moduleAt(d.Module)
	if err != nil {
		return err
	}
	args := make(map[string]*CoreInstance, len(d.Args))
	for _, arg := range d.Args {
		instance, err := at(s.out.CoreInstances, arg.Instance, "core instance")
		if err != nil {
			return atOffset(err, arg.Offset)
		}
		if args[arg.Name] != nil {
			return badAt(arg.Offset, "duplicate module instantiation argument named `%s`", arg.Name)
		}
		args[arg.Name] = instance
	}
	for i := range m.Type.Imports {
		x := &m.Type.Imports[i]
		if !v.spend(1 + (len(x.Type.Func.Params)+len(x.Type.Func.Results))/valuesPerStep) {
			return v.exhausted()
		}
		if err := supplyCore(args, x); err != nil {
			return err
		}
	}
	made.Exports, made.index = m.Type.Exports, v.moduleExports[m.Type]
	return nil
}

// export returns the type of an export.
func (i *CoreInstance) export(name string) (*types.CoreType, bool) {
	n, ok := i.index[name]
	if !ok {
		return nil, false
	}
	return &i.Exports[n].Type, true
}

// valuesPerStep is how many parameters and results are compared in a step.
const valuesPerStep = 16

func supplyCore(args map[string]*CoreInstance, asked *types.CoreImport) error {
	instance := args[asked.Module]
	if instance == nil {
		return bad("missing module instantiation argument named `%s`", asked.Module)
	}
	export, ok := instance.export(asked.Name)
	if !ok {
		return bad("module instantiation argument `%s` does not export an item named `%s`", asked.Module, asked.Name)
	}
	if err := subCore(*export, asked.Type); err != nil {
		return within(err, "type mismatch for export `%s` of module instantiation argument `%s`", asked.Name, asked.Module)
	}
	return nil
}

// bag makes a core instance of things that are there.
func (i *CoreInstance) bag(s *scope, syntax []componentbinary.CoreInline) error {
	i.Exports, i.index = make([]types.CoreExport, len(syntax)), make(map[string]int, len(syntax))
	for n, x := range syntax {
		if _, twice := i.index[x.Name]; twice {
			return badAt(x.Offset, "export name `%s` already defined", x.Name)
		}
		t, err := s.coreItemAt(x.Item)
		if err != nil {
			return atOffset(err, x.Offset)
		}
		i.index[x.Name], i.Exports[n] = n, types.CoreExport{Name: x.Name, Type: t}
	}
	return nil
}

// coreItemAt returns the type of a core function, table, memory, global or tag.
func (s *scope) coreItemAt(item componentbinary.SortIndex) (types.CoreType, error) {
	switch item.Sort {
	case componentbinary.CoreSortFunc:
		f, err := s.coreFuncAt(item.Index)
		if err != nil {
			return types.CoreType{}, err
		}
		return types.CoreType{Kind: types.CoreFunc, Func: f.Type}, nil
	default:
		name := coreKind(item.Sort).String()
		x, err := at(*s.coreItems(item.Sort), item.Index, name)
		if err != nil {
			return types.CoreType{}, err
		}
		return x.Type, nil
	}
}

// coreKind returns the kind of the items of a sort.
func coreKind(sort componentbinary.Sort) types.CoreKind {
	return types.CoreKind(sort - componentbinary.CoreSortFunc)
}
