package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// codeRewriter rewrites the code section: it puts the countdown at the entries
// of functions, at the heads of loops and within long straight code, makes
// instructions that may work for long pay for it, and moves the indices of
// functions.
//
// The countdown is, with the counter a global and the weight a constant,
//
//	counter = counter - weight
//	if counter <= 0 { counter = tick() }
//
// It leaves the stack alone, so it can stand at the start of a loop that has
// parameters.
type codeRewriter struct {
	*rewriter
	walk      walker // writes
	probe     walker // looks
	countdown []byte // the instructions, with weightWidth bytes for the weight
	weightAt  int    // where in countdown

	entry  head            // of the function
	loops  []head          // that are open
	mid    head            // the last one within long code, if its weight is not 0
	prices map[bulkOp]Code // before bulk instructions

	extra int  // what instructions of the function cost beyond their bytes
	light bool // the function has no countdown at its entry
}

// head is the place of a countdown, and what it covers.
type head struct {
	weight int // where in the output the weight goes
	start  int // the cost at the place
	inner  int // how much of it loops within cover
}

// Code costs as many as it has bytes, and unitCost is one unit of the counter:
// the slowest instructions (a division of 64 bits, a load from memory far away)
// take some 25 ns for each byte, which makes a slice of 10,000 units 4 ms, and
// usual ones a hundredth of that. The weight of a countdown, a signed constant,
// is written in two bytes after it is known. More than the weight that fits
// there is as good as a whole slice.
const (
	weightWidth = 2
	maxWeight   = 1<<(7*weightWidth-1) - 1
	unitCost    = 16
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
	c.countdown = w.count(append(before, make([]byte, weightWidth)...))
	return c
}

// count returns the code of a countdown after what leaves the counter and the
// weight on the stack.
func (w *rewriter) count(weight Code) Code {
	return weight.Op(opI64Sub).GlobalSet(w.counter).
		GlobalGet(w.counter).I64Const(0).Op(opI64LeS).
		If().Call(w.tick).GlobalSet(w.counter).End()
}

// rewrite writes the content of the code section.
func (c *codeRewriter) rewrite() {
	c.walk = walker{reader: c.in, visit: c.visit}
	c.probe = c.walk
	c.probe.visit = c.weigh
	c.offsets.start(c.in.pos, len(c.out))
	count := c.in.count(2)
	at := len(c.out)
	c.out = append(c.out, 0, 0, 0, 0)
	c.copied = c.in.pos
	c.offsets.add(c.in.pos, len(c.out))
	c.in.items("code", count, c.function)
	c.copy(c.in.end)
	c.out = append(c.out, c.helpers.bodies...)
	c.offsets.add(c.in.end, len(c.out))
	leb128.AppendPadded(c.out[:at], uint32(count+len(c.helpers.types)), sizeWidth)
	c.offsets.stop()
}

// function writes one function with the size before it.
func (c *codeRewriter) function() {
	c.copy(c.in.pos)
	body := c.in.body()
	if c.in.err != nil {
		return
	}
	section := c.in.end
	c.in.end = c.in.pos
	c.light = c.isLight(body)
	c.in.pos = int(body.Offset)
	c.copied = c.in.pos
	c.prefixed(func() {
		c.offsets.add(c.in.pos, len(c.out))
		c.walk.body()
		c.copy(c.in.pos)
	})
	c.in.end = section
}

// isLight reports whether a function goes without a countdown.
func (c *codeRewriter) isLight(body Range) bool {
	if body.Size > smallLeaf {
		return false
	}
	moved := c.in.funcIndex
	c.in.funcIndex = nil
	c.in.pos = int(body.Offset)
	c.light = true
	c.probe.body()
	c.in.funcIndex = moved
	return c.light
}

// weigh is what visits a small function before it is written.
func (c *codeRewriter) weigh(e event, _ int) {
	if e != eventCode && e != eventEnd {
		c.light = false
	}
}

func (c *codeRewriter) visit(e event, at int) {
	switch e {
	case eventCode:
		c.begin(at)
	case eventLoop:
		c.loops = append(c.loops, head{})
		c.insert(&c.loops[len(c.loops)-1], at)
	case eventLoopEnd:
		c.endLoop(at)
	case eventCalls:
		c.extra += smallLeaf
	case eventBulk:
		c.extra += smallLeaf
		c.bulk(at)
	case eventGrow:
		c.charge(at, growUnits)
	case eventThrow:
		c.throws = true
		c.charge(at, throwUnits)
	case eventWait:
		c.wait(at)
	case eventLong:
		c.settle(c.mid, at)
		c.insert(&c.mid, at)
	case eventEnd:
		c.settle(c.mid, at)
		c.settle(c.entry, at)
	}
}

// begin begins a function.
func (c *codeRewriter) begin(at int) {
	c.loops, c.extra = c.loops[:0], 0
	c.entry, c.mid = head{}, head{}
	if !c.light {
		c.insert(&c.entry, at)
	}
}

// endLoop ends the innermost loop. The countdown around it does not cover it.
func (c *codeRewriter) endLoop(at int) {
	last := len(c.loops) - 1
	loop, outer := c.loops[last], &c.entry
	if last > 0 {
		outer = &c.loops[last-1]
	}
	outer.inner += at + c.extra - loop.start
	c.loops = c.loops[:last]
	c.settle(loop, at)
}

// insert puts a countdown before the instruction at that place of the input.
func (c *codeRewriter) insert(h *head, at int) {
	c.copy(at)
	*h = head{weight: len(c.out) + c.weightAt, start: at + c.extra}
	c.out = append(c.out, c.countdown...)
	c.offsets.add(at, len(c.out))
}

// settle gives a countdown its weight, now that the code it covers has ended.
func (c *codeRewriter) settle(h head, end int) {
	if h.weight != 0 {
		c.setWeight(h.weight, min(1+(end+c.extra-h.start-h.inner)/unitCost, maxWeight))
	}
}

func (c *codeRewriter) setWeight(at, weight int) {
	c.out[at] = byte(weight) | 0x80
	c.out[at+1] = byte(weight >> 7)
}

// charge makes the instruction at that place of the input cost so many units.
func (c *codeRewriter) charge(at, units int) {
	var h head
	c.insert(&h, at)
	c.setWeight(h.weight, units)
}

// add puts code before the instruction at that place of the input.
func (c *codeRewriter) add(at int, code Code) {
	c.copy(at)
	c.out = append(c.out, code...)
	c.offsets.add(at, len(c.out))
}
