package types

import (
	"iter"
	"math"
)

// A Value is a value of some value type. Values are immutable and may be copied
// and shared; the zero Value has no type. Making one checks nothing: whether it
// is what its type says is looked at where it is used, as when a function is
// called with it.
//
// Numbers, strings, enums and flags take no allocation. Lists of numbers, bools,
// chars, enums and flags are kept packed, as in the guest's memory.
type Value struct {
	typ    *Type
	bits   uint64  // a number, the case of a variant, or flags
	text   string  // a string, or the elements of a packed list
	elems  []Value // the elements of a list, the fields of a record, the payload of a variant
	handle *Handle
}

// Type returns the value's type, nil for the zero Value.
func (v Value) Type() *Type { return v.typ }

// Kind returns the kind of the value's type, 0 for the zero Value.
func (v Value) Kind() Kind { return v.typ.Kind() }

// Bits returns what the value is as a number: an integer with its sign extended
// to 64 bits, the bits of a float, 1 for true, a char's code point, the index of
// a variant's case, or flags with the first label lowest.
func (v Value) Bits() uint64 { return v.bits }

// Bool returns a bool.
func (v Value) Bool() bool { return v.Kind() == Bool && v.bits != 0 }

// Int returns an integer with its sign; a u64 above the largest int64 wraps.
func (v Value) Int() int64 { return int64(v.bits) }

// Uint returns an integer without a sign; a negative one wraps.
func (v Value) Uint() uint64 { return v.bits }

// Float returns a float.
func (v Value) Float() float64 {
	switch v.Kind() {
	case F32:
		return float64(math.Float32frombits(uint32(v.bits)))
	case F64:
		return math.Float64frombits(v.bits)
	}
	return 0
}

// Char returns a char.
func (v Value) Char() rune { return rune(v.bits) }

// Text returns a string. It is "" for values of other types.
func (v Value) Text() string {
	if v.Kind() == String {
		return v.text
	}
	return ""
}

// Len returns how many elements a list has, or fields a record or tuple.
func (v Value) Len() int {
	if size := v.packed(); size > 0 {
		return len(v.text) / size
	}
	return len(v.elems)
}

// Index returns element i of a list, or field i of a record or tuple; the zero
// Value if there is none.
func (v Value) Index(i int) Value {
	if uint(i) < uint(len(v.elems)) {
		return v.elems[i]
	}
	return v.unpacked(i)
}

// unpacked returns element i of a list that is kept packed.
func (v *Value) unpacked(i int) Value {
	size := v.packed()
	if size == 0 || i < 0 || i >= v.Len() {
		return Value{}
	}
	elem := v.typ.elem
	return Value{typ: elem, bits: unpack(v.text[i*size:(i+1)*size], elem.kind.IsSigned())}
}

// All yields the elements of a list, or the fields of a record or tuple.
func (v Value) All() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		for i := range v.Len() {
			if !yield(i, v.Index(i)) {
				return
			}
		}
	}
}

// Field returns the field of a record of that name, and whether there is one.
func (v Value) Field(name string) (Value, bool) {
	if v.typ == nil || !v.typ.IsRecord() {
		return Value{}, false
	}
	i := v.typ.FieldIndex(name)
	if i < 0 || i >= len(v.elems) {
		return Value{}, false
	}
	return v.elems[i], true
}

// Case returns the name of the case of a variant, enum, option or result.
func (v Value) Case() string {
	if v.typ == nil || !v.typ.IsVariant() || v.bits >= uint64(len(v.typ.fields)) {
		return ""
	}
	return v.typ.fields[v.bits].Name
}

// Payload returns the payload of a variant, option or result, and whether it has
// one.
func (v Value) Payload() (Value, bool) {
	if v.typ == nil || !v.typ.IsVariant() || len(v.elems) == 0 {
		return Value{}, false
	}
	return v.elems[0], true
}

// Flag reports whether the flag of that name is set.
func (v Value) Flag(name string) bool {
	if v.Kind() != Flags {
		return false
	}
	i := v.typ.FieldIndex(name)
	return i >= 0 && v.bits>>i&1 != 0
}

// Handle returns the handle of own and borrow, and nil for other values.
func (v Value) Handle() *Handle { return v.handle }

// Bytes returns a copy of a list<u8>.
func (v Value) Bytes() []byte {
	if v.Kind() == List && v.typ.elem.Kind() == U8 {
		return []byte(v.text)
	}
	return nil
}

// Packed returns the elements of a list that is kept packed, little-endian and
// each of the size of its type, and whether it is.
func (v Value) Packed() (elements string, ok bool) {
	return v.text, v.packed() > 0
}

// packed returns the size in bytes of the elements of a packed list, else 0.
func (v Value) packed() int {
	if k := v.Kind(); k == List || k == FixedList {
		return v.typ.elem.PackedSize()
	}
	return 0
}

// PackedSize returns how many bytes an element of type t takes in a list that is
// kept packed, and 0 if lists of t are not.
func (t *Type) PackedSize() int {
	if t == nil {
		return 0
	}
	switch k := t.kind; {
	case k >= Bool && k <= Char, k == Enum, k == Flags:
		return int(t.size)
	}
	return 0
}

func unpack(raw string, signed bool) uint64 {
	var bits uint64
	for i := len(raw) - 1; i >= 0; i-- {
		bits = bits<<8 | uint64(raw[i])
	}
	if signed {
		shift := 64 - 8*len(raw)
		return uint64(int64(bits<<shift) >> shift)
	}
	return bits
}

func pack(raw []byte, bits uint64, size int) []byte {
	for range size {
		raw = append(raw, byte(bits))
		bits >>= 8
	}
	return raw
}
