package types

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// A ListBuilder makes a list, map or list of fixed length of elements as they
// come. Those of lists that are kept packed take their own size, not that of a
// [Value]. Make one with [BuildList].
type ListBuilder struct {
	typ    *Type
	size   int // of a packed element, else 0
	packed []byte
	elems  []Value
}

// BuildList returns a builder of a list of type t.
func BuildList(t *Type) ListBuilder {
	return ListBuilder{typ: t, size: Value{typ: t}.packed()}
}

// Append appends an element.
func (b *ListBuilder) Append(elem Value) {
	if b.size == 0 {
		b.elems = append(b.elems, elem)
		return
	}
	b.packed = pack(b.packed, elem.Bits(), b.size)
}

// Len returns how many elements there are.
func (b *ListBuilder) Len() int {
	if b.size == 0 {
		return len(b.elems)
	}
	return len(b.packed) / b.size
}

// List returns the list, after which the builder is not used any more.
func (b *ListBuilder) List() Value {
	if b.size == 0 {
		return RecordValue(b.typ, b.elems...)
	}
	return PackedValue(b.typ, unsafe.String(unsafe.SliceData(b.packed), len(b.packed)))
}

// ListValue returns a list, map or list of fixed length of type t with elems,
// which it keeps unless such lists are packed.
func ListValue(t *Type, elems ...Value) Value {
	b := BuildList(t)
	if b.size == 0 {
		b.elems = elems
		return b.List()
	}
	b.packed = make([]byte, 0, len(elems)*b.size)
	for _, elem := range elems {
		b.Append(elem)
	}
	return b.List()
}

// A Number is a Go type that some number type is the same as.
type Number interface {
	int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64 | float32 | float64
}

// SliceValue returns the list of numbers that v is: []uint32 is list<u32>. It is
// a copy.
func SliceValue[T Number](v []T) Value {
	b := BuildList(numberLists[kindOf[T]()])
	if littleEndian() {
		b.packed = append(b.packed, bytesOf(v)...)
	} else {
		b.packed = packNumbers(v, b.size)
	}
	return b.List()
}

func bytesOf[T Number](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(T(0))))
}

func packNumbers[T Number](v []T, size int) []byte {
	raw := make([]byte, 0, len(v)*size)
	for _, n := range v {
		raw = pack(raw, bitsOf(n), size)
	}
	return raw
}

// SliceOf returns the numbers of a list: those of list<u32> as []uint32. It is nil
// for values of other types than T's.
func SliceOf[T Number](v Value) []T {
	raw, packed := v.Packed()
	if kind := kindOf[T](); !packed || v.typ.elem.kind != kind {
		return nil
	}
	numbers := make([]T, v.Len())
	if littleEndian() {
		copy(bytesOf(numbers), raw)
	} else {
		unpackNumbers(numbers, v)
	}
	return numbers
}

func unpackNumbers[T Number](numbers []T, v Value) {
	for i := range numbers {
		numbers[i] = numberOf[T](v.Index(i))
	}
}

// littleEndian says that numbers of this machine lie in memory as a guest's do.
func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

// numberLists has the types of lists of numbers.
var numberLists = func() [F64 + 1]*Type {
	var table [F64 + 1]*Type
	for kind := S8; kind <= F64; kind++ {
		table[kind] = ListOf(primitives[kind])
	}
	return table
}()

func kindOf[T Number]() Kind {
	switch any(T(0)).(type) {
	case int8:
		return S8
	case uint8:
		return U8
	case int16:
		return S16
	case uint16:
		return U16
	case int32:
		return S32
	case uint32:
		return U32
	case int64:
		return S64
	case uint64:
		return U64
	case float32:
		return F32
	}
	return F64
}

func bitsOf[T Number](n T) uint64 {
	switch n := any(n).(type) {
	case float32:
		return uint64(math.Float32bits(n))
	case float64:
		return math.Float64bits(n)
	}
	return uint64(n)
}

func numberOf[T Number](v Value) T {
	switch v.Kind() {
	case F32, F64:
		return T(v.Float())
	}
	return T(v.Uint())
}
