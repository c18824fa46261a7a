package outline

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// typeDef adds a type definition to the types.
func (e *evaluator) typeDef(s *scope, def componentbinary.Type, offset uint32) {
	t := &Type{Def: def, Offset: offset}
	switch def := def.(type) {
	case *componentbinary.Func:
		t.fn = e.fn(s, def, offset)
	case *componentbinary.ComponentType, *componentbinary.InstanceType:
		t.scope = s
	case componentbinary.Own:
		t.Handle = at(e, s.types, def.Resource, offset, "type")
	case componentbinary.Borrow:
		t.Handle = at(e, s.types, def.Resource, offset, "type")
	default:
		e.parts(s, t)
	}
	if t.Handle != nil && !t.Handle.IsResource() {
		e.fail(offset, "a handle of what is not a resource type")
	}
	t.depth, t.weight = 1, 1
	for _, part := range t.Parts {
		t.weight += part.weight()
		if part.Type != nil {
			t.depth = max(t.depth, part.Type.depth+1)
		}
	}
	if t.depth > maxDepth {
		e.exceed(offset, "nesting", "nesting too deep: more than %d levels", maxDepth)
	}
	if e.spend(t.weight, offset) {
		s.types = append(s.types, t)
	}
}

// weight is 1 for what is written by a name.
func (v Value) weight() int64 {
	if v.Type == nil || v.Type.Of != nil {
		return 1
	}
	return v.Type.weight
}

func (e *evaluator) fn(s *scope, def *componentbinary.Func, offset uint32) *Func {
	f := &Func{Async: def.Async, Result: e.value(s, def.Result, offset)}
	f.weight = 1 + f.Result.weight()
	for _, p := range def.Params {
		value := e.value(s, p.Type, p.Offset)
		f.Params = append(f.Params, Param{p.Label, value})
		f.weight += value.weight()
	}
	e.spend(f.weight, offset)
	return f
}

// parts finds what a type of values is made from.
func (e *evaluator) parts(s *scope, t *Type) {
	add := func(value componentbinary.ValueType, offset uint32) {
		t.Parts = append(t.Parts, e.value(s, value, offset))
	}
	switch def := t.Def.(type) {
	case *componentbinary.Record:
		for _, f := range def.Fields {
			add(f.Type, f.Offset)
		}
	case *componentbinary.Variant:
		for _, c := range def.Cases {
			add(c.Type, c.Offset)
		}
	case *componentbinary.Tuple:
		for _, element := range def.Elements {
			add(element, t.Offset)
		}
	case *componentbinary.List:
		add(def.Element, t.Offset)
	case *componentbinary.FixedList:
		add(def.Element, t.Offset)
	case *componentbinary.Option:
		add(def.Element, t.Offset)
	case *componentbinary.Stream:
		add(def.Element, t.Offset)
	case *componentbinary.Future:
		add(def.Element, t.Offset)
	case *componentbinary.Result:
		add(def.OK, t.Offset)
		add(def.Err, t.Offset)
	case *componentbinary.Map:
		add(def.Key, t.Offset)
		add(def.Value, t.Offset)
	}
}

// value finds the type of a value where it is used.
func (e *evaluator) value(s *scope, v componentbinary.ValueType, offset uint32) Value {
	index, defined := v.Index()
	switch {
	case v == componentbinary.None:
		return Value{}
	case !defined:
		return Value{Primitive: v}
	}
	t := at(e, s.types, index, offset, "type")
	switch t.Root().Def.(type) {
	case nil, *componentbinary.Func, *componentbinary.ComponentType, *componentbinary.InstanceType, *componentbinary.Resource:
		e.fail(offset, "type index %d is not a defined type", index)
	}
	return Value{Type: t}
}

// funcAt returns the function type of that index.
func (e *evaluator) funcAt(s *scope, index, offset uint32) *Func {
	t := at(e, s.types, index, offset, "type").Root()
	if t.fn == nil {
		e.fail(offset, "type index %d is not a function type", index)
		return new(Func)
	}
	return t.fn
}

// newInstance makes an instance of a type of instances, with types of its own.
func (e *evaluator) newInstance(t *Type, offset uint32) *Instance {
	t = t.Root()
	def, ok := t.Def.(*componentbinary.InstanceType)
	if !ok {
		e.fail(offset, "it is not an instance type")
		return new(Instance)
	}
	return newInstance(e.declarations(t, def.Decls, nil).out.Exports)
}

// newComponent makes a component of a type of components; with args it is an
// instance of it that has these imports.
func (e *evaluator) newComponent(t *Type, args map[string]Extern, offset uint32) *Component {
	t = t.Root()
	def, ok := t.Def.(*componentbinary.ComponentType)
	if !ok {
		e.fail(offset, "it is not a component type")
		return new(Component)
	}
	return &e.declarations(t, def.Decls, args).out
}
