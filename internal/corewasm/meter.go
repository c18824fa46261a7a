package corewasm

// codeRewriter rewrites the code section: it puts the countdown at the entries
// of functions and at the heads of loops, and moves the indices of functions.
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

	body  int    // where the body of the function began in the output
	entry head   // of the function
	loops []head // that are open
	light bool   // the function has no countdown at its entry
}

// head is the place of a countdown, and what it covers.
type head struct {
	weight int // where in the output the weight goes
	start  int // where in the input the code begins
	inner  int // how many bytes of it loops within cover
}

// The weight of a countdown, a signed constant, is written in two bytes after
// it is known: that is enough for 8 MiB of straight code.
const (
	weightWidth = 2
	maxWeight   = 1<<(7*weightWidth-1) - 1
	unitBytes   = 1 << 10 // of straight code that count as one unit
)

// smallLeaf is up to how many bytes a function without calls, loops and bulk
// instructions goes without a countdown. It takes a few nanoseconds at most and
// whoever calls it often enough to matter goes through a countdown of his own.
const smallLeaf = 64

func newCodeRewriter(w *rewriter) codeRewriter {
	before := Code{}.GlobalGet(w.counter).Op(opI64Const)
	after := Code{}.Op(opI64Sub).GlobalSet(w.counter).
		GlobalGet(w.counter).I64Const(0).Op(opI64LeS).
		If().Call(w.tick).GlobalSet(w.counter).End()
	c := codeRewriter{rewriter: w, weightAt: len(before)}
	c.countdown = append(append(before, make([]byte, weightWidth)...), after...)
	return c
}

// rewrite writes the content of the code section.
func (c *codeRewriter) rewrite() {
	c.walk = walker{reader: c.in, visit: c.visit}
	c.probe = c.walk
	c.probe.visit = c.weigh
	c.offsets.start(c.in.pos, len(c.out))
	c.walk.each("code", 2, c.function)
	c.copy(c.in.end)
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
		c.entry = head{start: at}
		c.loops = c.loops[:0]
		if !c.light {
			c.insert(&c.entry, at)
		}
	case eventLoop:
		c.loops = append(c.loops, head{start: at})
		c.insert(&c.loops[len(c.loops)-1], at)
	case eventLoopEnd:
		last := len(c.loops) - 1
		loop, outer := c.loops[last], &c.entry
		if last > 0 {
			outer = &c.loops[last-1]
		}
		outer.inner += at - loop.start
		c.loops = c.loops[:last]
		c.settle(loop, at)
	case eventEnd:
		if !c.light {
			c.settle(c.entry, at)
		}
	}
}

// insert puts a countdown before the instruction at that place of the input.
func (c *codeRewriter) insert(h *head, at int) {
	c.copy(at)
	h.weight = len(c.out) + c.weightAt
	c.out = append(c.out, c.countdown...)
	c.offsets.add(at, len(c.out))
}

// settle gives a countdown its weight, now that the code it covers has ended.
func (c *codeRewriter) settle(h head, end int) {
	weight := min(1+(end-h.start-h.inner)/unitBytes, maxWeight)
	c.out[h.weight] = byte(weight) | 0x80
	c.out[h.weight+1] = byte(weight >> 7)
}
