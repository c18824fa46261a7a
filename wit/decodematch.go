package wit

import (
	"slices"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
)

// learn ties another copy of a type to its definition, and those without a name
// that it is made from to theirs. They must have the same form.
func (d *decoder) learn(def *TypeDef, t *outline.Type) error {
	if d.known(t) == def {
		return nil
	}
	d.name(def, t)
	if !d.match(def, t.Root()) {
		return at(t.Offset, "it is not that of the same name elsewhere")
	}
	return nil
}

func (d *decoder) match(def *TypeDef, t *outline.Type) bool {
	if primitive, ok := t.Def.(componentbinary.Primitive); ok {
		return def.Kind == Alias && def.stands() == Type{Kind: primitiveKinds[primitive.Type]}
	}
	if def.Kind == Alias {
		if def = def.Resolved(); def.Kind == Alias {
			return false
		}
	}
	if t.IsResource() {
		return def.Kind == Resource
	}
	kind, labels, size := form(t.Def)
	parts := def.parts()
	if kind != def.Kind || size != def.Size || len(parts) != len(t.Parts) || labels != nil && len(labels) != len(def.Members) {
		return false
	}
	for i, label := range labels {
		if label != def.Members[i].Name {
			return false
		}
	}
	for i, part := range parts {
		if !d.matchPart(part, t.Parts[i]) {
			return false
		}
	}
	return t.Handle == nil || d.known(t.Handle) == nil || d.known(t.Handle).Resolved() == def.Target.Resolved()
}

// parts are what a type of values is made from.
func (d *TypeDef) parts() []Type {
	if len(d.Members) == 0 || d.Kind == Enum || d.Kind == Flags {
		return d.Types
	}
	parts := make([]Type, len(d.Members))
	for i, m := range d.Members {
		parts[i] = m.Type
	}
	return parts
}

func (d *decoder) matchPart(part Type, v outline.Value) bool {
	switch {
	case v.Type == nil:
		return v.Primitive == 0 && part.Kind == None || v.Primitive != 0 && part.Kind == primitiveKinds[v.Primitive]
	case part.Kind != Defined:
		primitive, ok := v.Type.Root().Def.(componentbinary.Primitive)
		return ok && part.Kind == primitiveKinds[primitive.Type]
	}
	if known := d.known(v.Type); known != nil {
		return known.Resolved() == part.Def.Resolved() || part.Def.Name == ""
	}
	d.scope.defs[v.Type] = part.Def
	return d.match(part.Def, v.Type.Root())
}

// stands returns what a type stands for behind all names.
func (d *TypeDef) stands() Type {
	if def := d.Resolved(); def.Kind != Alias {
		return Type{Defined, def}
	}
	for d.Types[0].Kind == Defined {
		d = d.Types[0].Def
	}
	return d.Types[0]
}

// same reports whether two functions have the same signature.
func (f *Function) same(other *Function) bool {
	return f.Kind == other.Kind && f.Async == other.Async && f.Result.same(other.Result) &&
		slices.EqualFunc(f.Params, other.Params, func(a, b Param) bool { return a.Name == b.Name && a.Type.same(b.Type) })
}

// same reports whether two types are the same behind all names.
func (t Type) same(other Type) bool {
	if t.Kind == Defined {
		t = t.Def.stands()
	}
	if other.Kind == Defined {
		other = other.Def.stands()
	}
	if t == other || t.Kind != Defined || other.Kind != Defined {
		return t == other
	}
	a, b := t.Def, other.Def
	return a.Name == "" && b.Name == "" && a.Kind == b.Kind && a.Size == b.Size && slices.EqualFunc(a.Types, b.Types, Type.same) &&
		(a.Target == b.Target || a.Target != nil && b.Target != nil && a.Target.Resolved() == b.Target.Resolved())
}
