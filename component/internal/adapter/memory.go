package adapter

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A piece is a part of a type as it lies in memory: a block that is copied as it
// is, or a value of type t.
type piece struct {
	offset uint32
	size   uint32      // of a block
	t      *types.Type // nil for a block
}

// pieces appends those of type t.
func pieces(dst []piece, t *types.Type, offset uint32) []piece {
	switch kind := t.Kind(); {
	case kind.IsNumber():
		return addBlock(dst, offset, uint32(t.Size()))
	case kind == types.FixedList && isBlock(t.Elem()):
		return addBlock(dst, offset, uint32(t.Size()))
	case kind == types.FixedList:
		for i := range uint32(t.Len()) {
			dst = pieces(dst, t.Elem(), offset+i*uint32(t.Elem().Size()))
		}
		return dst
	case t.IsRecord():
		for i, f := range t.Fields() {
			dst = pieces(dst, f.Type, offset+t.Offset(i))
		}
		return dst
	}
	return append(dst, piece{offset: offset, t: t})
}

func addBlock(dst []piece, offset, size uint32) []piece {
	if n := len(dst); n > 0 && dst[n-1].t == nil && dst[n-1].offset+dst[n-1].size == offset {
		dst[n-1].size += size
		return dst
	}
	return append(dst, piece{offset: offset, size: size})
}

// isBlock reports whether values of type t are copied as they are, without gaps.
func isBlock(t *types.Type) bool {
	switch kind := t.Kind(); {
	case kind.IsNumber():
		return true
	case kind == types.FixedList:
		return isBlock(t.Elem())
	case !t.IsRecord():
		return false
	}
	end := uint64(0)
	for i, f := range t.Fields() {
		if uint64(t.Offset(i)) != end || !isBlock(f.Type) {
			return false
		}
		end += f.Type.Size()
	}
	return end == t.Size()
}

// area leaves for the host unless a value of type t can be at base in a place.
func (w *writer) area(p place, t *types.Type, base uint32) {
	w.aligned(base, t.Align())
	size := w.local(engine.I32)
	w.code = w.code.I32Const(int32(t.Size())).LocalSet(size)
	w.fits(p, base, size)
	w.code = w.code.Op(opI32Eqz)
	w.failIf()
}

// aligned leaves for the host unless a pointer is a multiple of align.
func (w *writer) aligned(ptr, align uint32) {
	if align > 1 {
		w.code = w.code.LocalGet(ptr).I32Const(int32(align - 1)).Op(opI32And)
		w.failIf()
	}
}

// checkAt leaves for the host where there is no value of type t at base in a place.
func (w *writer) checkAt(p place, t *types.Type, base, offset uint32) {
	if !canFail(t) {
		return
	}
	for _, part := range pieces(nil, t, offset) {
		if part.t != nil && canFail(part.t) {
			w.checkPiece(p, part.t, base, part.offset)
		}
	}
}

func (w *writer) checkPiece(p place, t *types.Type, base, offset uint32) {
	switch kind := t.Kind(); {
	case kind == types.Char:
		w.load(p, 4, base, offset)
		w.failUnlessChar()
	case kind == types.String, t.IsList():
		w.checkSequence(p, t, w.pointer(p, base, offset), w.pointer(p, base, offset+4))
	default:
		index := w.local(engine.I32)
		w.load(p, t.DiscriminantSize(), base, offset)
		w.code = w.code.LocalTee(index).I32Const(int32(t.Len())).Op(opI32GeU)
		w.failIf()
		w.cases(t, index, func(c *types.Type) { w.checkAt(p, c, base, offset+t.PayloadOffset()) })
	}
}

// pointer returns a local with the pointer or length that is there.
func (w *writer) pointer(p place, base, offset uint32) uint32 {
	local := w.local(engine.I32)
	w.load(p, 4, base, offset)
	w.code = w.code.LocalSet(local)
	return local
}

// moveAt moves the value of type t that is at one base to the other.
func (w *writer) moveAt(from, to place, t *types.Type, source, target, offset uint32) {
	for _, part := range pieces(nil, t, offset) {
		if part.t == nil {
			w.moveBlock(from, to, part, source, target)
		} else {
			w.movePiece(from, to, part.t, source, target, part.offset)
		}
	}
}

// manyBytes is how large a block is that is worth a call.
const manyBytes = 32

func (w *writer) moveBlock(from, to place, block piece, source, target uint32) {
	if block.size > manyBytes {
		src, dst := w.sum(source, block.offset), w.sum(target, block.offset)
		size := w.local(engine.I32)
		w.code = w.code.I32Const(int32(block.size)).LocalSet(size)
		w.copyBytes(from, to, src, dst, size)
		return
	}
	for width := uint32(8); block.size > 0; {
		if width > block.size {
			width /= 2
			continue
		}
		w.at(to, target, block.offset)
		w.load(from, width, source, block.offset)
		w.store(to, width, block.offset)
		block.offset += width
		block.size -= width
	}
}

func (w *writer) sum(base, offset uint32) uint32 {
	local := w.local(engine.I32)
	w.code = w.code.LocalGet(base).I32Const(int32(offset)).Op(opI32Add).LocalSet(local)
	return local
}

// copyBytes copies as many bytes as the local size says.
func (w *writer) copyBytes(from, to place, src, dst, size uint32) {
	r := routine{kind: copyOut, memory: to.side.Memory}
	if to.own {
		r = routine{kind: copyIn, memory: from.side.Memory}
	}
	w.code = w.code.LocalGet(src).LocalGet(dst).LocalGet(size).Call(w.module.shared(r))
}

func (w *writer) movePiece(from, to place, t *types.Type, source, target, offset uint32) {
	switch kind := t.Kind(); {
	case kind == types.String, t.IsList():
		ptr, count := w.pointer(from, source, offset), w.pointer(from, source, offset+4)
		moved := w.moveSequence(from, to, t, ptr, count)
		w.storeLocal(to, moved, target, offset)
		w.storeLocal(to, count, target, offset+4)
	case kind == types.Bool, kind == types.Char, kind == types.Flags:
		width := uint32(t.Size())
		w.at(to, target, offset)
		w.load(from, width, source, offset)
		if kind == types.Bool {
			w.code = w.code.I32Const(0).Op(opI32Ne)
		} else if kind == types.Flags {
			w.code = w.code.I32Const(int32(uint32(1<<t.Len() - 1))).Op(opI32And)
		}
		w.store(to, width, offset)
	default:
		width := t.DiscriminantSize()
		index := w.local(engine.I32)
		w.load(from, width, source, offset)
		w.code = w.code.LocalSet(index)
		w.at(to, target, offset)
		w.code = w.code.LocalGet(index)
		w.store(to, width, offset)
		w.cases(t, index, func(c *types.Type) {
			if c != nil {
				w.moveAt(from, to, c, source, target, offset+t.PayloadOffset())
			}
		})
	}
}

func (w *writer) storeLocal(p place, local, base, offset uint32) {
	w.at(p, base, offset)
	w.code = w.code.LocalGet(local)
	w.store(p, 4, offset)
}

// allocate asks for size bytes, and returns a local with where they are.
func (w *writer) allocate(p place, align, size uint32, beyond abi.Refusal) uint32 {
	ptr := w.local(engine.I32)
	w.leaves(p.side.MayLeave, 0)
	w.code = w.code.I32Const(0).I32Const(0).I32Const(int32(align)).LocalGet(size)
	w.code = w.code.Call(w.module.function(p.side.Realloc, reallocType())).LocalSet(ptr)
	w.leaves(p.side.MayLeave, 1)
	if align > 1 {
		w.code = w.code.LocalGet(ptr).I32Const(int32(align - 1)).Op(opI32And)
		w.refuseIf(abi.Unaligned)
	}
	w.fits(p, ptr, size)
	w.code = w.code.Op(opI32Eqz)
	w.refuseIf(beyond)
	return ptr
}

func reallocType() engine.FuncType {
	return engine.FuncType{
		Params: []engine.ValueType{engine.I32, engine.I32, engine.I32, engine.I32}, Results: addresses[:1],
	}
}

// refuseIf traps if what is on the stack is not 0.
func (w *writer) refuseIf(why abi.Refusal) {
	refuse := w.module.function(w.edge.Refuse, RefuseType())
	w.code = w.code.If().I32Const(int32(why)).Call(refuse).Unreachable().End()
}
