package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// A bulkOp is an instruction that works as long as its last operand says, a
// number of bytes or of elements: the opcode after 0xfc, and its immediates.
type bulkOp struct {
	sub  uint32
	args [2]uint32
}

func (op bulkOp) isTable() bool { return op.sub >= miscTableInit }

// bytesPerElement is how much an element of a table counts.
const bytesPerElement = 8

// bulkSizes are in bytes. Bulk work of up to small costs no more than the
// instruction does. What is larger pays for its size, and is done in chunks.
type bulkSizes struct{ small, chunk uint64 }

// usualSizes have small work take less than a microsecond, and a chunk less than
// 200: it touches 16 pages, perhaps for the first time, or copies them backwards.
var usualSizes = bulkSizes{small: 4 << 10, chunk: 64 << 10}

// unitBulk is how far bytes are shifted right to become units.
const unitBulk = 6

// bulk meters the instruction at that place of the input. The operands are left
// on the stack as they are, or with what is left to do in place of the whole,
// and the instruction itself is kept: when it traps, it does so itself, with
// nothing written.
//
//	size = number
//	if size > small { split(operands) }
//	instruction
func (c *codeRewriter) bulk(at int) {
	op := bulkOp{c.walk.sub, c.walk.args}
	code, known := c.prices[op]
	if !known {
		code = c.price(op)
		c.prices[op] = code
	}
	if len(code) > 0 {
		c.add(at, code)
	}
}

// price returns the code before an instruction.
func (c *codeRewriter) price(op bulkOp) Code {
	if op.sub == miscTableGrow {
		return c.growth(op)
	}
	small, most := op.scale(c.sizes.small), c.longest(op)
	if c.options.Unmetered {
		small = op.scale(c.sizes.chunk)
	}
	if most <= small {
		return nil
	}
	c.sizing = true
	code := Code{}.GlobalSet(c.size).GlobalGet(c.size).GlobalGet(c.size).I32Const(int32(small)).Op(opI32GtU)
	if most <= op.scale(c.sizes.chunk) {
		return code.If().GlobalGet(c.size).Call(c.helpers.payment(op)).End()
	}
	helper, block := c.helpers.split(op)
	return Code(leb128.AppendInt64(code.Op(opIf), int64(block))).Call(helper).End()
}

// growth returns the code before table.grow. An engine that interrupts code
// itself holds one table to its maximum, but not several together.
func (c *codeRewriter) growth(op bulkOp) Code {
	first, end := c.helpers.together(op.args[0])
	alone := c.options.TableElements == 0 || end-first == 1
	if op.args[0] >= end || c.options.Unmetered && alone {
		return nil
	}
	return Code{}.Call(c.helpers.growth(op))
}

// scale turns bytes into what the instruction counts in.
func (op bulkOp) scale(bytes uint64) uint64 {
	if op.isTable() {
		return bytes / bytesPerElement
	}
	return bytes
}

// longest returns the largest number that the instruction can be given without
// a trap, or 0 if the module is not valid.
func (c *codeRewriter) longest(op bulkOp) uint64 {
	switch op.sub {
	case miscMemoryFill:
		return c.most(KindMemory, op.args[0])
	case miscMemoryCopy:
		return min(c.most(KindMemory, op.args[0]), c.most(KindMemory, op.args[1]))
	case miscMemoryInit:
		return min(c.most(KindMemory, op.args[1]), countOf(c.module.Data, op.args[0]))
	case miscTableFill:
		return c.most(KindTable, op.args[0])
	case miscTableCopy:
		return min(c.most(KindTable, op.args[0]), c.most(KindTable, op.args[1]))
	default: // miscTableInit
		return min(c.most(KindTable, op.args[1]), countOf(c.module.Elements, op.args[0]))
	}
}

// most returns how large that memory or table can become.
func (c *codeRewriter) most(kind Kind, index uint32) uint64 {
	desc, ok := c.module.Desc(kind, index)
	switch {
	case !ok:
		return 0
	case kind == KindMemory && desc.Limits.HasMax:
		return uint64(desc.Limits.Max) << 16
	case kind == KindTable && desc.Limits.HasMax:
		return uint64(desc.Limits.Max)
	}
	return 1 << 32
}

func countOf(segments []Segment, index uint32) uint64 {
	if uint64(index) >= uint64(len(segments)) {
		return 0
	}
	return uint64(segments[index].Count)
}
