package corewasm

// A frame is the function or a block that is open, and its label.
type frame struct {
	op     byte // opLoop, opIf, opElse or another
	due    int  // the largest debt with which a path comes to the label
	weight int  // of a loop or function: where in the output the weight goes
	turns  bool // a loop that pays where it is branched to
	before int  // the debt before an if
}

// flow follows the flow of control.
func (c *codeRewriter) flow(e event, at int) {
	top := &c.frames[len(c.frames)-1]
	switch e {
	case eventBlock:
		if c.walk.op == opLoop && c.owed(at) > mostDue {
			c.pay(at, 0) // once, and not in each pass
		}
		c.frames = append(c.frames, frame{op: c.walk.op, before: c.owed(at)})
	case eventLoop:
		top.turns = c.turns.next()
		if !top.turns {
			top.due = c.owed(at)
			top.weight = c.insert(at, c.countdown)
		}
	case eventElse:
		top.op = opElse
		top.come(c.owed(at))
		c.owe(top.before, at)
	case eventClose:
		c.close(*top, at)
		c.frames = c.frames[:len(c.frames)-1]
	case eventBranch:
		c.branch(at)
	}
}

// close ends a block.
func (c *codeRewriter) close(f frame, at int) {
	switch f.op {
	case opLoop:
		c.settle(f)
		return
	case opIf:
		f.come(f.before)
	}
	f.come(c.owed(at))
	c.owe(f.due, at)
}

// branch follows a branch.
func (c *codeRewriter) branch(at int) {
	for _, label := range c.walk.labels {
		switch f := c.target(label); {
		case f == nil:
		case f.turns:
			c.turn(label, at)
		default:
			f.come(c.owed(at))
		}
	}
	if op := c.walk.op; op == opBr || op == opBrTable {
		c.owe(0, c.in.pos)
	}
}

// target returns the frame of a label, or nil if the code is not valid.
func (c *codeRewriter) target(label uint32) *frame {
	if uint64(label) >= uint64(len(c.frames)) {
		return nil
	}
	return &c.frames[len(c.frames)-1-int(label)]
}

// come records that a path comes to the label with that debt.
func (f *frame) come(debt int) { f.due = max(f.due, debt) }

// leave ends a path through the function.
func (c *codeRewriter) leave(at int) {
	c.frames[0].come(c.owed(at))
}

// owed returns the debt at that place of the input.
func (c *codeRewriter) owed(at int) int { return c.debt + at - c.mark }

// owe sets the debt at that place of the input.
func (c *codeRewriter) owe(debt, at int) { c.debt, c.mark = debt, at }
