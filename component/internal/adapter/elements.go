package adapter

import (
	"encoding/binary"

	"github.com/patchbay-go/patchbay/engine"
)

// chars writes the function of a pointer and a size that says whether so many bytes
// are in the module's memory and are Unicode scalar values, of four bytes each: see
// failUnlessChar.
func (w *writer) chars() {
	const ptr, size = 0, 1
	end, wrong := w.local(engine.I32), w.local(engine.V128)
	w.code = within(w.code, ptr, size).Op(opI32Eqz).If().I32Const(0).Return().End()
	w.code = w.code.LocalGet(ptr).LocalGet(size).Op(opI32Add).LocalSet(end)
	check := func() {
		w.words(firstSurrogate)
		w.code = w.code.Op(opVector, opV128Xor)
		w.words(surrogates)
		w.code = w.code.Op(opVector, opI32x4Sub, 1)
		w.words(allChars - surrogates)
		w.code = or(w.code.Op(opVector, opI32x4GeU).LocalGet(wrong)).LocalSet(wrong)
	}
	w.each(vectorSize, ptr, end, func() {
		w.code = load(w.code.LocalGet(ptr), vectorSize, 0)
		check()
	})
	w.each(4, ptr, end, func() {
		w.code = load(w.code.LocalGet(ptr), 4, 0).Op(opVector, opI32x4Splat)
		check()
	})
	w.code = w.code.LocalGet(wrong).Op(opVector, opV128AnyTrue, opI32Eqz)
}

// words puts a vector on the stack that is four times the number.
func (w *writer) words(n uint32) {
	w.code = w.code.Op(opVector, opV128Const)
	for range 4 {
		w.code = w.code.Op(binary.LittleEndian.AppendUint32(nil, n)...)
	}
}

// bools writes the function of a pointer and a size that makes so many bytes, which
// are in the module's memory, 1 where they are not 0.
func (w *writer) bools() {
	const ptr, size = 0, 1
	end := w.local(engine.I32)
	w.code = w.code.LocalGet(ptr).LocalGet(size).Op(opI32Add).LocalSet(end)
	w.each(vectorSize, ptr, end, func() {
		w.code = load(w.code.LocalGet(ptr).LocalGet(ptr), vectorSize, 0)
		zero, one := repeated(0), repeated(1)
		w.code = w.code.Op(opVector, opV128Const).Op(zero[:]...).Op(opVector, opI8x16Ne)
		w.code = w.code.Op(opVector, opV128Const).Op(one[:]...).Op(opVector, opV128And)
		w.code = store(w.code, vectorSize, 0)
	})
	w.each(1, ptr, end, func() {
		w.code = load(w.code.LocalGet(ptr).LocalGet(ptr), 1, 0).I32Const(0).Op(opI32Ne)
		w.code = store(w.code, 1, 0)
	})
}
