package validate

import "github.com/patchbay-go/patchbay/component/types"

// visible reports whether an import or export refers to no type without a name
// that is visible from outside (Explainer.md, "External Visibility of Types"),
// and notes the names that it brings. Types of instances have no such rule: it
// holds where they are imported or exported.
func (v *validator) visible(s *scope, e entity, d direction) bool {
	if s.kind == scopeInstanceType {
		return true
	}
	names := s.visibleImports
	if d == outward {
		names = s.visibleExports
	}
	return v.visibleIn(s, e, d, names)
}

func (v *validator) visibleIn(s *scope, e entity, d direction, names map[any]bool) bool {
	if !v.spend(1) {
		return true
	}
	switch e.kind {
	case types.ExternType:
		if !v.partsNamed(e.typ, names) {
			return false
		}
		s.reveal(e.typ, d)
	case types.ExternInstance:
		for _, x := range e.instance.exports.list {
			if !v.visibleIn(s, x.entity, d, names) {
				return false
			}
		}
	case types.ExternFunc:
		return v.funcNamed(e.fn, names)
	case types.ExternValue:
		return v.named(e.value, names)
	}
	return true
}

// reveal makes the name of a type visible: to exports, and if it is imported to
// imports too.
func (s *scope) reveal(t typ, d direction) {
	var name any
	switch {
	case t.resource != nil:
		name = t.resource
	case t.value != nil:
		name = t.value
	default:
		return
	}
	s.visibleExports[name] = true
	if d == inward {
		s.visibleImports[name] = true
	}
}

// partsNamed reports whether what t is made of has names; t itself is about to
// get one. Types of components stand on their own.
func (v *validator) partsNamed(t typ, names map[any]bool) bool {
	switch {
	case t.value != nil:
		return v.valuePartsNamed(t.value, names)
	case t.fn != nil:
		return v.funcNamed(t.fn, names)
	case t.instance != nil:
		return v.exportsNamed(t.instance, names)
	}
	return true
}

func (v *validator) exportsNamed(t *instanceType, names map[any]bool) bool {
	for _, x := range t.exports.list {
		if !v.spend(1) {
			return true
		}
		ok := true
		switch x.kind {
		case types.ExternFunc:
			ok = v.funcNamed(x.fn, names)
		case types.ExternType:
			ok = v.partsNamed(x.typ, names)
		case types.ExternValue:
			ok = v.named(x.value, names)
		case types.ExternInstance:
			ok = v.exportsNamed(x.instance, names)
		}
		if !ok {
			return false
		}
	}
	return true
}

func (v *validator) funcNamed(f *types.FuncType, names map[any]bool) bool {
	for _, p := range f.Params {
		if !v.named(p.Type, names) {
			return false
		}
	}
	return v.named(f.Result, names)
}

// named reports whether t is a type that needs no name, or has one.
func (v *validator) named(t *types.Type, names map[any]bool) bool {
	switch {
	case t == nil || t.Kind().IsPrimitive() || !v.spend(1):
		return true
	case isNamed(t):
		return names[t]
	}
	return v.valuePartsNamed(t, names)
}

func (v *validator) valuePartsNamed(t *types.Type, names map[any]bool) bool {
	if r := v.handles[t]; r != nil {
		return names[r]
	}
	if t.Elem() != nil {
		return v.named(t.Elem(), names)
	}
	for _, f := range t.Fields() {
		if !v.named(f.Type, names) {
			return false
		}
	}
	return true
}
