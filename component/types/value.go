package types

import (
	"encoding/binary"
	"iter"
	"math"
	"unsafe"
)

// A Value is a value of some value type. Values are immutable and may be copied
// and shared; the zero Value has no type. Making one checks nothing: whether it
// is what its type says is looked at where it is used, as when a function is
// called with it. Values are compared by [Value.Equal], not by ==.
//
// A Value takes 32 bytes on 64-bit machines. Numbers, strings, enums, flags and
// handles take no allocation besides, nor do variants with their payloads, unless
// that is a variant with a payload too. Lists of numbers, bools, chars, enums and
// flags are kept packed, as in the guest's memory. So are records and all lists
// that come from a guest, unless there are handles in them: see [ImageValue].
// Parts of a value, strings too, share its memory: who keeps a small part of a
// large value for long clones it.
type Value struct {
	typ  *Type
	ref  reference // what is not in bits, as form says
	bits uint64    // a number, the case of a variant, flags, or a length
	form form
}

// A reference makes values what == does not compare.
type reference struct {
	_  [0]func()
	to unsafe.Pointer
}

// A form says what the other fields of a Value are. They are read by it, and not
// by the type: nobody has checked whether a value is of its type.
type form uint32

const (
	formNumber form = iota // bits are a number, flags, or the case of a variant without payload
	formBoxed              // bits are the case of a variant, ref its payload, a *Value
	formText               // ref and bits are a string: one, or the elements of a packed list
	formElems              // ref and bits are a []Value: elements or fields
	formHandle             // ref is a *Handle
	formImage              // ref is an image, bits are an offset in it and in their upper half a count

	// formUnboxed and what is above is a variant whose payload is ref, bits, and
	// the low bits of the form. Its type is what the case says, and the case is in
	// the other bits, one more than it is.
	formUnboxed form = 1 << caseShift
	caseShift        = 3
)

// Type returns the value's type, nil for the zero Value.
func (v Value) Type() *Type { return v.typ }

// Kind returns the kind of the value's type, 0 for the zero Value.
func (v Value) Kind() Kind { return v.typ.Kind() }

// Bits returns what the value is as a number: an integer with its sign extended
// to 64 bits, the bits of a float, 1 for true, a char's code point, the index of
// a variant's case, or flags with the first label lowest. It is 0 for values of
// other types.
func (v Value) Bits() uint64 {
	if v.form <= formBoxed {
		return v.bits
	}
	return v.caseBits()
}

func (v Value) caseBits() uint64 {
	switch {
	case v.form >= formUnboxed:
		return uint64(v.form>>caseShift - 1)
	case v.form == formImage:
		return v.imageBits()
	}
	return 0
}

// Bool returns a bool.
func (v Value) Bool() bool { return v.Kind() == Bool && v.Bits() != 0 }

// Int returns an integer with its sign; a u64 above the largest int64 wraps.
func (v Value) Int() int64 { return int64(v.Bits()) }

// Uint returns an integer without a sign; a negative one wraps.
func (v Value) Uint() uint64 { return v.Bits() }

// Float returns a float.
func (v Value) Float() float64 {
	switch v.Kind() {
	case F32:
		return float64(math.Float32frombits(uint32(v.Bits())))
	case F64:
		return math.Float64frombits(v.Bits())
	}
	return 0
}

// Char returns a char.
func (v Value) Char() rune { return rune(v.Bits()) }

// Text returns a string. It is "" for values of other types.
func (v Value) Text() string {
	if v.form == formText && v.Kind() == String {
		return v.text()
	}
	return ""
}

// text returns a string, or the elements of a packed list.
func (v Value) text() string {
	if v.form != formText {
		return ""
	}
	return unsafe.String((*byte)(v.ref.to), int(v.bits))
}

// Len returns how many elements a list has, or fields a record or tuple.
func (v Value) Len() int {
	switch v.form {
	case formElems:
		return int(v.bits)
	case formText:
		if size := v.packed(); size > 0 {
			return int(v.bits) / size
		}
	case formImage:
		return v.imageLen()
	}
	return 0
}

// Index returns element i of a list, or field i of a record or tuple; the zero
// Value if there is none.
func (v Value) Index(i int) Value {
	switch {
	case i < 0 || i >= v.Len():
		return Value{}
	case v.form == formElems:
		return v.Elems()[i]
	case v.form == formImage:
		return v.imagePart(i)
	}
	elem, size := v.typ.elem, v.packed()
	return ScalarValue(elem, unpack(v.text()[i*size:(i+1)*size], elem.kind.IsSigned()))
}

// Elems returns the elements of a list, or the fields of a record or tuple, if
// they are kept as values. The caller does not modify them.
func (v Value) Elems() []Value {
	if v.form != formElems {
		return nil
	}
	return unsafe.Slice((*Value)(v.ref.to), int(v.bits))
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
	if i < 0 || i >= v.Len() {
		return Value{}, false
	}
	return v.Index(i), true
}

// Case returns the name of the case of a variant, enum, option or result.
func (v Value) Case() string {
	if v.typ == nil || !v.typ.IsVariant() || v.Bits() >= uint64(len(v.typ.fields)) {
		return ""
	}
	return v.typ.fields[v.Bits()].Name
}

// Payload returns the payload of a variant, option or result, and whether it has
// one.
func (v Value) Payload() (Value, bool) {
	switch {
	case v.form >= formUnboxed:
		return Value{typ: v.typ.fields[v.Bits()].Type, ref: v.ref, bits: v.bits, form: v.form & (formUnboxed - 1)}, true
	case v.form == formBoxed && v.typ != nil && v.typ.IsVariant():
		return *(*Value)(v.ref.to), true
	case v.form == formImage && v.typ.IsVariant():
		return v.imagePayload()
	}
	return Value{}, false
}

// Flag reports whether the flag of that name is set.
func (v Value) Flag(name string) bool {
	if v.Kind() != Flags {
		return false
	}
	i := v.typ.FieldIndex(name)
	return i >= 0 && v.Bits()>>i&1 != 0
}

// Handle returns the handle of own and borrow, and nil for other values.
func (v Value) Handle() *Handle {
	if v.form != formHandle {
		return nil
	}
	return (*Handle)(v.ref.to)
}

// Bytes returns a copy of a list<u8>.
func (v Value) Bytes() []byte {
	if v.Kind() == List && v.typ.elem.Kind() == U8 {
		return []byte(v.text())
	}
	return nil
}

// Packed returns the elements of a list that is kept packed, little-endian and
// each of the size of its type, and whether it is.
func (v Value) Packed() (elements string, ok bool) {
	if v.form != formText || v.packed() == 0 {
		return "", false
	}
	return v.text(), true
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

// unpack returns the number that is 1, 2, 4 or 8 bytes.
func unpack(raw string, signed bool) uint64 {
	var bits uint64
	switch b := unsafe.Slice(unsafe.StringData(raw), len(raw)); len(b) {
	case 1:
		bits = uint64(b[0])
	case 2:
		bits = uint64(binary.LittleEndian.Uint16(b))
	case 4:
		bits = uint64(binary.LittleEndian.Uint32(b))
	case 8:
		bits = binary.LittleEndian.Uint64(b)
	}
	if signed {
		shift := 64 - 8*len(raw)
		return uint64(int64(bits<<shift) >> shift)
	}
	return bits
}

// pack appends the low bytes of bits: 1, 2, 4 or 8.
func pack(raw []byte, bits uint64, size int) []byte {
	switch size {
	case 1:
		return append(raw, byte(bits))
	case 2:
		return binary.LittleEndian.AppendUint16(raw, uint16(bits))
	case 4:
		return binary.LittleEndian.AppendUint32(raw, uint32(bits))
	}
	return binary.LittleEndian.AppendUint64(raw, bits)
}
