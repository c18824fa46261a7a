package validate

import "github.com/patchbay-go/patchbay/component/types"

// A remapping replaces resource types, and names of types, by others. What is in
// several places is replaced once, so that it stays the same.
type remapping struct {
	v         *validator
	resources map[*types.ResourceType]*types.ResourceType
	renamed   map[*types.Type]*types.Type // names of records, variants, enums and flags

	names      map[*resourceName]*resourceName
	values     map[*types.Type]*types.Type
	funcs      map[*types.FuncType]*types.FuncType
	instances  map[*instanceType]*instanceType
	components map[*componentType]*componentType
}

func (v *validator) newRemapping() *remapping {
	return &remapping{
		v:         v,
		resources: map[*types.ResourceType]*types.ResourceType{}, renamed: map[*types.Type]*types.Type{},
		names: map[*resourceName]*resourceName{}, values: map[*types.Type]*types.Type{},
		funcs: map[*types.FuncType]*types.FuncType{}, instances: map[*instanceType]*instanceType{},
		components: map[*componentType]*componentType{},
	}
}

func (m *remapping) empty() bool {
	return len(m.resources) == 0 && len(m.renamed) == 0 && len(m.names) == 0
}

func (m *remapping) entity(e entity) entity {
	if m.empty() {
		return e
	}
	switch e.kind {
	case types.ExternFunc:
		e.fn = m.fn(e.fn)
	case types.ExternValue:
		e.value = m.value(e.value)
	case types.ExternType:
		e.typ = m.typ(e.typ)
	case types.ExternInstance:
		e.instance = m.instance(e.instance)
	case types.ExternComponent:
		e.component = m.component(e.component)
	}
	return e
}

func (m *remapping) typ(t typ) typ {
	switch {
	case t.value != nil:
		t.value = m.value(t.value)
	case t.fn != nil:
		t.fn = m.fn(t.fn)
	case t.instance != nil:
		t.instance = m.instance(t.instance)
	case t.component != nil:
		t.component = m.component(t.component)
	case t.resource != nil:
		t.resource = m.name(t.resource)
	}
	return t
}

func (m *remapping) resource(r *types.ResourceType) *types.ResourceType {
	if to, ok := m.resources[r]; ok {
		return to
	}
	return r
}

func (m *remapping) name(n *resourceName) *resourceName {
	if known, ok := m.names[n]; ok {
		return known
	}
	to := n
	if r := m.resource(n.resource); r != n.resource {
		to = &resourceName{r}
	}
	m.names[n] = to
	return to
}

func (m *remapping) value(t *types.Type) *types.Type {
	if t == nil || t.Kind().IsPrimitive() || len(m.renamed) == 0 && !t.Contains(types.HasOwn|types.HasBorrow) {
		return t
	}
	if to, ok := m.renamed[t]; ok {
		return to
	}
	if known, ok := m.values[t]; ok {
		return known
	}
	m.v.spend(stepsPerCopy * (1 + len(t.Fields())))
	to := m.remade(t)
	m.values[t] = to
	return to
}

// remade returns t made of other parts: t itself if they are the same.
func (m *remapping) remade(t *types.Type) *types.Type {
	switch t.Kind() {
	case types.Own, types.Borrow:
		return m.handle(t)
	case types.List, types.FixedList, types.Map, types.Option, types.Stream, types.Future:
		return m.wrapper(t)
	}
	fields, changed := m.fields(t.Fields())
	if !changed {
		return t
	}
	switch t.Kind() {
	case types.Record:
		return types.RecordOf(fields...)
	case types.Tuple:
		return types.TupleOf(fieldTypes(fields)...)
	case types.Result:
		return types.ResultOf(fields[0].Type, fields[1].Type)
	}
	return types.VariantOf(fields...)
}

func (m *remapping) handle(t *types.Type) *types.Type {
	before := m.v.handles[t]
	name := m.name(before)
	switch {
	case name == before:
		return t
	case t.Kind() == types.Own:
		return m.v.handleOf(name, types.OwnOf)
	}
	return m.v.handleOf(name, types.BorrowOf)
}

func (m *remapping) wrapper(t *types.Type) *types.Type {
	element := m.value(t.Elem())
	if element == t.Elem() {
		return t
	}
	switch t.Kind() {
	case types.List:
		return types.ListOf(element)
	case types.FixedList:
		return types.FixedListOf(element, uint32(t.Len()))
	case types.Map:
		return types.MapOf(element.Fields()[0].Type, element.Fields()[1].Type)
	case types.Option:
		return types.OptionOf(element)
	case types.Stream:
		return types.StreamOf(element)
	}
	return types.FutureOf(element)
}

func (m *remapping) fields(fields []types.Field) (remade []types.Field, changed bool) {
	remade = make([]types.Field, len(fields))
	for i, f := range fields {
		remade[i] = types.Field{Name: f.Name, Type: m.value(f.Type)}
		changed = changed || remade[i].Type != f.Type
	}
	return remade, changed
}

func fieldTypes(fields []types.Field) []*types.Type {
	list := make([]*types.Type, len(fields))
	for i, f := range fields {
		list[i] = f.Type
	}
	return list
}

func (m *remapping) fn(f *types.FuncType) *types.FuncType {
	if known, ok := m.funcs[f]; ok {
		return known
	}
	m.v.spend(stepsPerCopy * (1 + len(f.Params)))
	remade := &types.FuncType{Async: f.Async, Result: m.value(f.Result)}
	changed := remade.Result != f.Result
	for _, p := range f.Params {
		t := m.value(p.Type)
		changed = changed || t != p.Type
		remade.Params = append(remade.Params, types.Param{Name: p.Name, Type: t})
	}
	if !changed {
		remade = f
	}
	m.funcs[f] = remade
	return remade
}

func (m *remapping) members(list members) (remade members, changed bool) {
	m.v.spend(stepsPerCopy * len(list.list))
	remade = members{list: make([]member, len(list.list)), index: list.index}
	for i, x := range list.list {
		e := m.entity(x.entity)
		changed = changed || e != x.entity
		remade.list[i] = member{x.name, e, x.attributes}
	}
	return remade, changed
}

func (m *remapping) instance(t *instanceType) *instanceType {
	if known, ok := m.instances[t]; ok {
		return known
	}
	exports, changed := m.members(t.exports)
	remade := t
	if changed {
		remade = &instanceType{
			exports: exports, defined: t.defined, named: m.paths(t.named), weight: t.weight, depth: t.depth,
		}
	}
	m.instances[t] = remade
	return remade
}

// concrete returns the type of an instance of type t, whose defined resource
// types are among those that are replaced.
func (m *remapping) concrete(t *instanceType) *instanceType {
	exports, _ := m.members(t.exports)
	return &instanceType{exports: exports, named: m.paths(t.named), weight: t.weight, depth: t.depth}
}

func (m *remapping) component(t *componentType) *componentType {
	if known, ok := m.components[t]; ok {
		return known
	}
	imports, changedImports := m.members(t.imports)
	exports, changedExports := m.members(t.exports)
	remade := t
	if changedImports || changedExports {
		remade = &componentType{
			imports: imports, exports: exports, imported: t.imported, defined: t.defined,
			named: m.paths(t.named), weight: t.weight, depth: t.depth,
		}
	}
	m.components[t] = remade
	return remade
}

func (m *remapping) paths(named []pathTo) []pathTo {
	m.v.spend(len(named))
	remade := make([]pathTo, len(named))
	for i, n := range named {
		remade[i] = pathTo{m.resource(n.resource), n.path}
	}
	return remade
}
