package adapter

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// Adapters are not interrupted, and Go is as fast for much, so they copy a bounded
// number of bytes.
const (
	// longest is how many bytes of a string or list they copy.
	longest = 2 << 10

	// mostWithin is how many bytes they copy of all strings and lists in elements of
	// lists, each of which counts as eachWithin more.
	mostWithin = 16 << 10
	eachWithin = 16
)

// A contentKind is what there is to do with the elements of a list, or with text.
type contentKind uint8

const (
	plain contentKind = iota // they are copied
	text                     // they are looked at and copied
	chars                    // the same
	bools                    // they are copied and made 0 or 1
	other                    // one after the other
)

func contentOf(t *types.Type) contentKind {
	switch elem := t.Elem(); {
	case t.Kind() == types.String:
		return text
	case isBlock(elem):
		return plain
	case elem.Kind() == types.Char:
		return chars
	case elem.Kind() == types.Bool:
		return bools
	}
	return other
}

// checkSequence leaves for the host where a string or list is none or is long.
func (w *writer) checkSequence(p place, t *types.Type, ptr, count uint32) {
	size := elementSize(t)
	w.code = w.code.LocalGet(count).I32Const(int32(longest / size)).Op(opI32GtU)
	w.failIf()
	bytes := w.bytes(count, size)
	w.spend(bytes)
	if t.IsList() {
		w.aligned(ptr, t.Elem().Align())
	}
	switch contentOf(t) {
	case text:
		w.test(p, isText, ptr, bytes)
	case chars:
		w.test(p, areChars, ptr, bytes)
	default:
		w.fits(p, ptr, bytes)
	}
	w.code = w.code.Op(opI32Eqz)
	w.failIf()
	if contentOf(t) == other && canFail(t.Elem()) {
		at := w.copyOf(ptr)
		w.elements(bytes, size, []uint32{at}, func() { w.checkAt(p, t.Elem(), at, 0) })
	}
}

// spend counts the bytes of a string or list that is in an element of another, and
// leaves for the host where these are many.
func (w *writer) spend(bytes uint32) {
	if w.within == 0 {
		return
	}
	if w.spent == 0 {
		w.spent = w.local(engine.I32)
	}
	w.code = w.code.LocalGet(w.spent).LocalGet(bytes).Op(opI32Add).I32Const(eachWithin).Op(opI32Add)
	w.code = w.code.LocalTee(w.spent).I32Const(mostWithin).Op(opI32GtU)
	w.failIf()
}

// elements does something for each element of a list of so many bytes. Locals are
// where the first is; they are moved on.
func (w *writer) elements(bytes, size uint32, at []uint32, do func()) {
	end := w.local(engine.I32)
	w.code = w.code.LocalGet(at[0]).LocalGet(bytes).Op(opI32Add).LocalSet(end)
	w.open(w.code.Block())
	w.open(w.code.Loop())
	w.code = w.code.LocalGet(at[0]).LocalGet(end).Op(opI32Eq).BrIf(1)
	w.within++
	do()
	w.within--
	for _, local := range at {
		w.code = w.code.LocalGet(local).I32Const(int32(size)).Op(opI32Add).LocalSet(local)
	}
	w.code = w.code.Br(0)
	w.close()
	w.close()
}

// copyOf returns another local with the same value.
func (w *writer) copyOf(local uint32) uint32 {
	other := w.local(engine.I32)
	w.code = w.code.LocalGet(local).LocalSet(other)
	return other
}

func elementSize(t *types.Type) uint32 {
	if t.IsList() {
		return uint32(t.Elem().Size())
	}
	return 1
}

// bytes returns a local with how many bytes so many elements take.
func (w *writer) bytes(count, size uint32) uint32 {
	if size == 1 {
		return count
	}
	local := w.local(engine.I32)
	w.code = w.code.LocalGet(count).I32Const(int32(size)).Op(opI32Mul).LocalSet(local)
	return local
}

// moveSequence copies a string or list and returns a local with where it is then.
func (w *writer) moveSequence(from, to place, t *types.Type, ptr, count uint32) uint32 {
	size := elementSize(t)
	bytes := w.bytes(count, size)
	beyond, align := abi.OutsideText, uint32(1)
	if t.IsList() {
		beyond, align = abi.OutsideList, t.Elem().Align()
	}
	moved := w.allocate(to, align, bytes, beyond)
	switch contentOf(t) {
	case other:
		source, target := w.copyOf(ptr), w.copyOf(moved)
		w.elements(bytes, size, []uint32{source, target}, func() { w.moveAt(from, to, t.Elem(), source, target, 0) })
	case bools:
		w.copyBytes(from, to, ptr, moved, bytes)
		w.code = w.code.LocalGet(moved).LocalGet(bytes)
		w.call(to, toBools)
	default:
		w.copyBytes(from, to, ptr, moved, bytes)
	}
	return moved
}
