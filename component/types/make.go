package types

import (
	"math"
	"unsafe"
)

// BoolValue returns a bool.
func BoolValue(v bool) Value {
	if v {
		return ScalarValue(primitives[Bool], 1)
	}
	return ScalarValue(primitives[Bool], 0)
}

// S8Value returns an s8.
func S8Value(v int8) Value { return ScalarValue(primitives[S8], uint64(v)) }

// U8Value returns a u8.
func U8Value(v uint8) Value { return ScalarValue(primitives[U8], uint64(v)) }

// S16Value returns an s16.
func S16Value(v int16) Value { return ScalarValue(primitives[S16], uint64(v)) }

// U16Value returns a u16.
func U16Value(v uint16) Value { return ScalarValue(primitives[U16], uint64(v)) }

// S32Value returns an s32.
func S32Value(v int32) Value { return ScalarValue(primitives[S32], uint64(v)) }

// U32Value returns a u32.
func U32Value(v uint32) Value { return ScalarValue(primitives[U32], uint64(v)) }

// S64Value returns an s64.
func S64Value(v int64) Value { return ScalarValue(primitives[S64], uint64(v)) }

// U64Value returns a u64.
func U64Value(v uint64) Value { return ScalarValue(primitives[U64], v) }

// F32Value returns an f32.
func F32Value(v float32) Value { return ScalarValue(primitives[F32], uint64(math.Float32bits(v))) }

// F64Value returns an f64.
func F64Value(v float64) Value { return ScalarValue(primitives[F64], math.Float64bits(v)) }

// CharValue returns a char.
func CharValue(v rune) Value { return ScalarValue(primitives[Char], uint64(v)) }

// StringValue returns a string, which is UTF-8.
func StringValue(v string) Value { return PackedValue(primitives[String], v) }

// BytesValue returns a list<u8> with a copy of v.
func BytesValue(v []byte) Value { return PackedValue(numberLists[U8], string(v)) }

// RecordValue returns a record or tuple of type t with its fields in their order,
// which it keeps.
func RecordValue(t *Type, fields ...Value) Value {
	return Value{typ: t, ref: reference{to: unsafe.Pointer(unsafe.SliceData(fields))}, bits: uint64(len(fields)), form: formElems}
}

// VariantValue returns a variant, enum, option or result of type t: its case of
// that index, with a payload if it has one.
func VariantValue(t *Type, index int, payload ...Value) Value {
	if len(payload) == 0 {
		return ScalarValue(t, uint64(index))
	}
	return variant(t, index, payload[0])
}

// variant keeps the payload in the value itself if the case says its type, so
// that it can be told, and there is room.
func variant(t *Type, index int, payload Value) Value {
	if t != nil && uint(index) < uint(min(len(t.fields), maxUnboxed)) && payload.form < formUnboxed {
		if c := t.fields[index].Type; c != nil && c == payload.typ {
			payload.typ, payload.form = t, payload.form|form(index+1)<<caseShift
			return payload
		}
	}
	box := new(Value)
	*box = payload
	return Value{typ: t, ref: reference{to: unsafe.Pointer(box)}, bits: uint64(index), form: formBoxed}
}

// maxUnboxed is how many cases can have their payloads in the value.
const maxUnboxed = 1<<(32-caseShift) - 1

// CaseValue is VariantValue by the case's name. A name that t does not have makes
// a value that is none of t.
func CaseValue(t *Type, name string, payload ...Value) Value {
	return VariantValue(t, t.FieldIndex(name), payload...)
}

// SomeValue returns the option of type t that is v.
func SomeValue(t *Type, v Value) Value { return VariantValue(t, 1, v) }

// NoneValue returns the option of type t that is not there.
func NoneValue(t *Type) Value { return VariantValue(t, 0) }

// OkValue returns the result of type t that is ok, with its payload if it has one.
func OkValue(t *Type, payload ...Value) Value { return VariantValue(t, 0, payload...) }

// ErrorValue returns the result of type t that is an error, with its payload if
// it has one.
func ErrorValue(t *Type, payload ...Value) Value { return VariantValue(t, 1, payload...) }

// FlagsValue returns flags of type t, the first label as the lowest bit.
func FlagsValue(t *Type, bits uint32) Value { return ScalarValue(t, uint64(bits)) }

// HandleValue returns an own or borrow of type t.
func HandleValue(t *Type, handle *Handle) Value {
	return Value{typ: t, ref: reference{to: unsafe.Pointer(handle)}, form: formHandle}
}

// ScalarValue returns the number, bool, char, enum or flags of type t that bits
// are, as [Value.Bits] has them.
func ScalarValue(t *Type, bits uint64) Value { return Value{typ: t, bits: bits} }

// PackedValue returns the list of type t with elements as [Value.Packed] has
// them. Elements that are cut short are left out.
func PackedValue(t *Type, elements string) Value {
	return Value{typ: t, ref: reference{to: unsafe.Pointer(unsafe.StringData(elements))}, bits: uint64(len(elements)), form: formText}
}
