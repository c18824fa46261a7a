package types

import (
	"math"
	"math/bits"
)

// MaxSize bounds the sizes of value types: each is smaller, in bytes and
// measured with 64-bit pointers. Strings and lists are no longer either.
const MaxSize = 1 << 28

// A layout is what the canonical ABI needs to know of a type: CanonicalABI.md,
// "Alignment" and "Element Size". Sizes saturate, they do not wrap.
type layout struct {
	size, size64   uint64
	offsets        []uint32 // of a record's fields, with 32-bit pointers
	payload        uint32   // of a variant, where its payload is
	flat           uint32   // how many core values
	weight         uint32
	depth          uint32
	align, align64 uint8
	discriminant   uint8 // of a variant, its size
}

// Size returns the size of t in memory in bytes, with 32-bit pointers. It is a
// multiple of the alignment.
func (t *Type) Size() uint64 { return t.size }

// Size64 is Size with 64-bit pointers, as limits measure it ([MaxSize]).
func (t *Type) Size64() uint64 { return t.size64 }

// Align returns the alignment of t in memory in bytes, with 32-bit pointers: 1,
// 2, 4 or 8.
func (t *Type) Align() uint32 { return uint32(t.align) }

// Offset returns where field i of a record or tuple is in memory, in bytes from
// its start.
func (t *Type) Offset(i int) uint32 { return t.offsets[i] }

// DiscriminantSize returns in how many bytes a variant says which case it is: 1,
// 2 or 4.
func (t *Type) DiscriminantSize() uint32 { return uint32(t.discriminant) }

// PayloadOffset returns where the payload of a variant is in memory, in bytes
// from its start.
func (t *Type) PayloadOffset() uint32 { return t.payload }

// FlatCount returns how many core values t takes when it is flattened,
// math.MaxUint32 if there are that many or more.
func (t *Type) FlatCount() uint32 { return t.flat }

// Weight returns how many types t is made of, each counted as often as it
// occurs, math.MaxUint32 if there are that many or more. Few bytes can describe
// heavy types, whose comparison and printing takes time in proportion.
func (t *Type) Weight() uint32 { return t.weight }

// Depth returns how deeply types nest in t; that of a primitive type is 1.
func (t *Type) Depth() uint32 { return t.depth }

// measure computes the layout and contents of t, whose parts have theirs, and
// prepares to find its fields.
func measure(t *Type) *Type {
	t.weight, t.depth, t.contents = 1, 0, ownContents(t.kind)
	t.include(t.elem)
	if t.kind != Option { // its elem is also a field
		for _, f := range t.fields {
			t.include(f.Type)
		}
	}
	t.depth++
	if len(t.fields) > fewFields {
		t.names = new(nameIndex)
	}
	switch {
	case scalarSizes[t.kind] != 0:
		t.measureScalar()
	case t.kind == String, t.IsList():
		t.size, t.align, t.size64, t.align64, t.flat = 8, 4, 16, 8, 2
	case t.kind == FixedList:
		t.measureFixedList()
	case t.IsRecord():
		t.measureRecord()
	case t.IsVariant():
		t.measureVariant()
	case t.kind == Flags:
		t.measureFlags()
	}
	return t
}

func (t *Type) include(part *Type) {
	if part == nil {
		return
	}
	t.weight = saturate(uint64(t.weight) + uint64(part.weight))
	t.depth = max(t.depth, part.depth)
	t.contents |= part.contents
}

func (t *Type) measureScalar() {
	t.size = uint64(scalarSizes[t.kind])
	t.align, t.flat = uint8(t.size), 1
	t.size64, t.align64 = t.size, t.align
}

func (t *Type) measureFixedList() {
	t.size, t.size64, t.align, t.align64 = 0, 0, 1, 1
	if t.elem == nil {
		return
	}
	n := uint64(t.length)
	t.size, t.size64 = saturatedMul(n, t.elem.size), saturatedMul(n, t.elem.size64)
	t.align, t.align64 = t.elem.align, t.elem.align64
	t.flat = saturate(saturatedMul(n, uint64(t.elem.flat)))
}

func (t *Type) measureRecord() {
	t.align, t.align64 = 1, 1
	t.offsets = make([]uint32, len(t.fields))
	for i, f := range t.fields {
		if f.Type == nil {
			continue
		}
		t.size, t.size64 = alignTo(t.size, f.Type.align), alignTo(t.size64, f.Type.align64)
		t.offsets[i] = saturate(t.size)
		t.size, t.size64 = saturatedAdd(t.size, f.Type.size), saturatedAdd(t.size64, f.Type.size64)
		t.align, t.align64 = max(t.align, f.Type.align), max(t.align64, f.Type.align64)
		t.flat = saturate(uint64(t.flat) + uint64(f.Type.flat))
	}
	t.size, t.size64 = alignTo(t.size, t.align), alignTo(t.size64, t.align64)
}

func (t *Type) measureVariant() {
	t.discriminant = discriminantSize(len(t.fields))
	t.align, t.align64 = 1, 1
	var size, size64 uint64
	var flat uint32
	for _, c := range t.fields {
		if c.Type == nil {
			continue
		}
		size, size64 = max(size, c.Type.size), max(size64, c.Type.size64)
		t.align, t.align64 = max(t.align, c.Type.align), max(t.align64, c.Type.align64)
		flat = max(flat, c.Type.flat)
	}
	payload := alignTo(uint64(t.discriminant), t.align)
	payload64 := alignTo(uint64(t.discriminant), t.align64)
	t.align, t.align64 = max(t.align, t.discriminant), max(t.align64, t.discriminant)
	t.payload = uint32(payload)
	t.size = alignTo(saturatedAdd(payload, size), t.align)
	t.size64 = alignTo(saturatedAdd(payload64, size64), t.align64)
	t.flat = saturate(uint64(flat) + 1)
}

func (t *Type) measureFlags() {
	switch n := len(t.fields); {
	case n <= 8:
		t.size = 1
	case n <= 16:
		t.size = 2
	default:
		t.size = 4
	}
	t.align, t.flat = uint8(t.size), 1
	t.size64, t.align64 = t.size, t.align
}

func discriminantSize(cases int) uint8 {
	switch {
	case cases <= 1<<8:
		return 1
	case cases <= 1<<16:
		return 2
	}
	return 4
}

func alignTo(n uint64, align uint8) uint64 {
	mask := uint64(align) - 1
	if n > math.MaxUint64-mask {
		return math.MaxUint64 &^ mask
	}
	return (n + mask) &^ mask
}

func saturatedAdd(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

func saturatedMul(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high != 0 {
		return math.MaxUint64
	}
	return low
}

func saturate(n uint64) uint32 {
	return uint32(min(n, math.MaxUint32))
}
