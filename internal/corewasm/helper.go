package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// helpers are the functions that a rewritten module has after its own. They are
// made when they are first needed.
type helpers struct {
	*rewriter
	known  map[bulkOp]uint32
	types  []uint32 // of each
	bodies []byte   // with the size before each
}

// add adds a function and returns its index.
func (h *helpers) add(op bulkOp, typeIndex uint32, code Code) uint32 {
	index := h.first + uint32(len(h.types))
	h.known[op] = index
	h.types = append(h.types, typeIndex)
	body := append(append(Code{0}, code...), opEnd)
	h.bodies = append(leb128.AppendUint32(h.bodies, uint32(len(body))), body...)
	return index
}

// The locals of helpers are the operands of the instruction.
const (
	localTo     = 0
	localFrom   = 1
	localNumber = 2
)

// payment returns the function of type (i32) -> () that is called before bulk
// work that needs no chunks, with the number.
func (h *helpers) payment(op bulkOp) uint32 {
	op = bulkOp{sub: miscMemoryFill, args: [2]uint32{noLimit}}.as(op)
	if index, ok := h.known[op]; ok {
		return index
	}
	return h.add(op, h.newType([]ValueType{I32}, nil), h.pay(op, Code{}.LocalGet(0)))
}

// as returns what stands for all instructions that count like another.
func (op bulkOp) as(other bulkOp) bulkOp {
	if other.isTable() {
		op.sub = miscTableFill
	}
	return op
}

// pay returns the countdown for a number that is given by code.
func (h *helpers) pay(op bulkOp, number Code) Code {
	if h.options.Unmetered {
		return nil
	}
	shift := int32(unitBulk)
	if op.isTable() {
		shift -= 3
	}
	code := Code{}.GlobalGet(h.counter).Op(number...).I32Const(shift).Op(opI32ShrU, opI64ExtendU)
	return h.count(code)
}

// growth returns the function of type (i32) -> (i32) that is called before
// table.grow with how many elements are wanted, and returns the same or, when
// the tables must not become so large, -1, of which no table grows.
func (h *helpers) growth(op bulkOp) uint32 {
	if index, ok := h.known[op]; ok {
		return index
	}
	code := h.pay(op, Code{}.LocalGet(0))
	if !h.options.Unmetered {
		code = append(code, h.count(Code{}.GlobalGet(h.counter).I64Const(growUnits))...)
	}
	if most := h.options.TableElements; most > 0 {
		first, end := h.together(op.args[0])
		code = append(code, sum(Code{}.Op(opMisc, miscTableSize).U32(first), 0)...)
		for table := first + 1; table < end; table++ {
			code = code.Op(opMisc, miscTableSize).U32(table).Op(opI64ExtendU, opI64Add)
		}
		code = code.I64Const(int64(most)).Op(opI64GtU).If().I32Const(-1).LocalSet(0).End()
	}
	i32 := []ValueType{I32}
	return h.add(op, h.newType(i32, i32), code.LocalGet(0))
}

// together returns which tables have a bound together with one: those that the
// module defines, or those that it imports.
func (h *helpers) together(table uint32) (first, end uint32) {
	imported := uint32(h.module.ImportCount(KindTable))
	if table < imported {
		return 0, imported
	}
	return imported, imported + uint32(len(h.module.Tables))
}

// sum returns code for the sum, in 64 bits, of an i32 given by code and a local.
func sum(a Code, local uint32) Code {
	return a.Op(opI64ExtendU).LocalGet(local).Op(opI64ExtendU, opI64Add)
}

// split returns the function that does all but the last chunk of bulk work, and
// its type: it takes the operands of the instruction and returns those for what
// is left. Work that is out of bounds is returned whole.
func (h *helpers) split(op bulkOp) (helper, typeIndex uint32) {
	operands := []ValueType{I32, I32, I32}
	if desc, _ := h.module.Desc(KindTable, op.args[0]); op.sub == miscTableFill {
		operands[localFrom] = desc.Value
	}
	typeIndex = h.newType(operands, operands)
	if index, ok := h.known[op]; ok {
		return index, typeIndex
	}
	code := h.isMore(op).If().Op(h.inBounds(op)...).If()
	code = append(code, h.chunks(op)...)
	code = code.End().End()
	code = append(code, h.pay(op, Code{}.LocalGet(localNumber))...)
	return h.add(op, typeIndex, code.LocalGet(localTo).LocalGet(localFrom).LocalGet(localNumber)), typeIndex
}

// isMore returns code that asks whether more than a chunk is left.
func (h *helpers) isMore(op bulkOp) Code {
	return Code{}.LocalGet(localNumber).I32Const(h.chunk(op)).Op(opI32GtU)
}

// chunk returns how large a chunk is.
func (h *helpers) chunk(op bulkOp) int32 { return int32(op.scale(h.sizes.chunk)) }

// inBounds returns code that asks whether all of the work is in bounds. A
// segment may have been dropped, which cannot be seen.
func (h *helpers) inBounds(op bulkOp) Code {
	to, from := op.args[0], op.args[1]
	switch op.sub {
	case miscMemoryInit:
		return both(memoryHolds(localTo), h.segmentHolds(h.module.Data, to))
	case miscMemoryCopy:
		return both(memoryHolds(localTo), memoryHolds(localFrom))
	case miscTableInit:
		return both(tableHolds(from, localTo), h.segmentHolds(h.module.Elements, to))
	case miscTableCopy:
		return both(tableHolds(to, localTo), tableHolds(from, localFrom))
	case miscTableFill:
		return tableHolds(to, localTo)
	default: // miscMemoryFill
		return memoryHolds(localTo)
	}
}

func both(a, b Code) Code { return append(a, b...).Op(opI32And) }

func memoryHolds(local uint32) Code {
	return sum(Code{}.LocalGet(local), localNumber).
		Op(opMemorySize, 0, opI64ExtendU).I64Const(16).Op(opI64Shl, opI64LeU)
}

func tableHolds(table, local uint32) Code {
	return sum(Code{}.LocalGet(local), localNumber).
		Op(opMisc, miscTableSize).U32(table).Op(opI64ExtendU, opI64LeU)
}

func (h *helpers) segmentHolds(segments []Segment, index uint32) Code {
	return sum(Code{}.LocalGet(localFrom), localNumber).I64Const(int64(countOf(segments, index))).Op(opI64LeU)
}

// chunks returns code that does chunks as long as more than one is left. A copy
// begins at the end that it would not overwrite before it was read. So does an
// initialization, at the last chunk: when the segment was dropped, that one
// traps and nothing has been written.
func (h *helpers) chunks(op bulkOp) Code {
	switch op.sub {
	case miscMemoryFill, miscTableFill:
		return h.forwards(op)
	case miscMemoryInit, miscTableInit:
		return h.backwards(op)
	}
	code := Code{}.LocalGet(localTo).LocalGet(localFrom).Op(opI32LeU).If()
	code = append(code, h.forwards(op)...).Else()
	return append(code, h.backwards(op)...).End()
}

func (h *helpers) forwards(op bulkOp) Code {
	size := h.chunk(op)
	code := Code{}.Loop().LocalGet(localTo).LocalGet(localFrom).I32Const(size).Op(op.bytes()...).
		LocalGet(localTo).I32Const(size).Op(opI32Add).LocalSet(localTo)
	if op.sub == miscMemoryCopy || op.sub == miscTableCopy {
		code = code.LocalGet(localFrom).I32Const(size).Op(opI32Add).LocalSet(localFrom)
	}
	return h.again(op, code)
}

func (h *helpers) backwards(op bulkOp) Code {
	size := h.chunk(op)
	last := func(c Code, local uint32) Code {
		return c.LocalGet(local).LocalGet(localNumber).Op(opI32Add).I32Const(size).Op(opI32Sub)
	}
	return h.again(op, last(last(Code{}.Loop(), localTo), localFrom).I32Const(size).Op(op.bytes()...))
}

// again returns the end of a loop over chunks.
func (h *helpers) again(op bulkOp, code Code) Code {
	size := h.chunk(op)
	code = code.LocalGet(localNumber).I32Const(size).Op(opI32Sub).LocalSet(localNumber)
	code = append(code, h.pay(op, Code{}.I32Const(size))...)
	return append(code, h.isMore(op)...).BrIf(0).End()
}

// bytes returns the instruction.
func (op bulkOp) bytes() Code {
	code := Code{opMisc}.U32(op.sub).U32(op.args[0])
	if miscShapes[op.sub] == twoIndices {
		code = code.U32(op.args[1])
	}
	return code
}
