package adapter

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// check leaves for the host where the slots from slot on hold no value of type t.
func (w *writer) check(t *types.Type, slot uint32) {
	switch kind := t.Kind(); {
	case kind == 0: // a case without payload
	case t.IsRecord(), kind == types.FixedList:
		w.parts(t, slot, w.check)
	case kind == types.Char:
		w.low(slot)
		w.failUnlessChar()
	case kind == types.String, t.IsList():
		w.checkSequence(w.caller(), t, w.lowLocal(slot), w.lowLocal(slot+1))
	case t.IsVariant():
		w.low(slot)
		w.code = w.code.I32Const(int32(t.Len())).Op(opI32GeU)
		w.failIf()
		w.cases(t, slot, func(c *types.Type) { w.check(c, slot+1) })
	}
}

// failUnlessChar leaves for the host if what is on the stack is no Unicode scalar
// value: what is left of all numbers without surrogates is one range.
func (w *writer) failUnlessChar() {
	w.code = w.code.I32Const(firstSurrogate).Op(opI32Xor).I32Const(surrogates).Op(opI32Sub).
		I32Const(allChars - surrogates).Op(opI32GeU)
	w.failIf()
}

const (
	firstSurrogate = 0xd800
	surrogates     = 0x800    // how many
	allChars       = 0x110000 // with them
)

// parts does something with each part of a record or list of fixed length.
func (w *writer) parts(t *types.Type, slot uint32, visit func(t *types.Type, slot uint32)) {
	if t.Kind() == types.FixedList {
		for range t.Len() {
			visit(t.Elem(), slot)
			slot += t.Elem().FlatCount()
		}
		return
	}
	for _, f := range t.Fields() {
		visit(f.Type, slot)
		slot += f.Type.FlatCount()
	}
}

// cases does something with the payload of whichever case is there: visit writes
// the code for one, whose type is nil if it has no payload.
func (w *writer) cases(t *types.Type, slot uint32, visit func(payload *types.Type)) {
	for i, c := range t.Fields() {
		before := w.code
		w.low(slot)
		w.open(w.code.I32Const(int32(i)).Op(opI32Eq).If())
		empty := len(w.code)
		visit(c.Type)
		done := len(w.code) == empty
		w.close()
		if done {
			w.code = before
		}
	}
}

// lower makes of the value in the slots from slot on, which is one of type t, what
// canon lower passes on.
func (w *writer) lower(t *types.Type, slot uint32) {
	switch kind := t.Kind(); {
	case t.IsRecord(), kind == types.FixedList:
		w.parts(t, slot, w.lower)
	case kind.IsNumber():
		w.number(kind, slot)
	case kind == types.Bool:
		w.low(slot)
		w.code = w.code.I32Const(0).Op(opI32Ne)
		w.setLow(slot)
	case kind == types.String, t.IsList():
		count := w.lowLocal(slot + 1)
		moved := w.moveSequence(w.caller(), w.callee(), t, w.lowLocal(slot), count)
		w.code = w.code.LocalGet(moved)
		w.setLow(slot)
		w.code = w.code.LocalGet(count)
		w.setLow(slot + 1)
	case kind == types.Flags:
		w.mask(slot, 1<<t.Len()-1)
	case t.IsVariant():
		w.mask(slot, 1<<32-1)
		w.cases(t, slot, func(c *types.Type) { w.payload(t, c, slot+1) })
	default:
		w.mask(slot, 1<<32-1)
	}
}

// payload lowers the payload of a case, whose type is nil if it has none, and
// makes the slots zero that other cases need.
func (w *writer) payload(variant, t *types.Type, slot uint32) {
	used := uint32(0)
	if t != nil {
		used = t.FlatCount()
		w.lower(t, slot)
	}
	for i := used; i < variant.FlatCount()-1; i++ {
		w.zero(slot + i)
	}
}

// number clears what is above the width of a number, and extends its sign to 32
// bits.
func (w *writer) number(kind types.Kind, slot uint32) {
	switch kind {
	case types.U8:
		w.mask(slot, 1<<8-1)
	case types.U16:
		w.mask(slot, 1<<16-1)
	case types.S8:
		w.low(slot)
		w.code = w.code.Op(opI32Extend8S)
		w.setLow(slot)
	case types.S16:
		w.low(slot)
		w.code = w.code.Op(opI32Extend16S)
		w.setLow(slot)
	case types.S32, types.U32, types.F32:
		w.mask(slot, 1<<32-1)
	}
}

// mask clears the bits of a slot that are not in mask.
func (w *writer) mask(slot uint32, mask uint64) {
	switch w.slots[slot] {
	case engine.I32:
		if mask < 1<<32-1 {
			w.code = w.code.LocalGet(slot).I32Const(int32(uint32(mask))).Op(opI32And).LocalSet(slot)
		}
	case engine.I64:
		w.code = w.code.LocalGet(slot).I64Const(int64(mask)).Op(opI64And).LocalSet(slot)
	}
}

// low puts the low 32 bits of a slot of integers on the stack.
func (w *writer) low(slot uint32) {
	w.code = w.code.LocalGet(slot)
	if w.slots[slot] == engine.I64 {
		w.code = w.code.Op(opI32WrapI64)
	}
}

// lowLocal returns a local with the low 32 bits of a slot of integers.
func (w *writer) lowLocal(slot uint32) uint32 {
	if w.slots[slot] == engine.I32 {
		return slot
	}
	local := w.local(engine.I32)
	w.low(slot)
	w.code = w.code.LocalSet(local)
	return local
}

// setLow takes an i32 from the stack into a slot of integers.
func (w *writer) setLow(slot uint32) {
	if w.slots[slot] == engine.I64 {
		w.code = w.code.Op(opI64ExtendU)
	}
	w.code = w.code.LocalSet(slot)
}

func (w *writer) zero(slot uint32) { w.code = zero(w.code, w.slots[slot]).LocalSet(slot) }

func zero(code corewasm.Code, t engine.ValueType) corewasm.Code {
	switch t {
	case engine.I64:
		return code.I64Const(0)
	case engine.F32:
		return code.Op(opF32Const, 0, 0, 0, 0)
	case engine.F64:
		return code.Op(opF64Const, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	return code.I32Const(0)
}
