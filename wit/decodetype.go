package wit

import (
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// define makes a definition of the name that an import or export gives: another
// name for a type that is known, or a new one.
func (d *decoder) define(x *outline.Extern) (*TypeDef, error) {
	def := &TypeDef{Name: x.Name, Interface: d.scope.iface, World: d.scope.world, ExternalID: externalID(x)}
	if !syntax.IsLabel(x.Name) {
		return nil, at(x.Offset, "the name is no label")
	}
	root := x.Type.Root()
	primitive, isPrimitive := root.Def.(componentbinary.Primitive)
	switch known := d.known(x.Type); {
	case known != nil && d.reachable(known):
		def.setAlias(Type{Defined, known})
	case known != nil:
		if err := d.copyTo(def, known, x.Offset); err != nil {
			return nil, err
		}
	case root.IsResource():
		def.Kind = Resource
	case isPrimitive:
		def.setAlias(Type{Kind: primitiveKinds[primitive.Type]})
	default:
		if err := d.shape(def, root, x.Offset); err != nil {
			return nil, err
		}
	}
	d.r.Types = append(d.r.Types, def)
	d.scope.names.types[x.Name] = def
	d.name(def, x.Type)
	return def, nil
}

// known returns the definition of a type or, if it has none, of what it is
// another name of, and so on.
func (d *decoder) known(t *outline.Type) *TypeDef {
	for ; t != nil; t = t.Of {
		if def := d.scope.defs[t]; def != nil {
			return def
		}
		if def := d.defs[t]; def != nil {
			return def
		}
	}
	return nil
}

// name ties a type to its definition. What is referred to by names only is known
// by the names behind this one, too, if nothing else has them.
func (d *decoder) name(def *TypeDef, t *outline.Type) {
	d.scope.defs[t] = def
	if d.defs[t] == nil {
		d.defs[t] = def
	}
	if !needsName(t.Root()) {
		return
	}
	for t = t.Of; t != nil && d.scope.defs[t] == nil && d.defs[t] == nil; t = t.Of {
		d.scope.defs[t] = def
	}
}

// needsName reports whether a type is written by a name only.
func needsName(t *outline.Type) bool {
	switch t.Def.(type) {
	case *componentbinary.Record, *componentbinary.Variant, *componentbinary.Enum, *componentbinary.Flags:
		return true
	}
	return t.IsResource()
}

// typ returns a type where it is used: by its name if it has one here.
func (d *decoder) typ(v outline.Value, offset uint32) (Type, error) {
	if v.Type == nil {
		return Type{Kind: primitiveKinds[v.Primitive]}, nil
	}
	t := v.Type
	if known := d.known(t); known != nil {
		return d.here(known, offset)
	}
	root := t.Root()
	if primitive, ok := root.Def.(componentbinary.Primitive); ok {
		return Type{Kind: primitiveKinds[primitive.Type]}, nil
	}
	if needsName(root) {
		return Type{}, at(offset, "a %s that has no name", wordFor(root))
	}
	def := &TypeDef{}
	if err := d.shape(def, root, offset); err != nil {
		return Type{}, err
	}
	d.r.Types = append(d.r.Types, def)
	d.scope.defs[t] = def
	return Type{Defined, def}, nil
}

func wordFor(t *outline.Type) string {
	if t.IsResource() {
		return "resource"
	}
	kind, _, _ := form(t.Def)
	return kind.String()
}
