package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// A value is how a type is referred to: a primitive type or an index.
type value int64

func (v value) append(dst []byte) []byte {
	if v < 0 {
		return append(dst, byte(v)&0x7f)
	}
	return leb128.AppendInt64(dst, int64(v))
}

var primitiveValues = func() map[Kind]value {
	values := make(map[Kind]value, len(primitiveKinds))
	for v, kind := range primitiveKinds {
		values[kind] = value(v)
	}
	return values
}()

// typ encodes a type with all that it is made from, unless it is there already.
func (e *encoder) typ(t Type) value {
	if t.Kind != Defined {
		return primitiveValues[t.Kind]
	}
	s, def := e.space(), t.Def
	if index, ok := s.defs[def]; ok {
		return value(index)
	}
	if def.Name == "" {
		if index, ok := s.anonymous[def.key()]; ok {
			return value(index)
		}
	}
	if def.Interface != nil && def.Interface != e.iface {
		index := e.use(def)
		s.defs[def] = index
		return value(index)
	}
	encoded := e.define(def)
	if encoded < 0 {
		return encoded
	}
	s.defs[def] = uint32(encoded)
	if def.Name == "" {
		s.anonymous[def.key()] = uint32(encoded)
	}
	return encoded
}

// define encodes a type that is defined here, under its name if it has one.
func (e *encoder) define(def *TypeDef) value {
	s, decl := e.space(), byte(declExport)
	if e.importing {
		decl = declImport
	}
	if def.Kind == Resource {
		return value(s.name(decl, def, componentbinary.BoundOther, 0))
	}
	e.check(def)
	encoded := e.shape(def)
	if def.Name == "" {
		return encoded
	}
	if encoded < 0 {
		encoded = value(s.define(encoded.append(nil)))
	}
	return value(s.name(decl, def, componentbinary.BoundEqual, uint32(encoded)))
}

// use takes a type from another interface.
func (e *encoder) use(def *TypeDef) uint32 {
	index, ok := e.used[def]
	if !ok {
		index = e.outer.aliasExport(e.instances[def.Interface], def.Name)
		e.used[def] = index
	}
	if e.inner == nil {
		return index
	}
	return e.inner.aliasOuter(index)
}

// key identifies a type without a name by what it is made from.
func (d *TypeDef) key() anonymous {
	key := anonymous{kind: d.Kind, target: d.Target, size: d.Size}
	for _, t := range d.Types {
		key.types += fmt.Sprintf("%d %p,", t.Kind, t.Def)
	}
	return key
}

// The bytes that begin types of values.
var typeForms = map[DefKind]byte{
	Record: 0x72, Variant: 0x71, List: 0x70, Tuple: 0x6f, Flags: 0x6e, Enum: 0x6d, Option: 0x6b, Result: 0x6a,
	Own: 0x69, Borrow: 0x68, FixedList: 0x67, Stream: 0x66, Future: 0x65, Map: 0x63,
}

// shape encodes what a type is made from.
func (e *encoder) shape(def *TypeDef) value {
	if def.Kind == Alias {
		return e.typ(def.Types[0])
	}
	b := []byte{typeForms[def.Kind]}
	if def.Target != nil {
		b = leb128.AppendUint32(b, uint32(e.typ(Type{Defined, def.Target})))
		return value(e.space().define(b))
	}
	parts := make([]value, 0, len(def.Types)+len(def.Members))
	for _, t := range def.parts() {
		if t.Kind == None {
			parts = append(parts, noValue)
		} else {
			parts = append(parts, e.typ(t))
		}
	}
	switch def.Kind {
	case Record, Variant, Flags, Enum:
		b = def.appendMembers(b, parts)
	case Result, Stream, Future:
		for _, part := range parts {
			b = part.appendOptional(b)
		}
	default:
		if def.Kind == Tuple {
			b = leb128.AppendUint32(b, uint32(len(parts)))
		}
		for _, part := range parts {
			b = part.append(b)
		}
		if def.Kind == FixedList {
			b = leb128.AppendUint32(b, def.Size)
		}
	}
	return value(e.space().define(b))
}

// noValue is where there is no type.
const noValue value = -1 << 32

func (v value) appendOptional(dst []byte) []byte {
	if v == noValue {
		return append(dst, 0)
	}
	return v.append(append(dst, 1))
}

func (d *TypeDef) appendMembers(dst []byte, parts []value) []byte {
	dst = leb128.AppendUint32(dst, uint32(len(d.Members)))
	for i, m := range d.Members {
		dst = appendName(dst, m.Name)
		switch d.Kind {
		case Record:
			dst = parts[i].append(dst)
		case Variant:
			dst = append(parts[i].appendOptional(dst), 0)
		}
	}
	return dst
}

// function encodes the type of a function, unless it is there already.
func (e *encoder) function(f *Function) uint32 {
	e.checkFunction(f)
	s, key := e.space(), f.key()
	if index, ok := s.functions[key]; ok {
		return index
	}
	b := []byte{0x40}
	if f.Async {
		b[0] = 0x43
	}
	b = leb128.AppendUint32(b, uint32(len(f.Params)))
	for _, p := range f.Params {
		b = e.typ(p.Type).append(appendName(b, p.Name))
	}
	if f.Result.Kind == None {
		b = append(b, 0x01, 0x00)
	} else {
		b = e.typ(f.Result).append(append(b, 0x00))
	}
	index := s.define(b)
	s.functions[key] = index
	return index
}

// key identifies a function by its signature.
func (f *Function) key() string {
	key := fmt.Sprintf("%v %d %p", f.Async, f.Result.Kind, f.Result.Def)
	for _, p := range f.Params {
		key += fmt.Sprintf(",%s %d %p", p.Name, p.Type.Kind, p.Type.Def)
	}
	return key
}
