package corewasm

// complexityPerByte is how much complexity each byte of a module allows on top
// of [Bounds].Complexity, for all its functions together. The most that was seen
// in a module of more than 100 KB was 4 for each byte.
const complexityPerByte = 10

// complexity bounds what a compiler does for a function beyond reading it. A
// compiler that puts code into SSA form makes a value for each local at each
// place where paths meet, and does so again and again for loops: a function of
// 18 KB with 1,000 locals and 1,000 loops costs wazero 15 s and 400 MB. So the
// two multiply here as they do there:
//
//	(locals + loops) * (8*blocks + 15*loops)
//
// with the values of the widest type counted as locals. The largest functions of
// real programs come to about 10 million; a million costs some tenths of a
// second and tens of MB, and far less in code that compilers emit. It does not
// see that wazero's time also grows with the square of the locals.
type complexity struct {
	most  int64 // of one function
	left  int64 // for the rest of the module
	arity int   // parameters or results of the widest type

	locals, blocks, loops int // of the function that is walked through
}

// begin begins a function that declares so many locals.
func (c *complexity) begin(locals int) {
	c.locals, c.blocks, c.loops = locals+c.arity, 0, 0
}

// settle holds the function at that offset, which was walked through, against
// the bounds.
func (c *complexity) settle(r *reader, at int) {
	of := (int64(c.locals) + int64(c.loops)) * (8*int64(c.blocks) + 15*int64(c.loops))
	if of > c.most {
		r.exceed(at, "Complexity", "function with %d locals and %d blocks, of which %d are loops, is too complex: it comes to %d, and %d is allowed",
			c.locals, c.blocks, c.loops, of, c.most)
		return
	}
	c.left -= of
	if c.left < 0 {
		r.exceed(at, "Complexity", "functions up to this one are more complex together than a module of this size may be")
	}
}
