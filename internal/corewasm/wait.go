package corewasm

// waits are the instructions by which threads wait for one another, in the
// order of their opcodes, as functions: of the operands and the offset.
var waits = [...]struct {
	name   string
	align  uint32 // that the instruction must have
	params []ValueType
}{
	atomicNotify: {"notify", 2, []ValueType{I32, I32, I32}},
	atomicWait32: {"wait32", 2, []ValueType{I32, I32, I64, I32}},
	atomicWait64: {"wait64", 3, []ValueType{I32, I64, I64, I32}},
}

// WaitNames returns the names of the functions that [Options].Waits imports, in
// their order: of notify, wait32 and wait64.
func WaitNames() []string {
	var names []string
	for _, w := range waits {
		names = append(names, w.name)
	}
	return names
}

// addWaits makes room for the functions if they are to take the place of the
// instructions. In a memory that is not shared, waits trap.
func (w *rewriter) addWaits() {
	if memory, _ := w.module.Desc(KindMemory, 0); !w.options.Waits || !memory.Limits.Shared {
		return
	}
	w.waits = w.own
	w.own += uint32(len(waits))
	for _, f := range waits {
		w.newType(f.params, []ValueType{I32})
	}
}

func (w *rewriter) importWaits() {
	if w.waits == 0 {
		return
	}
	for _, f := range waits {
		w.addImport(f.name, w.newType(f.params, []ValueType{I32}))
	}
}

// wait turns memory.atomic.wait or notify into a call of the host. An engine's
// own wait cannot be interrupted, and not be cut into pieces: a notification
// that comes between two of them would be lost. An instruction whose alignment
// is wrong stays, for the engine to refuse.
func (c *codeRewriter) wait(at int) {
	which, align, offset := c.walk.sub, c.walk.args[0], c.walk.args[1]
	if c.waits == 0 || align != waits[which].align {
		return
	}
	c.add(at, Code{}.I32Const(int32(offset)).Call(c.waits+which))
	c.copied = c.in.pos
	c.offsets.add(c.in.pos, len(c.out))
}
