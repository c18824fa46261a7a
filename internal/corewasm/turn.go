package corewasm

// turns are the loops of all functions, in their order, and how each goes on.
//
// A countdown at the head of a loop is a branch more in each pass, and where its
// ways meet again engines move values about. Where the loop turns it costs half
// of that or less:
//
//	condition br_if loop
//
// becomes
//
//	condition
//	if
//	  counter = counter - weight
//	  counter > 0 br_if loop
//	  counter = tick() br loop
//	end
//
// and br what is within that if. A loop that is never branched to is a block. The
// exception handlers of try_table lead to loops too, but each try_table has a
// countdown of its own.
type turns struct {
	loops []loopTurns
	open  []int // the loops that are open, and -1 for other blocks
	at    int   // of loops, which comes next
}

// loopTurns says how often code branches to a loop by br and br_if, and whether
// it does otherwise.
type loopTurns struct {
	branches int
	other    bool
}

// mostTurns is how many countdowns a loop has rather than one at its head.
const mostTurns = 4

func (t *turns) begin() {
	t.open = append(t.open[:0], -1)
}

// next reports whether the next loop pays where it turns.
func (t *turns) next() bool {
	t.at++
	if t.at > len(t.loops) {
		return false // the code is not valid
	}
	of := t.loops[t.at-1]
	return of.branches <= mostTurns && !of.other
}

// visit is told of a function's blocks and branches.
func (t *turns) visit(w *walker, e event, at int) {
	switch e {
	case eventBlock:
		if w.op != opLoop {
			t.open = append(t.open, -1)
			break
		}
		t.open = append(t.open, len(t.loops))
		// What a loop with parameters turns with is not in reach within an if.
		blockType := w.data[at+1]
		t.loops = append(t.loops, loopTurns{other: blockType < 0x40 || blockType >= 0x80})
	case eventClose:
		t.open = t.open[:len(t.open)-1]
	case eventBranch:
		for _, label := range w.labels {
			t.branch(w.op, label)
		}
	}
}

func (t *turns) branch(op byte, label uint32) {
	if uint64(label) >= uint64(len(t.open)) {
		return
	}
	if loop := t.open[len(t.open)-1-int(label)]; loop >= 0 {
		t.loops[loop].branches++
		t.loops[loop].other = t.loops[loop].other || op != opBr && op != opBrIf
	}
}

// turn puts a countdown in place of the br or br_if, to a loop of that label, at
// that place of the input. Where a br_if does not branch the debt stays.
func (c *codeRewriter) turn(label uint32, at int) {
	c.copy(at)
	conditional := c.walk.op == opBrIf
	code := Code(c.out)
	if conditional {
		code = code.If()
		label++
	}
	weight := len(code) + c.weightAt
	code = append(code, c.spending...).GlobalGet(c.counter).I64Const(0).Op(opI64GtS).BrIf(label).
		Call(c.tick).GlobalSet(c.counter).Br(label)
	if conditional {
		code = code.End()
	}
	c.out = code
	c.setWeight(weight, c.owed(at)/unitCost)
	c.offsets.add(at, len(c.out)) // all that is added counts as the branch
	c.copied = c.in.pos
	c.offsets.add(c.in.pos, len(c.out))
}
