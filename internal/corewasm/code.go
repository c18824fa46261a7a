package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// Code is a sequence of instructions that grows at its end, as in
//
//	Code{}.LocalGet(0).I32Const(1).Op(0x6a)
type Code []byte

// Op appends bytes as they are: an opcode, with its immediates if it has any.
func (c Code) Op(bytes ...byte) Code {
	return append(c, bytes...)
}

// U32 appends an unsigned immediate.
func (c Code) U32(v uint32) Code {
	return leb128.AppendUint32(c, v)
}

// I32Const appends i32.const.
func (c Code) I32Const(v int32) Code {
	return leb128.AppendInt32(c.Op(opI32Const), v)
}

// I64Const appends i64.const.
func (c Code) I64Const(v int64) Code {
	return leb128.AppendInt64(c.Op(opI64Const), v)
}

// LocalGet appends local.get.
func (c Code) LocalGet(index uint32) Code {
	return c.Op(opLocalGet).U32(index)
}

// LocalSet appends local.set.
func (c Code) LocalSet(index uint32) Code {
	return c.Op(opLocalSet).U32(index)
}

// LocalTee appends local.tee.
func (c Code) LocalTee(index uint32) Code {
	return c.Op(opLocalTee).U32(index)
}

// GlobalGet appends global.get.
func (c Code) GlobalGet(index uint32) Code {
	return c.Op(opGlobalGet).U32(index)
}

// GlobalSet appends global.set.
func (c Code) GlobalSet(index uint32) Code {
	return c.Op(opGlobalSet).U32(index)
}

// Call appends call.
func (c Code) Call(function uint32) Code {
	return c.Op(opCall).U32(function)
}

// CallIndirect appends call_indirect.
func (c Code) CallIndirect(typeIndex, table uint32) Code {
	return c.Op(opCallIndirect).U32(typeIndex).U32(table)
}

// RefFunc appends ref.func.
func (c Code) RefFunc(function uint32) Code {
	return c.Op(opRefFunc).U32(function)
}

// Mem appends a load or store of that opcode, with the alignment as a power of
// two.
func (c Code) Mem(op byte, align, offset uint32) Code {
	return c.Op(op).U32(align).U32(offset)
}

// Block appends block without parameters and results.
func (c Code) Block() Code {
	return c.Op(opBlock, blockTypeEmpty)
}

// Loop appends loop without parameters and results.
func (c Code) Loop() Code {
	return c.Op(opLoop, blockTypeEmpty)
}

// If appends if without parameters and results.
func (c Code) If() Code {
	return c.Op(opIf, blockTypeEmpty)
}

// Else appends else.
func (c Code) Else() Code {
	return c.Op(opElse)
}

// End appends end.
func (c Code) End() Code {
	return c.Op(opEnd)
}

// Br appends br.
func (c Code) Br(label uint32) Code {
	return c.Op(opBr).U32(label)
}

// BrIf appends br_if.
func (c Code) BrIf(label uint32) Code {
	return c.Op(opBrIf).U32(label)
}

// Return appends return.
func (c Code) Return() Code {
	return c.Op(opReturn)
}

// Unreachable appends unreachable.
func (c Code) Unreachable() Code {
	return c.Op(opUnreachable)
}
