package corewasm

import (
	"math"
	"slices"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// codeRewriter rewrites the code section: it puts countdowns into functions,
// makes instructions that may work for long pay for it, and moves the indices of
// functions.
//
// A countdown is, with the counter a global and the weight a constant,
//
//	counter = counter - weight
//	if counter <= 0 { counter = tick() }
//
// It leaves the stack alone, so it can stand anywhere.
//
// Code is paid for after it has run: the debt at a place is what a path to it
// costs since the last countdown on it, the largest of all paths. A countdown
// pays the debt at its place. There is one at each loop head, which pays what
// branches to it owe, and one at the entry of a function, which pays what is
// owed where control leaves it; both are known only at the end. Most loops have
// theirs where they turn instead, see turns. Within code there is one whenever
// the debt has become large. So no path is longer than what is paid for, however
// it branches, and code that a branch passes by costs little.
type codeRewriter struct {
	*rewriter
	walk      walker // writes
	probe     walker // looks
	turns     turns
	reach     reach
	countdown []byte // the instructions, with weightWidth bytes for the weight
	spending  []byte // the first of them, which subtract the weight
	weightAt  int    // where in both
	prices    map[bulkOp]Code

	debt   int // at
	mark   int // of the input; from there on a byte costs 1
	frames []frame
	light  bool // the function has no countdowns
	looks  bool // and needs one at its entry, while it is looked at
}

// Code costs as many as it has bytes, and unitCost is one unit of the counter. A
// slice of 10,000 units lasts some 5 µs in usual code, and 2 ms at worst, but
// 20 ms when every load waits for memory far away, see BenchmarkSlice: who hands
// out slices makes them shorter then. The weight of a countdown, a signed
// constant, has two bytes.
const (
	weightWidth = 2
	maxWeight   = 1<<(7*weightWidth-1) - 1
	unitCost    = 32
	mostDebt    = 2048 // within a function
	mostDue     = 64   // before a loop
)

// What instructions cost beyond their bytes.
const (
	callCost = 32  // may be of a small leaf
	bulkCost = 128 // up to bulkSizes.small
	refCost  = 256 // wazero leaves to Go
)

// smallLeaf is up to how many bytes a function without calls, loops and the
// like goes without a countdown. Whoever calls it pays for it.
const smallLeaf = 64

// What instructions cost in units, for they take microseconds: wazero leaves to
// Go for all of them, asks the system for memory, and copies the stack for each
// try_table.
const (
	growUnits  = 100
	throwUnits = 5000
)

func newCodeRewriter(w *rewriter) codeRewriter {
	c := codeRewriter{rewriter: w, prices: map[bulkOp]Code{}}
	before := Code{}.GlobalGet(w.counter).Op(opI64Const)
	c.weightAt = len(before)
	weight := append(before, make([]byte, weightWidth)...)
	c.countdown = w.count(slices.Clone(weight))
	c.spending = w.spend(weight)
	return c
}

// count returns the code of a countdown after what leaves the counter and the
// weight on the stack.
func (w *rewriter) count(weight Code) Code {
	return w.spend(weight).
		GlobalGet(w.counter).I64Const(0).Op(opI64LeS).
		If().Call(w.tick).GlobalSet(w.counter).End()
}

// spend returns the code that subtracts the weight.
func (w *rewriter) spend(weight Code) Code {
	return weight.Op(opI64Sub).GlobalSet(w.counter)
}

// rewrite writes the content of the code section.
func (c *codeRewriter) rewrite() {
	c.walk = walker{reader: c.in, visit: c.visit, shapes: &flowShapes}
	c.probe = c.walk
	c.probe.visit = c.weigh
	if c.options.Unmetered {
		c.walk.visit = c.visitUnmetered
	}
	c.offsets.start(c.in.pos, len(c.out))
	count := c.in.count(2)
	at := len(c.out)
	c.out = append(c.out, 0, 0, 0, 0)
	if !c.options.Unmetered {
		c.lookAt(count)
	}
	c.copied = c.in.pos
	c.offsets.add(c.in.pos, len(c.out))
	c.in.items("code", count, c.function)
	c.copy(c.in.end)
	c.out = append(c.out, c.helpers.bodies...)
	c.offsets.add(c.in.end, len(c.out))
	leb128.AppendPadded(c.out[:at], uint32(count+len(c.helpers.types)), sizeWidth)
	c.offsets.stop()
}

// lookAt looks at all functions before one is written: at their loops and calls,
// and whether they go without a countdown.
func (c *codeRewriter) lookAt(count int) {
	start, moved := c.in.pos, c.in.funcIndex
	c.in.funcIndex = func(_ int, index uint32) { c.reach.callees = append(c.reach.callees, index) }
	c.reach.imports = c.tick
	c.in.items("code", count, func() {
		c.within(func(size int) {
			c.light, c.looks = size <= smallLeaf, false
			c.turns.begin()
			c.probe.body()
			c.reach.add(min(size, mostDebt)+c.probe.declared, c.light, c.looks)
		})
	})
	c.reach.solve()
	c.in.pos, c.in.funcIndex = start, moved
}

// function writes one function with the size before it.
func (c *codeRewriter) function() {
	c.copy(c.in.pos)
	c.within(func(int) {
		c.copied = c.in.pos
		c.prefixed(func() {
			c.offsets.add(c.in.pos, len(c.out))
			c.walk.body()
			c.copy(c.in.pos)
		})
	})
}

// within has the reader bounded to the next body.
func (c *codeRewriter) within(read func(size int)) {
	body := c.in.body()
	if c.in.err != nil {
		return
	}
	section := c.in.end
	c.in.pos, c.in.end = int(body.Offset), int(body.End())
	read(int(body.Size))
	c.in.end = section
}

// weigh is what visits a function before it is written.
func (c *codeRewriter) weigh(e event, at int) {
	c.turns.visit(&c.probe, e, at)
	switch e {
	case eventCode, eventElse, eventClose, eventBranch, eventReturn, eventEnd:
	case eventBlock:
		c.light = c.light && c.probe.op != opLoop
	case eventCalls:
		c.light = false
		op := c.in.data[at]
		c.looks = c.looks || op != opCall && op != opReturnCall
	default:
		c.light = false
	}
}

// visitUnmetered is what visits a function while it is written, where there are
// no countdowns.
func (c *codeRewriter) visitUnmetered(e event, at int) {
	switch e {
	case eventBulk:
		c.bulk(at)
	case eventWait:
		c.wait(at)
	case eventGrow:
		c.grows(at)
	}
	c.walk.long = math.MaxInt
}

// visit is what visits a function while it is written.
func (c *codeRewriter) visit(e event, at int) {
	switch e {
	case eventCode:
		c.begin(at)
	case eventEnd:
		c.leave(at)
		c.settle(c.frames[0])
	case eventReturn:
		c.leave(at)
		c.owe(0, c.in.pos)
	case eventLong:
		c.pay(at, 0)
	case eventBlock, eventLoop, eventElse, eventClose, eventBranch:
		c.flow(e, at)
	default:
		c.work(e, at)
	}
	c.walk.long = c.mark + max(mostDebt-c.debt, 0)
}

// work meters an instruction that costs more than its bytes.
func (c *codeRewriter) work(e event, at int) {
	switch e {
	case eventCalls:
		c.leave(at) // perhaps for good
		c.debt += callCost
	case eventRef:
		c.debt += refCost
	case eventBulk:
		c.debt += bulkCost
		c.bulk(at)
	case eventWait:
		c.debt += refCost
		c.wait(at)
	case eventGrow:
		c.pay(at, growUnits)
	case eventThrow:
		c.throws = true
		c.pay(at, throwUnits)
	}
}

// begin begins a function.
func (c *codeRewriter) begin(at int) {
	c.frames = append(c.frames[:0], frame{})
	c.owe(0, at)
	of := c.reach.of[c.in.index]
	c.light = of.light
	switch {
	case c.light:
	case of.state == reachBound:
		c.frames[0].weight = c.insert(at, c.spending)
	default:
		c.frames[0].weight = c.insert(at, c.countdown)
	}
	if !c.light {
		c.frames[0].come(c.walk.declared) // they take room on the stack
	}
}

// pay pays the debt, and so many units more, before the instruction at that
// place of the input. In a function that goes without, the caller pays.
func (c *codeRewriter) pay(at, units int) {
	if !c.light {
		units += c.owed(at) / unitCost
		c.setWeight(c.insert(at, c.countdown), units)
	}
}

// insert puts a countdown, or its first part, before the instruction at that place
// of the input, and returns where in the output its weight is.
func (c *codeRewriter) insert(at int, code Code) (weight int) {
	c.copy(at)
	weight = len(c.out) + c.weightAt
	c.out = append(c.out, code...)
	c.offsets.add(at, len(c.out))
	c.owe(0, at)
	return weight
}

// settle gives a loop's or function's countdown its weight.
func (c *codeRewriter) settle(f frame) {
	if f.weight != 0 {
		c.setWeight(f.weight, f.due/unitCost)
	}
}

func (c *codeRewriter) setWeight(at, units int) {
	weight := min(max(units, 1), maxWeight)
	c.out[at] = byte(weight) | 0x80
	c.out[at+1] = byte(weight >> 7)
}

// add puts code before the instruction at that place of the input.
func (c *codeRewriter) add(at int, code Code) {
	c.copy(at)
	c.out = append(c.out, code...)
	c.offsets.add(at, len(c.out))
}
