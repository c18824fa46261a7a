package componentbinary

import (
	"fmt"
	"math"
)

// A ValueType is the type of a value as it stands in the binary: a primitive
// type, the index of a defined type, or [None].
type ValueType int64

// The primitive types, as the negative integers that stand for them.
const (
	Bool ValueType = -1 - iota
	S8
	U8
	S16
	U16
	S32
	U32
	S64
	U64
	F32
	F64
	Char
	String

	ErrorContext ValueType = 0x64 - 0x80
)

// None is where there is no type, as in a case of a variant without a payload.
const None ValueType = math.MinInt64

// Index returns the index of the defined type, if t is one.
func (t ValueType) Index() (index uint32, ok bool) {
	return uint32(t), t >= 0
}

// IsPrimitive reports whether t is a primitive type.
func (t ValueType) IsPrimitive() bool {
	return t <= Bool && t >= String || t == ErrorContext
}

// String returns the type's name in the text format, or its index.
func (t ValueType) String() string {
	switch {
	case t <= Bool && t >= String:
		return [...]string{
			"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string",
		}[-1-t]
	case t == ErrorContext:
		return "error-context"
	case t == None:
		return "none"
	}
	return fmt.Sprint(int64(t))
}

// valueType reads the type of a value.
func (r *reader) valueType() ValueType {
	at := r.pos
	t := ValueType(r.s33())
	if r.err == nil && t < 0 && (!t.IsPrimitive() || r.pos > at+1) {
		r.leading(at, r.data[at], "component value type")
	}
	return t
}

// optionalType reads a type that may be there.
func (r *reader) optionalType() ValueType {
	if !r.option("optional component value type") {
		return None
	}
	return r.valueType()
}

// result reads the result of a function, or None.
func (r *reader) result() ValueType {
	at := r.pos
	switch b := r.byte(); b {
	case 0:
		return r.valueType()
	case 1:
		at = r.pos
		if n := r.byte(); n != 0 {
			r.leading(at, n, "number of results")
		}
	default:
		r.leading(at, b, "component function results")
	}
	return None
}
