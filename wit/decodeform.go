package wit

import (
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

var primitiveKinds = map[componentbinary.ValueType]Kind{
	componentbinary.Bool: Bool, componentbinary.S8: S8, componentbinary.U8: U8, componentbinary.S16: S16,
	componentbinary.U16: U16, componentbinary.S32: S32, componentbinary.U32: U32, componentbinary.S64: S64,
	componentbinary.U64: U64, componentbinary.F32: F32, componentbinary.F64: F64, componentbinary.Char: Char,
	componentbinary.String: String, componentbinary.ErrorContext: ErrorContext,
}

// form returns the kind of a type of values, its labels, and the size of a list
// of fixed size.
func form(t componentbinary.Type) (kind DefKind, labels []string, size uint32) {
	switch t := t.(type) {
	case *componentbinary.Record:
		return Record, labelsOf(t.Fields), 0
	case *componentbinary.Variant:
		return Variant, labelsOf(t.Cases), 0
	case *componentbinary.Flags:
		return Flags, t.Labels, 0
	case *componentbinary.Enum:
		return Enum, t.Labels, 0
	case *componentbinary.FixedList:
		return FixedList, nil, t.Length
	case *componentbinary.List:
		return List, nil, 0
	case *componentbinary.Tuple:
		return Tuple, nil, 0
	case *componentbinary.Option:
		return Option, nil, 0
	case *componentbinary.Result:
		return Result, nil, 0
	case *componentbinary.Map:
		return Map, nil, 0
	case *componentbinary.Stream:
		return Stream, nil, 0
	case *componentbinary.Future:
		return Future, nil, 0
	case componentbinary.Own:
		return Own, nil, 0
	case componentbinary.Borrow:
		return Borrow, nil, 0
	}
	return Alias, nil, 0
}

func labelsOf(list []componentbinary.Labelled) []string {
	labels := make([]string, len(list))
	for i := range list {
		labels[i] = list[i].Label
	}
	return labels
}

// shape sets what a definition is made from.
func (d *decoder) shape(def *TypeDef, t *outline.Type, offset uint32) error {
	var labels []string
	if def.Kind, labels, def.Size = form(t.Def); def.Kind == Alias {
		return at(offset, "a type of functions, instances or components has no WIT")
	}
	if t.Handle != nil {
		known := d.known(t.Handle)
		if known == nil {
			return at(offset, "a handle of a resource that has no name")
		}
		target, err := d.here(known, offset)
		def.Target = target.Def
		return err
	}
	parts := make([]Type, len(t.Parts))
	for i, part := range t.Parts {
		var err error
		if parts[i], err = d.typ(part, offset); err != nil {
			return err
		}
	}
	if labels == nil {
		def.Types = parts
		return nil
	}
	return def.setMembers(labels, parts, offset)
}

func (d *TypeDef) setMembers(labels []string, parts []Type, offset uint32) error {
	for i, label := range labels {
		m := Member{Name: label}
		if i < len(parts) {
			m.Type = parts[i]
		}
		if !syntax.IsLabel(label) {
			return at(offset, "the name %q is no label", label)
		}
		d.Members = append(d.Members, m)
	}
	return nil
}
