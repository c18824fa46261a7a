package types

import "fmt"

// A Kind says what sort of value type a [Type] is. The zero Kind is that of no
// type at all.
type Kind uint8

// The kinds of value types. Those up to ErrorContext have exactly one type each
// (see [Kind.Type]).
const (
	Bool Kind = iota + 1
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
	ErrorContext
	List
	FixedList
	Map
	Record
	Tuple
	Variant
	Enum
	Option
	Result
	Flags
	Own
	Borrow
	Stream
	Future
	kinds // one more than the last
)

var kindNames = [kinds]string{
	Bool: "bool", S8: "s8", U8: "u8", S16: "s16", U16: "u16", S32: "s32", U32: "u32", S64: "s64", U64: "u64",
	F32: "f32", F64: "f64", Char: "char", String: "string", ErrorContext: "error-context",
	List: "list", FixedList: "list", Map: "map", Record: "record", Tuple: "tuple", Variant: "variant",
	Enum: "enum", Option: "option", Result: "result", Flags: "flags", Own: "own", Borrow: "borrow",
	Stream: "stream", Future: "future",
}

// String returns the kind's name in WIT.
func (k Kind) String() string {
	if k > 0 && k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// IsPrimitive reports whether the kind has exactly one type.
func (k Kind) IsPrimitive() bool { return k >= Bool && k <= ErrorContext }

// IsNumber reports whether values of the kind are integers or floats: every
// pattern of their bits is one.
func (k Kind) IsNumber() bool { return k >= S8 && k <= F64 }

// IsSigned reports whether values of the kind are integers with a sign.
func (k Kind) IsSigned() bool { return k == S8 || k == S16 || k == S32 || k == S64 }

// Type returns the type of a primitive kind, the same at each call, and nil for
// other kinds.
func (k Kind) Type() *Type {
	if k.IsPrimitive() {
		return primitives[k]
	}
	return nil
}

// primitives has the types of the primitive kinds.
var primitives = func() [ErrorContext + 1]*Type {
	var table [ErrorContext + 1]*Type
	for kind := Bool; kind <= ErrorContext; kind++ {
		table[kind] = measure(&Type{kind: kind})
	}
	return table
}()

// scalarSizes are the sizes in bytes of values that are one number in memory.
var scalarSizes = [kinds]uint8{
	Bool: 1, S8: 1, U8: 1, S16: 2, U16: 2, S32: 4, U32: 4, S64: 8, U64: 8, F32: 4, F64: 8, Char: 4,
	ErrorContext: 4, Own: 4, Borrow: 4, Stream: 4, Future: 4,
}
