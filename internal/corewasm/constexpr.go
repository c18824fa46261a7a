package corewasm

// constExpr passes over a constant expression and returns where it is, its end
// opcode included.
func (r *reader) constExpr() Range {
	start := r.pos
	for r.err == nil {
		at := r.pos
		switch op := r.byte(); op {
		case opEnd:
			return r.since(start)
		case opI32Const:
			r.s32()
		case opI64Const:
			r.s64()
		case opF32Const:
			r.skip(4)
		case opF64Const:
			r.skip(8)
		case opGlobalGet:
			r.globalIndex()
		case opRefFunc:
			r.function()
		case opRefNull:
			r.heapType()
		case opI32Add, opI32Sub, opI32Mul, opI64Add, opI64Sub, opI64Mul:
		case opVector:
			if r.byte() != opV128Const {
				r.failAt(at, "instruction is not constant")
			}
			r.skip(16)
		case opGC:
			r.lack(at, "GC types")
		default:
			r.failAt(at, "instruction %#x is not constant", op)
		}
	}
	return Range{}
}

// constExprOf passes over a constant expression of that type. Of the type it
// checks only what wazero does not: null for a reference that cannot be null.
func (r *reader) constExprOf(t ValueType) Range {
	expr := r.constExpr()
	if r.err == nil && t.Byte() == ref && r.data[expr.Offset] == opRefNull {
		r.failAt(int(expr.Offset), "null for the type %s", t)
	}
	return expr
}

// heapType passes over a heap type.
func (r *reader) heapType() {
	at := r.pos
	heap := r.s33()
	if heap >= 0 {
		r.checkType(at, heap)
	}
	if heap < 0 && heap != heapFunc && heap != heapExtern && heap != heapExn {
		r.lack(at, "GC types")
	}
}
