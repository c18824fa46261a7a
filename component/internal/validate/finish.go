package validate

import "github.com/patchbay-go/patchbay/component/types"

// finish makes the type of a component, or the component type that was declared.
// Of the resource types that are defined in it those matter that its exports
// mention; they must be exported themselves, and no import may mention any.
func (v *validator) finish(s *scope) (*componentType, error) {
	t := &componentType{
		imports: s.imports, exports: s.exports, imported: s.imported, weight: s.weight + 1, depth: s.depth + 1,
	}
	for r, path := range s.named {
		t.named = append(t.named, pathTo{r, path})
	}
	if len(s.defined) == 0 {
		return t, nil
	}
	inImports, inExports := v.newMentions(), v.newMentions()
	inImports.members(s.imports)
	inExports.members(s.exports)
	for _, r := range s.defined {
		if inImports.resources[r] {
			return nil, bad("local resource type found in imports")
		}
		if !inExports.resources[r] {
			continue
		}
		path, ok := s.named[r]
		if !ok {
			return nil, bad("local resource type found in export but not exported itself")
		}
		t.defined = append(t.defined, pathTo{r, path})
	}
	return t, v.exhausted()
}

// hasResources reports whether a type mentions resource types that it does not
// bring itself.
func (v *validator) hasResources(t typ) bool {
	m := v.newMentions()
	m.typ(t)
	return len(m.resources) > 0
}

// mentions are the resource types that types refer to and do not bring
// themselves.
type mentions struct {
	v         *validator
	resources map[*types.ResourceType]bool
	seen      map[any]bool
}

func (v *validator) newMentions() *mentions {
	return &mentions{v, map[*types.ResourceType]bool{}, map[any]bool{}}
}

// visit reports whether a type is seen for the first time.
func (m *mentions) visit(t any) bool {
	if m.seen[t] || !m.v.spend(1) {
		return false
	}
	m.seen[t] = true
	return true
}

func (m *mentions) members(list members) {
	for _, x := range list.list {
		switch x.kind {
		case types.ExternFunc:
			m.fn(x.fn)
		case types.ExternValue:
			m.value(x.value)
		case types.ExternType:
			m.typ(x.typ)
		case types.ExternInstance:
			m.instance(x.instance)
		case types.ExternComponent:
			m.component(x.component)
		}
	}
}

func (m *mentions) typ(t typ) {
	switch {
	case t.value != nil:
		m.value(t.value)
	case t.fn != nil:
		m.fn(t.fn)
	case t.instance != nil:
		m.instance(t.instance)
	case t.component != nil:
		m.component(t.component)
	case t.resource != nil:
		m.resources[t.resource.resource] = true
	}
}

func (m *mentions) value(t *types.Type) {
	if !t.Contains(types.HasOwn|types.HasBorrow) || !m.visit(t) {
		return
	}
	if t.Resource() != nil {
		m.resources[t.Resource()] = true
	}
	if t.Elem() != nil {
		m.value(t.Elem())
	}
	for _, f := range t.Fields() {
		m.value(f.Type)
	}
}

func (m *mentions) fn(f *types.FuncType) {
	if !m.visit(f) {
		return
	}
	for _, p := range f.Params {
		m.value(p.Type)
	}
	m.value(f.Result)
}

func (m *mentions) instance(t *instanceType) {
	if !m.visit(t) {
		return
	}
	m.members(t.exports)
	for _, r := range t.defined {
		delete(m.resources, r)
	}
}

func (m *mentions) component(t *componentType) {
	if !m.visit(t) {
		return
	}
	m.members(t.imports)
	m.members(t.exports)
	for _, p := range t.imported {
		delete(m.resources, p.resource)
	}
	for _, p := range t.defined {
		delete(m.resources, p.resource)
	}
}
