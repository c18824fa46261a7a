package outline

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// externType makes what the type of an import or export says.
func (e *evaluator) externType(s *scope, t *componentbinary.ExternType, offset uint32) Extern {
	x := Extern{Sort: t.Sort}
	if !e.spend(1, offset) {
		return x
	}
	switch t.Sort {
	case componentbinary.SortFunc:
		x.Func = e.funcAt(s, t.Index, offset)
	case componentbinary.SortInstance:
		x.Instance = e.newInstance(at(e, s.types, t.Index, offset, "type"), offset)
	case componentbinary.SortComponent:
		def := at(e, s.types, t.Index, offset, "type")
		x.Component = e.newComponent(def, nil, offset)
		x.definition = &definition{typ: def}
	case componentbinary.SortType:
		if t.Bound == componentbinary.BoundOther {
			x.Type = &Type{Offset: offset}
		} else {
			x.Type = e.renamed(at(e, s.types, t.Index, offset, "type"), offset)
		}
	}
	return x
}

// renamed gives a type another name.
func (e *evaluator) renamed(t *Type, offset uint32) *Type {
	name := &Type{Of: t, Offset: offset, root: t.Root(), names: t.names + 1, depth: t.depth, weight: t.weight}
	if name.names > maxNames {
		e.exceed(offset, "names", "more than %d names of names", maxNames)
	}
	if _, ok := t.Root().Def.(*componentbinary.ComponentType); ok {
		name.Component = e.newComponent(t, nil, offset)
	}
	return name
}

// imported adds an import: what is given for it if the component is
// instantiated.
func (e *evaluator) imported(s *scope, d *componentbinary.Import) {
	x := e.externType(s, &d.Type, d.Offset)
	x.ExternName, x.Offset = d.Name, d.Offset
	if s.args != nil {
		x = e.given(s.args, x)
	}
	e.add(s, x)
	s.out.Imports = append(s.out.Imports, x)
}

// given returns what is given for an import: of an instance what was asked for.
func (e *evaluator) given(args map[string]Extern, asked Extern) Extern {
	actual, ok := args[asked.Name]
	switch {
	case !e.spend(1+asked.weight(), asked.Offset):
		return asked
	case asked.Sort == componentbinary.CoreSortModule || asked.Sort == componentbinary.SortValue:
		return asked
	case !ok:
		e.fail(asked.Offset, "missing import named `%s`", asked.Name)
		return asked
	case actual.Sort != asked.Sort:
		e.fail(asked.Offset, "expected %s, found %s", asked.Sort, actual.Sort)
		return asked
	}
	actual.ExternName, actual.Offset = asked.ExternName, asked.Offset
	if asked.Instance != nil {
		actual.Instance = e.narrowed(actual.Instance, asked.Instance)
	}
	return actual
}

// narrowed returns an instance with those of its exports that are asked for.
func (e *evaluator) narrowed(actual, asked *Instance) *Instance {
	given := make(map[string]Extern, len(actual.Exports))
	for _, x := range actual.Exports {
		given[x.Name] = x
	}
	exports := make([]Extern, 0, len(asked.Exports))
	for _, x := range asked.Exports {
		exports = append(exports, e.given(given, x))
	}
	return newInstance(exports)
}

// exported adds an export of a component.
func (e *evaluator) exported(s *scope, d *componentbinary.Export) {
	x := e.found(s, d.Item, d.Offset)
	if d.Ascribed {
		x = e.externType(s, &d.Type, d.Offset)
	} else if x.Type != nil && d.Item.Sort == componentbinary.SortType {
		x.Type = e.renamed(x.Type, d.Offset)
	}
	x.ExternName, x.Offset = d.Name, d.Offset
	e.add(s, x)
	s.out.Exports = append(s.out.Exports, x)
}

// found returns what an index refers to.
func (e *evaluator) found(s *scope, item componentbinary.SortIndex, offset uint32) Extern {
	x := Extern{Sort: item.Sort}
	if !e.spend(1, offset) {
		return x
	}
	switch item.Sort {
	case componentbinary.SortFunc:
		x.Func = at(e, s.funcs, item.Index, offset, "function")
	case componentbinary.SortType:
		x.Type = at(e, s.types, item.Index, offset, "type")
	case componentbinary.SortInstance:
		x.Instance = at(e, s.instances, item.Index, offset, "instance")
	case componentbinary.SortComponent:
		x.definition = at(e, s.components, item.Index, offset, "component")
	}
	e.spend(x.weight(), offset)
	return x
}

// weight is how many words it takes to write what it is.
func (x *Extern) weight() int64 {
	switch {
	case x.Func != nil:
		return x.Func.weight
	case x.Instance != nil:
		return x.Instance.weight
	case x.Type != nil:
		return x.Type.weight
	}
	return 1
}

// add appends an import or export to the index space that it is for.
func (e *evaluator) add(s *scope, x Extern) {
	switch {
	case e.err != nil:
	case x.Sort == componentbinary.SortFunc:
		s.funcs = append(s.funcs, x.Func)
	case x.Sort == componentbinary.SortType:
		s.types = append(s.types, x.Type)
	case x.Sort == componentbinary.SortInstance:
		s.instances = append(s.instances, x.Instance)
	case x.Sort == componentbinary.SortComponent:
		s.components = append(s.components, x.definition)
	}
}
