package types

// A Substitution replaces resource types by others, as instantiation does with
// those that a component imports and defines. What it does not name stays.
type Substitution map[*ResourceType]*ResourceType

// Type returns t with the resource types replaced: t itself if there are none
// in it. A type that occurs in several places is replaced once.
func (s Substitution) Type(t *Type) *Type {
	if len(s) == 0 || !t.Contains(HasOwn|HasBorrow) {
		return t
	}
	done := make(map[*Type]*Type)
	return s.replace(t, done)
}

// Func returns f with the resource types replaced.
func (s Substitution) Func(f *FuncType) *FuncType {
	replaced := &FuncType{Async: f.Async, Result: s.Type(f.Result)}
	same := replaced.Result == f.Result
	for _, p := range f.Params {
		t := s.Type(p.Type)
		same = same && t == p.Type
		replaced.Params = append(replaced.Params, Param{Name: p.Name, Type: t})
	}
	if same {
		return f
	}
	return replaced
}

// Resource returns what stands for r.
func (s Substitution) Resource(r *ResourceType) *ResourceType {
	if to, ok := s[r]; ok {
		return to
	}
	return r
}

func (s Substitution) replace(t *Type, done map[*Type]*Type) *Type {
	if !t.Contains(HasOwn | HasBorrow) {
		return t
	}
	if replaced, ok := done[t]; ok {
		return replaced
	}
	replaced := t
	if t.kind == Own || t.kind == Borrow {
		if to := s.Resource(t.resource); to != t.resource {
			replaced = measure(&Type{kind: t.kind, resource: to})
		}
	} else {
		replaced = t.replaceParts(func(part *Type) *Type { return s.replace(part, done) })
	}
	done[t] = replaced
	return replaced
}

// replaceParts returns t with its direct parts replaced: t itself if none
// changes. The layout does not change with the parts, which are of the same.
func (t *Type) replaceParts(by func(*Type) *Type) *Type {
	var replaced *Type
	change := func() *Type {
		if replaced == nil {
			copied := *t
			copied.fields = append([]Field(nil), t.fields...)
			replaced = &copied
		}
		return replaced
	}
	if t.elem != nil {
		if elem := by(t.elem); elem != t.elem {
			change().elem = elem
		}
	}
	for i, f := range t.fields {
		if f.Type == nil {
			continue
		}
		if part := by(f.Type); part != f.Type {
			change().fields[i].Type = part
		}
	}
	if replaced == nil {
		return t
	}
	return replaced
}
