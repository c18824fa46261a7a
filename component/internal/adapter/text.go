package adapter

import "github.com/patchbay-go/patchbay/engine"

// What is wrong with two bytes that follow one another in a text is one bit for
// each kind of error, set in three tables: by the upper half of the first byte, by
// its lower half, and by the upper half of the second byte. What is set in all three
// is wrong. Only two continuation bytes may be right: where the byte before them,
// or the one before that, says that there are as many. This is the algorithm of
// Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2020.
const (
	tooShort  = 1 << iota // no continuation where there must be one
	tooLong               // a continuation after ASCII
	overlong3             // of three bytes, for what takes two
	tooLarge              // more than U+10FFFF
	surrogate             // U+D800 to U+DFFF
	overlong2             // of two bytes, for what takes one
	overlong4             // of four bytes, for what takes three; also that it is far too large
	twoConts              // two continuations

	always = tooShort | tooLong | twoConts // whatever the lower half of the first byte is
)

var (
	byFirstUpper = [16]byte{
		tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong,
		twoConts, twoConts, twoConts, twoConts,
		tooShort | overlong2, tooShort, tooShort | overlong3 | surrogate, tooShort | tooLarge | overlong4,
	}
	byFirstLower = [16]byte{
		always | overlong2 | overlong3 | overlong4, always | overlong2, always, always, always | tooLarge,
		large, large, large, large, large, large, large, large, large | surrogate, large, large,
	}
	bySecondUpper = [16]byte{
		tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort,
		tooLong | twoConts | overlong2 | overlong3 | overlong4,
		tooLong | twoConts | overlong2 | overlong3 | tooLarge,
		tooLong | twoConts | overlong2 | surrogate | tooLarge,
		tooLong | twoConts | overlong2 | surrogate | tooLarge,
		tooShort, tooShort, tooShort, tooShort,
	}
)

const large = always | tooLarge | overlong4

// text writes the function of a pointer and a size that says whether so many bytes
// are in the module's memory and are UTF-8. Text that is ASCII is seen at once.
func (w *writer) text() {
	const ptr, size = 0, 1
	end, at := w.local(engine.I32), w.local(engine.I32)
	w.code = within(w.code, ptr, size).Op(opI32Eqz).If().I32Const(0).Return().End()
	w.code = w.code.LocalGet(ptr).LocalTee(at).LocalGet(size).Op(opI32Add).LocalSet(end)
	w.ascii(at, size, end)
	w.code = w.code.If().I32Const(1).Return().End()
	v := validator{writer: w, wrong: w.local(engine.V128), before: w.local(engine.V128), bytes: w.local(engine.V128)}
	v.prepare()
	w.each(vectorSize, ptr, end, func() {
		w.code = load(w.code.LocalGet(ptr), vectorSize, 0).LocalSet(v.bytes)
		v.check()
		w.code = w.code.LocalGet(v.bytes).LocalSet(v.before)
	})
	w.code = w.code.LocalGet(end).LocalGet(ptr).Op(opI32Sub).LocalSet(size)
	w.few(ptr, size, end)
	w.code = w.code.LocalSet(v.bytes)
	v.check()
	w.code = w.code.LocalGet(v.wrong).Op(opVector, opV128AnyTrue, opI32Eqz)
}

// ascii puts on the stack whether all bytes are ASCII. The local at is moved on.
func (w *writer) ascii(at, size, end uint32) {
	all, few := w.local(engine.V128), w.local(engine.I64)
	w.each(chunkSize, at, end, func() { w.collect(all, at, chunk) })
	w.each(vectorSize, at, end, func() { w.collect(all, at, 1) })
	for width := uint32(8); width > 0; width /= 2 { // what is left is less than a vector
		w.code = w.code.LocalGet(size).I32Const(int32(width)).Op(opI32And).If()
		w.code = load(w.code.LocalGet(few).LocalGet(at), width, 0)
		if width < 8 {
			w.code = w.code.Op(opI64ExtendU)
		}
		w.code = w.code.Op(opI64Or).LocalSet(few)
		w.code = w.code.LocalGet(at).I32Const(int32(width)).Op(opI32Add).LocalSet(at).End()
	}
	const signs = -0x7f7f7f7f7f7f7f80 // the highest bit of each byte
	w.code = w.code.LocalGet(all).Op(opVector, opI8x16Signs, opI32Eqz)
	w.code = w.code.LocalGet(few).I64Const(signs).Op(opI64And, opI64Eqz, opI32And)
}

// collect joins count vectors at ptr, a power of two, into the local all.
func (w *writer) collect(all, ptr uint32, count int) {
	w.code = w.code.LocalGet(all)
	w.joined(ptr, 0, count)
	w.code = or(w.code).LocalSet(all)
}

// joined puts the union of count vectors from the one of that number on the stack:
// as a tree, so that they do not wait for one another.
func (w *writer) joined(ptr uint32, first, count int) {
	if count == 1 {
		w.code = load(w.code.LocalGet(ptr), vectorSize, uint32(first*vectorSize))
		return
	}
	w.joined(ptr, first, count/2)
	w.joined(ptr, first+count/2, count/2)
	w.code = or(w.code)
}

// few puts the bytes from ptr to end, less than a vector and as many as size says,
// on the stack as a vector, with zeros behind. Bytes that are loaded twice are in
// the same place both times.
func (w *writer) few(ptr, size, end uint32) {
	low, high := w.local(engine.I64), w.local(engine.I64)
	last := func(width int32) { // what is at the end, at the lower end of 64 bits
		w.code = w.code.LocalGet(end).I32Const(width).Op(opI32Sub)
		w.code = load(w.code, uint32(width), 0)
		if width < 8 {
			w.code = w.code.Op(opI64ExtendU)
		}
	}
	bits := func(less int32) { // how many bits there are before what is at the end
		w.code = w.code.LocalGet(size).I32Const(less).Op(opI32Sub).I32Const(8).Op(opI32Mul, opI64ExtendU)
	}
	w.code = w.code.LocalGet(size).I32Const(8).Op(opI32GeU).If()
	w.code = load(w.code.LocalGet(ptr), 8, 0).LocalSet(low)
	last(8)
	w.code = w.code.I64Const(8).Op(opI64ShrU) // in two steps, because 64 bits would be none
	w.code = w.code.I32Const(15).LocalGet(size).Op(opI32Sub).I32Const(8).Op(opI32Mul, opI64ExtendU, opI64ShrU).LocalSet(high)
	w.code = w.code.Else().LocalGet(size).I32Const(4).Op(opI32GeU).If()
	w.code = load(w.code.LocalGet(ptr), 4, 0).Op(opI64ExtendU)
	last(4)
	bits(4)
	w.code = w.code.Op(opI64Shl, opI64Or).LocalSet(low)
	w.code = w.code.Else().LocalGet(size).If()
	w.code = load(w.code.LocalGet(ptr), 1, 0).Op(opI64ExtendU)
	half := func() { w.code = w.code.LocalGet(size).I32Const(1).Op(opI32ShrU) }
	half()
	w.code = load(w.code.LocalGet(ptr).Op(opI32Add), 1, 0).Op(opI64ExtendU)
	half()
	w.code = w.code.I32Const(8).Op(opI32Mul, opI64ExtendU, opI64Shl, opI64Or)
	last(1)
	bits(1)
	w.code = w.code.Op(opI64Shl, opI64Or).LocalSet(low)
	w.code = w.code.End().End().End()
	w.code = w.code.LocalGet(low).Op(opVector, opI64x2Splat).LocalGet(high).Op(opVector, opI64x2Replace, 1)
}

// A validator writes what looks at a vector of text: at bytes, and at those before
// them. Wrong collects what is wrong.
type validator struct {
	*writer
	wrong, before, bytes uint32

	firstUpper, firstLower, secondUpper, nibbles uint32 // constants
	first                                        uint32
}

// prepare sets the constants.
func (v *validator) prepare() {
	constant := func(bytes [16]byte) uint32 {
		local := v.local(engine.V128)
		v.code = v.code.Op(opVector, opV128Const).Op(bytes[:]...).LocalSet(local)
		return local
	}
	v.firstUpper, v.firstLower, v.secondUpper = constant(byFirstUpper), constant(byFirstLower), constant(bySecondUpper)
	v.nibbles = constant(repeated(0x0f))
	v.first = v.local(engine.V128)
}

func repeated(b byte) (bytes [16]byte) {
	for i := range bytes {
		bytes[i] = b
	}
	return bytes
}

// check looks at the bytes.
func (v *validator) check() {
	v.shifted(1)
	v.code = v.code.LocalSet(v.first)
	v.look(v.firstUpper, func() { v.upper(v.first) })
	v.look(v.firstLower, func() { v.code = v.code.LocalGet(v.first).LocalGet(v.nibbles).Op(opVector, opV128And) })
	v.look(v.secondUpper, func() { v.upper(v.bytes) })
	v.code = v.code.Op(opVector, opV128And, opVector, opV128And)
	v.begun(2, 0xe0)
	v.begun(3, 0xf0)
	v.code = or(v.code)
	v.constant(0x80)
	v.code = v.code.Op(opVector, opV128And, opVector, opV128Xor)
	v.code = or(v.code.LocalGet(v.wrong)).LocalSet(v.wrong)
}

func (v *validator) constant(b byte) {
	bytes := repeated(b)
	v.code = v.code.Op(opVector, opV128Const).Op(bytes[:]...)
}

// look looks up in a table what index puts on the stack.
func (v *validator) look(table uint32, index func()) {
	v.code = v.code.LocalGet(table)
	index()
	v.code = v.code.Op(opVector, opI8x16Swizzle)
}

// upper puts the upper halves of bytes on the stack.
func (v *validator) upper(bytes uint32) {
	v.code = v.code.LocalGet(bytes).I32Const(4).Op(opVector, opI16x8ShrU, 1).LocalGet(v.nibbles).Op(opVector, opV128And)
}

// begun has the highest bit set of each byte that the byte so far before it, by
// which a sequence of as many bytes or more begins, makes a continuation.
func (v *validator) begun(distance int, least byte) {
	v.shifted(distance)
	v.constant(least - 0x80)
	v.code = v.code.Op(opVector, opI8x16SubSatU)
}

// shifted puts on the stack for each byte the one that is so far before it.
func (v *validator) shifted(distance int) {
	v.code = v.code.LocalGet(v.before).LocalGet(v.bytes).Op(opVector, opI8x16Shuffle)
	for lane := range vectorSize {
		v.code = v.code.Op(byte(vectorSize - distance + lane))
	}
}
