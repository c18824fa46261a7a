package corewasm

// instruction walks through the immediates of one instruction whose opcode was
// read.
func (w *walker) instruction(op byte, at int) {
	w.op = op
	switch s := w.shapes[op]; s {
	case special:
		w.special(op, at)
	case unknown:
		w.failAt(at, "unknown instruction %#02x", op)
	default:
		w.immediates(s)
	}
}

func (w *walker) immediates(s shape) {
	switch s {
	case index:
		w.args = [2]uint32{w.u32()}
	case localGet:
		w.complexity.get(w.u32())
	case localSet:
		w.complexity.set(w.u32())
	case twoIndices:
		w.args = [2]uint32{w.u32(), w.u32()}
	case memarg:
		w.memarg()
	case memargLane:
		w.memarg()
		w.skip(1)
	case oneByte:
		w.skip(1)
	case fourBytes:
		w.skip(4)
	case eightBytes:
		w.skip(8)
	case sixteen:
		w.skip(16)
	}
}

// memargMemory is the bit of the alignment that says that a memory follows.
const memargMemory = 0x40

func (w *walker) memarg() {
	at := w.pos
	align := w.u32()
	switch {
	case align >= memargMemory*2:
		w.failAt(at, "alignment of 2 to the power of %d", align)
	case align&memargMemory != 0:
		w.lack(at, "multi-memory")
	}
	w.args = [2]uint32{align, w.u32()}
}

func (w *walker) special(op byte, at int) {
	switch op {
	case opUnreachable:
		w.tell(eventTrap, at)
	case opBlock, opLoop, opIf, opTryTable:
		w.block(op, at)
	case opElse:
		if w.open[len(w.open)-1] != opIf {
			w.failAt(at, "else without if")
			return
		}
		w.open[len(w.open)-1] = opElse
		w.tell(eventElse, at)
		if w.complexity != nil {
			w.complexity.otherwise(at)
		}
	case opEnd:
		w.close(at)
	case opBr, opBrIf, opBrOnNull, opBrOnNonNull:
		w.branch(1, at)
	case opBrTable:
		w.branch(w.count(1)+1, at)
	case opReturn:
		if c := w.complexity; c != nil {
			c.branch(uint32(len(c.levels))-1, false)
		}
		w.tell(eventReturn, at)
	case opCall, opReturnCall:
		w.tell(eventCalls, at)
		w.calls(w.function(), at)
	case opRefFunc:
		w.function()
		w.tell(eventRef, at)
	case opCallIndirect, opReturnCallIndirect:
		w.tell(eventCalls, at)
		w.callsType(w.typeIndex(), at)
		w.u32() // the table
	case opCallRef, opReturnCallRef:
		w.tell(eventCalls, at)
		w.callsType(w.typeIndex(), at)
	case opGlobalGet, opGlobalSet:
		w.globalIndex()
	case opLocalGet, opLocalSet, opLocalTee:
		w.immediates(index)
		w.tell(eventLocal, at)
	case opSelectTyped:
		w.skipValueTypes()
	case opMemoryGrow:
		w.immediates(index)
		w.counts(1, at)
		w.tell(eventGrow, at)
	case opThrow:
		w.immediates(index)
		w.counts(1, at)
		w.tell(eventThrow, at)
	case opThrowRef:
		w.counts(1, at)
		w.tell(eventThrow, at)
	case opI32Const:
		w.s32()
	case opI64Const:
		w.s64()
	case opRefNull:
		w.heapType()
	case opMisc:
		w.misc(at)
	case opVector:
		w.vector(at)
	case opAtomic:
		w.atomic(at)
	default:
		w.lack(at, missing(op))
	}
}

// branch reads that many labels.
func (w *walker) branch(labels, at int) {
	all := labels
	w.labels = w.labels[:0]
	if w.complexity != nil {
		w.complexity.reach(at)
	}
	for ; labels > 0 && w.err == nil; labels-- {
		label := w.u32()
		if w.visit != nil {
			w.labels = append(w.labels, label)
		}
		if w.complexity != nil {
			w.complexity.branch(label, w.op == opBrTable)
		}
	}
	if w.complexity != nil {
		w.complexity.chain++
		w.complexity.branches += int64(all / 8)
	}
	w.tell(eventBranch, at)
}

// counts tells complexity of so many branches that the rewriter adds before an
// instruction.
func (w *walker) counts(n int64, at int) {
	if w.complexity != nil {
		w.complexity.reach(at)
		w.complexity.edges(n)
		w.complexity.chain = 0
	}
}

// calls tells complexity of a call.
func (w *walker) calls(function uint32, at int) {
	if w.complexity != nil {
		w.complexity.call(w.complexity.callee(function), at)
	}
}

func (w *walker) callsType(index uint32, at int) {
	if w.complexity != nil {
		w.complexity.call(w.complexity.arity(int64(index)), at)
	}
}

// missing names the proposal that brought an instruction that no engine of ours
// has.
func missing(op byte) string {
	switch {
	case op == opGC || op == 0xd3:
		return "GC types"
	case op >= 0xe0:
		return "stack switching"
	}
	return "legacy exceptions"
}

func (w *walker) block(op byte, at int) {
	of := w.blockType()
	if w.complexity != nil {
		w.complexity.block(op, of, at)
	}
	if op == opTryTable {
		w.catches()
		w.tell(eventThrow, at)
	}
	if len(w.open) > maxDepth {
		w.failAt(at, "more than %d blocks within each other", maxDepth)
		return
	}
	w.open = append(w.open, op)
	w.tell(eventBlock, at)
	if op == opLoop {
		w.tell(eventLoop, w.pos)
	}
}

func (w *walker) close(at int) {
	w.open = w.open[:len(w.open)-1]
	if len(w.open) == 0 {
		w.tell(eventEnd, at)
	} else {
		w.tell(eventClose, at)
	}
	if w.complexity != nil {
		w.complexity.end(at)
	}
}

// blockType reads the type of a block: nothing, a value type, or an index. It
// returns the type's arity if complexity is looked at.
func (w *walker) blockType() arity {
	if w.left() > 0 && w.data[w.pos] >= 0x40 && w.data[w.pos] < 0x80 {
		if w.data[w.pos] == blockTypeEmpty {
			w.pos++
			return arity{}
		}
		w.valueType()
		return arity{results: 1}
	}
	at := w.pos
	index := w.s33()
	w.checkType(at, index)
	if w.complexity == nil {
		return arity{}
	}
	return w.complexity.arity(index)
}

// catches reads the catch clauses of try_table.
func (w *walker) catches() {
	w.labels = w.labels[:0]
	for n := w.count(2); n > 0 && w.err == nil; n-- {
		at := w.pos
		switch w.byte() {
		case 0, 1: // catch, catch_ref: tag and label
			w.immediates(twoIndices)
			w.args[0] = w.args[1]
		case 2, 3: // catch_all, catch_all_ref: label
			w.immediates(index)
		default:
			w.failAt(at, "unknown catch clause")
		}
		if w.visit != nil {
			w.labels = append(w.labels, w.args[0])
		}
		if w.complexity != nil {
			w.complexity.branch(w.args[0], false)
		}
	}
}

// The instructions after 0xfc from the first that is about a memory or table.
const (
	miscMemoryInit = 0x08
	miscDataDrop   = 0x09
	miscMemoryCopy = 0x0a
	miscMemoryFill = 0x0b
	miscTableInit  = 0x0c
	miscElemDrop   = 0x0d
	miscTableCopy  = 0x0e
	miscTableGrow  = 0x0f
	miscTableSize  = 0x10
	miscTableFill  = 0x11
)

func (w *walker) misc(at int) {
	sub := w.u32()
	switch {
	case w.err != nil:
	case uint64(sub) < uint64(len(miscShapes)):
		w.sub = sub
		w.raise(int(miscHeightChanges[sub]))
		w.immediates(miscShapes[sub])
		if sub >= miscMemoryInit && sub != miscDataDrop && sub != miscElemDrop && sub != miscTableSize {
			w.counts(2, at)
			w.tell(eventBulk, at)
		}
	case sub <= 0x16:
		w.lack(at, "wide arithmetic")
	default:
		w.failAt(at, "unknown instruction 0xfc %#02x", sub)
	}
}

// The instructions after 0xfe that wait and wake.
const (
	atomicNotify = 0x00
	atomicWait32 = 0x01
	atomicWait64 = 0x02
)

// maxRelaxed is the last instruction of relaxed SIMD.
const maxRelaxed = 0x113

func (w *walker) vector(at int) {
	sub := w.shortest(at)
	switch {
	case w.err != nil:
	case sub < 0x100 && vectorShapes[sub&0xff] != unknown:
		w.raise(int(vectorHeightChanges[sub]))
		w.immediates(vectorShapes[sub])
	case sub >= 0x100 && sub <= maxRelaxed:
		w.lack(at, "relaxed SIMD")
	default:
		w.failAt(at, "unknown instruction 0xfd %#02x", sub)
	}
}

func (w *walker) atomic(at int) {
	sub := w.shortest(at)
	switch {
	case w.err != nil:
	case sub < uint32(len(atomicShapes)) && atomicShapes[sub] != unknown:
		w.raise(int(atomicHeightChanges[sub]))
		w.immediates(atomicShapes[sub])
		w.sub = sub
		if sub <= atomicWait64 {
			w.tell(eventWait, at)
		}
	default:
		w.failAt(at, "unknown instruction 0xfe %#02x", sub)
	}
}

// shortest reads the opcode after a prefix and wants it in the fewest bytes.
// wazero looks at one byte only, and takes the byte after it, which is 1 where
// the opcode has two bytes, for a nop: any other would be another instruction.
func (w *walker) shortest(at int) uint32 {
	start := w.pos
	sub := w.u32()
	if w.err == nil && w.pos-start > 1 && w.data[w.pos-1] == 0 {
		w.failAt(at, "opcode is not in its shortest form")
	}
	return sub
}
