package types

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// imageHeader is how many bytes an image begins with: its length.
const imageHeader = 4

// ImageValue returns a record, tuple, variant, list or map of type t that lies in image as
// the canonical ABI has it in a 32-bit memory, with offsets in image as pointers
// and strings in UTF-8. It begins at offset; of a list without a fixed length or a
// map these are the elements, of which there are count. The value is kept like
// that: it takes no memory besides, and its parts are made when they are asked
// for.
//
// An image begins with 4 bytes that say its length. Types with handles have none.
// If t is another or there is not so much in image, the value has no type; that
// holds for parts, too.
func ImageValue(t *Type, image string, offset, count uint32) Value {
	if len(image) < imageHeader || uint64(len(image)) != uint64(binary.LittleEndian.Uint32([]byte(image[:imageHeader]))) {
		return Value{}
	}
	switch kind := t.Kind(); {
	case kind == Record, kind == Tuple, kind == FixedList, kind == Variant, kind == Option, kind == Result:
		return t.in(image, uint64(offset))
	case kind == List, kind == Map:
		return t.elementsIn(image, offset, count)
	}
	return Value{}
}

// Image returns what [ImageValue] made v of, or one of which v is a part, and
// whether it was; of a variant it is where that begins.
func (v Value) Image() (image string, offset, count uint32, ok bool) {
	if v.form != formImage {
		return "", 0, 0, false
	}
	return v.image(), uint32(v.bits), uint32(v.bits >> 32), true
}

// image returns the whole that v is a part of.
func (v *Value) image() string {
	header := unsafe.Slice((*byte)(v.ref.to), imageHeader)
	return unsafe.String((*byte)(v.ref.to), int(binary.LittleEndian.Uint32(header)))
}

// imageOf returns a value of type t that is at offset, or whose elements are.
func imageOf(t *Type, image string, offset, count uint32) Value {
	at := reference{to: unsafe.Pointer(unsafe.StringData(image))}
	return Value{typ: t, ref: at, bits: uint64(offset) | uint64(count)<<32, form: formImage}
}

// in returns the value of type t at offset in an image.
func (t *Type) in(image string, offset uint64) Value {
	if t == nil || offset > uint64(len(image)) || t.size > uint64(len(image))-offset {
		return Value{}
	}
	here := image[offset:][:t.size]
	switch kind := t.kind; {
	case kind >= Bool && kind <= Char, kind == Enum, kind == Flags:
		return ScalarValue(t, unpack(here, kind.IsSigned()))
	case kind == String, kind == List, kind == Map:
		pair := unpack(here, false)
		return t.elementsIn(image, uint32(pair), uint32(pair>>32))
	case kind == FixedList && t.elem.PackedSize() > 0:
		return PackedValue(t, here)
	case kind == FixedList:
		return imageOf(t, image, uint32(offset), t.length)
	case t.IsRecord(), t.IsVariant():
		return imageOf(t, image, uint32(offset), 0)
	}
	return Value{}
}

// elementsIn returns the string or list whose content is at offset.
func (t *Type) elementsIn(image string, offset, count uint32) Value {
	size := uint64(1)
	if t.kind != String {
		size = t.elem.size
	}
	end := saturatedAdd(uint64(offset), saturatedMul(uint64(count), size))
	switch {
	case end > uint64(len(image)):
		return Value{}
	case t.kind == String, t.kind == List && t.elem.PackedSize() > 0:
		return PackedValue(t, image[offset:end])
	}
	return imageOf(t, image, offset, count)
}

// imageBits returns which case a variant is.
func (v *Value) imageBits() uint64 {
	if !v.typ.IsVariant() {
		return 0
	}
	offset := v.bits & math.MaxUint32
	return unpack(v.image()[offset:][:v.typ.discriminant], false)
}

func (v *Value) imageLen() int {
	if v.typ.IsRecord() {
		return len(v.typ.fields)
	}
	return int(v.bits >> 32) // 0 for a variant
}

// imagePart returns element or field i, which there is.
func (v *Value) imagePart(i int) Value {
	offset := v.bits & math.MaxUint32
	if v.typ.IsRecord() {
		return v.typ.fields[i].Type.in(v.image(), offset+uint64(v.typ.offsets[i]))
	}
	return v.typ.elem.in(v.image(), offset+uint64(i)*v.typ.elem.size)
}

func (v *Value) imagePayload() (Value, bool) {
	index := v.imageBits()
	if index >= uint64(len(v.typ.fields)) || v.typ.fields[index].Type == nil {
		return Value{}, false
	}
	return v.typ.fields[index].Type.in(v.image(), v.bits&math.MaxUint32+uint64(v.typ.payload)), true
}
