package types

import (
	"encoding/binary"
	"math"
	"slices"
	"unsafe"
)

// An ImageBuilder builds the images of values ([ImageValue]) that are read from
// front to back, as from text, without a tree of them. What has parts lies on a
// stack, with room for all of it, while they come in any order; strings, and the
// elements of a list once all of them are there, go to the image. All values since
// the last Reset share one image.
//
// The zero ImageBuilder builds values of up to 1 MiB, Reset lets it build larger
// ones. One goroutine at a time uses it.
type ImageBuilder struct {
	stack, image []byte
	text         int // bytes that the values are read from
}

// What values may take: types can be larger than all memory, and their values
// short as text.
const (
	imageFloor = 1 << 20
	imageWorth = 256 // times the text
)

// Reset forgets all values, which are not used any more, and keeps their memory.
// The next ones are read from text of so many bytes: they may take 1 MiB and 256
// times as much as that.
func (b *ImageBuilder) Reset(text int) {
	b.stack, b.image, b.text = b.stack[:0], b.image[:0], text
}

// Release is Reset that gives the memory back if there is more than few values
// need.
func (b *ImageBuilder) Release() {
	const usual = 64 << 10
	b.Reset(0)
	if cap(b.stack) > usual {
		b.stack = nil
	}
	if cap(b.image) > usual {
		b.image = nil
	}
}

// InImage reports whether values of type t are images: all that have parts.
func (t *Type) InImage() bool {
	return t != nil && (t.IsRecord() || t.IsList() || t.kind == FixedList || t.IsVariant() && t.kind != Enum)
}

// Begin makes room for a value of type t, which is [Type.InImage] and no part of
// another one, and returns where it is; see Push.
func (b *ImageBuilder) Begin(t *Type) (at int, ok bool) {
	if len(b.image) == 0 {
		b.image = slices.Grow(b.image, imageHeader+b.text+b.text/2)
		b.image = append(b.image, make([]byte, imageHeader)...)
	}
	return b.Push(t)
}

// Push makes room on the stack, all zero, for an element of type t and returns
// where it is. Its fields and its payload are at their offsets from there
// ([Type.Offset], [Type.PayloadOffset]). It fails if values take too much memory.
func (b *ImageBuilder) Push(t *Type) (at int, ok bool) {
	at = len(b.stack)
	used := uint64(at) + uint64(len(b.image))
	most := min(imageFloor+imageWorth*uint64(b.text), math.MaxUint32, math.MaxInt)
	if used > most || t.size > most-used {
		return 0, false
	}
	end := at + int(t.size)
	b.stack = slices.Grow(b.stack, end-at)[:end]
	clear(b.stack[at:])
	return at, true
}

// Top returns where the next element is pushed.
func (b *ImageBuilder) Top() int { return len(b.stack) }

// PutScalar writes a number, bool, char, enum or flags of type t, as [Value.Bits]
// has them.
func (b *ImageBuilder) PutScalar(at int, t *Type, bits uint64) { b.put(at, int(t.size), bits) }

// PutCase writes which case a variant, option or result of type t is.
func (b *ImageBuilder) PutCase(at int, t *Type, index int) {
	b.put(at, int(t.discriminant), uint64(index))
}

func (b *ImageBuilder) put(at, size int, bits uint64) {
	switch to := b.stack[at:]; size {
	case 1:
		to[0] = byte(bits)
	case 2:
		binary.LittleEndian.PutUint16(to, uint16(bits))
	case 4:
		binary.LittleEndian.PutUint32(to, uint32(bits))
	case 8:
		binary.LittleEndian.PutUint64(to, bits)
	}
}

// putPair writes where in the image content begins, and how much there is.
func (b *ImageBuilder) putPair(at, start, count int) {
	b.put(at, 8, uint64(uint32(start))|uint64(count)<<32)
}

// PutText writes a string of UTF-8, or a list<u8> with these bytes.
func (b *ImageBuilder) PutText(at int, text string) {
	b.putPair(at, len(b.image), len(text))
	b.image = append(b.image, text...)
}

// AppendText is PutText of what appendTo appends to dst.
func (b *ImageBuilder) AppendText(at int, appendTo func(dst []byte) []byte) {
	start := len(b.image)
	b.image = appendTo(b.image)
	b.putPair(at, start, len(b.image)-start)
}

// PutList writes a list or map whose elements are all that was pushed since Top
// returned first.
func (b *ImageBuilder) PutList(at, first, count int) {
	b.putPair(at, len(b.image), count)
	b.image = append(b.image, b.stack[first:]...)
	b.stack = b.stack[:first]
}

// End completes the value that was begun last. What it returns becomes a value by
// Settle.
func (b *ImageBuilder) End(t *Type, at int) Value {
	v := Value{typ: t, form: formImage, bits: uint64(len(b.image))}
	if t.IsList() {
		v.bits = binary.LittleEndian.Uint64(b.stack[at:])
	} else {
		b.image = append(b.image, b.stack[at:]...)
	}
	b.stack = b.stack[:at]
	return v
}

// Settle returns the value that End returned v for, once all values that share
// the image are complete, and v itself if it is no image. It fails if the image
// takes more memory than a guest can have.
func (b *ImageBuilder) Settle(v Value) (_ Value, ok bool) {
	if v.form != formImage || v.ref.to != nil {
		return v, true
	}
	if uint64(len(b.image)) > math.MaxUint32 {
		return Value{}, false
	}
	binary.LittleEndian.PutUint32(b.image, uint32(len(b.image)))
	image := unsafe.String(unsafe.SliceData(b.image), len(b.image))
	return ImageValue(v.typ, image, uint32(v.bits), uint32(v.bits>>32)), true
}
