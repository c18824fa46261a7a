package corewasm

// GrowName is the name of the function that [Options].Grow imports. It does what
// memory.grow does, and has its type.
const GrowName = "grow"

// addGrow makes room for the function if it is to take the place of memory.grow.
func (w *rewriter) addGrow() {
	if _, ok := w.module.Desc(KindMemory, 0); !ok || !w.options.Grow {
		return
	}
	w.grow = w.own
	w.own++
	w.growType()
}

func (w *rewriter) growType() uint32 { return w.newType([]ValueType{I32}, []ValueType{I32}) }

func (w *rewriter) importGrow() {
	if w.grow != 0 {
		w.addImport(GrowName, w.growType())
	}
}

// grows turns memory.grow into a call of the host.
func (c *codeRewriter) grows(at int) {
	if c.grow == 0 {
		return
	}
	c.add(at, Code{}.Call(c.grow))
	c.copied = c.in.pos
	c.offsets.add(c.in.pos, len(c.out))
}
