package corewasm

import "slices"

// complexityPerByte is how much complexity each byte of a module allows on top
// of [Bounds].Complexity, for all its functions together. The most that was seen
// in a module of more than 100 KB was 4 for each byte.
const complexityPerByte = 10

// complexity bounds what a compiler does for a function beyond reading it. A
// compiler that puts code into SSA form has to say for each value where paths
// meet from which path it comes, so values and branches multiply, and in wazero
// some things more do. What a branch costs is therefore
//
//	width * (8 + (width + chain) / 128)
//
// where width is how many values there are, those on the stack and the locals
// that are read elsewhere than in the straight code that set them, and chain is
// how many blocks of code, each with a single way into it, one has to go back
// through to find where one of them was set: a branch that is not taken begins
// such a block, and the end of a block that is branched to ends the chain. All
// branches together cost the square of their number by 16. Code without branches
// costs by the chain, loops as four branches, calls by their parameters and
// results, and instructions that can trap something each, the most common of
// which, loads and stores, only in the function: there they cost memory, 4 KB
// each. The branches that the rewriter adds count like others.
//
// The unit is about 100 ns of wazero's compiler and some tens of bytes, on one
// core of a machine of 2024, in code that is made to be slow to compile; code of
// real programs costs a tenth of that or less. The largest functions of real
// programs come to less than 26 million.
type complexity struct {
	most int64 // of one function
	left int64 // for the rest of the module

	types     []arity
	functions []uint32 // the type of each, imports first
	next      int      // of functions, which is walked through

	levels        []level
	locals        []local
	wide          int // how many locals are
	height        int
	run           uint32 // numbers the straight pieces of code
	chain         int
	mark          int // what is before it was charged for
	debt          int // as the rewriter counts it, at mark
	blocks, loops int
	branches      int64
	linear        int64 // what does not depend on the locals
	accesses      int64 // of memory
	sums          widthSums
}

// A local is the number of the straight code that set it last, or wideLocal.
type local uint32

// wideLocal is a local that is read elsewhere than in the straight code that set it.
const wideLocal local = 0

// widthSums are sums over all branches, of which the cost can be had once it is
// known how many locals are wide.
type widthSums struct{ count, height, chain, heightSquared, heightChain int64 }

// cost returns what all branches cost.
func (s *widthSums) cost(wide int64) int64 {
	across := wide*wide*s.count + 2*wide*s.height + s.heightSquared + wide*s.chain + s.heightChain
	return valueCost*(wide*s.count+s.height) + across>>widthShift
}

// What things cost.
const (
	valueCost  = 8
	widthShift = 7
	loopEdges  = 4
	tryEdges   = 12
	moveCost   = 16
	freeArity  = 8 // what a call moves in registers
	trapCost   = 100
	accessCost = 120
)

// signature adds a type to those that functions and blocks can have.
func (c *complexity) signature(params, results int) {
	c.types = append(c.types, arity{uint16(params), uint16(results)})
}

// arity returns that of a type, or none if there is no such type.
func (c *complexity) arity(index int64) arity {
	if uint64(index) >= uint64(len(c.types)) {
		return arity{}
	}
	return c.types[index]
}

// callee returns the arity of a function.
func (c *complexity) callee(index uint32) arity {
	if uint64(index) >= uint64(len(c.functions)) {
		return arity{}
	}
	return c.arity(int64(c.functions[index]))
}

// begin begins the next function, with so many locals and its code there.
func (c *complexity) begin(locals, at int) {
	of := c.callee(uint32(c.next))
	c.next++
	c.locals = slices.Grow(c.locals[:0], locals+int(of.params))[:locals+int(of.params)]
	for i := range c.locals {
		c.locals[i] = 1
	}
	c.wide, c.height, c.run = 0, 0, 1
	c.chain, c.mark, c.debt = 0, at, 0
	c.blocks, c.loops, c.branches, c.linear, c.accesses, c.sums = 0, 0, 0, 0, 0, widthSums{}
	c.levels = append(c.levels[:0], level{arity: of})
	c.move(of)
	c.edges(1) // of the countdown at its entry
	c.run = 1  // which changes nothing
}

// simple charges for simple instructions: what they do to the height, and how
// many are arithmetic that can trap and how many access memory.
func (c *complexity) simple(height, traps, accesses int) {
	c.height += height
	c.linear += trapCost * int64(traps)
	c.accesses += int64(accesses)
}

// edges charges for so many branches from here, which end straight code.
func (c *complexity) edges(n int64) {
	c.branches += n
	c.run++
	height, chain := int64(max(c.height, 0)), int64(c.chain)
	c.sums.count += n
	c.sums.height += n * height
	c.sums.chain += n * chain
	c.sums.heightSquared += n * height * height
	c.sums.heightChain += n * height * chain
}

// set is told of local.set and local.tee.
func (c *complexity) set(index uint32) {
	if uint64(index) < uint64(len(c.locals)) && c.locals[index] != wideLocal {
		c.locals[index] = local(c.run)
	}
}

// get is told of local.get.
func (c *complexity) get(index uint32) {
	if uint64(index) < uint64(len(c.locals)) && c.locals[index] != wideLocal && c.locals[index] != local(c.run) {
		c.locals[index] = wideLocal
		c.wide++
	}
}

// reach charges for the code up to that place, as much of which may look for
// the values of locals.
func (c *complexity) reach(at int) {
	size := at - c.mark
	c.mark = at
	c.linear += int64(size) * int64(c.chain) >> (widthShift + 1)
	c.owe(size)
}

// owe charges for the countdowns that the rewriter puts into long code.
func (c *complexity) owe(cost int) {
	c.debt += cost
	if c.debt >= mostDebt {
		c.edges(1)
		c.chain = 0
		c.debt = 0
	}
}

// block begins a block of that arity, whose opcode is at that place.
func (c *complexity) block(op byte, of arity, at int) {
	c.reach(at)
	c.blocks++
	c.run++
	l := level{op: op, arity: of, base: c.height - int(of.params), chain: c.chain}
	switch op {
	case opLoop:
		c.loops++
		c.edges(loopEdges)
		c.chain = 0
	case opTryTable:
		c.edges(tryEdges)
		c.chain = 0
	case opIf:
		c.edges(1)
		c.chain++
		l.merges = true
	}
	c.levels = append(c.levels, l)
}

// otherwise begins the second half of an if.
func (c *complexity) otherwise(at int) {
	c.reach(at)
	c.edges(1)
	l := &c.levels[len(c.levels)-1]
	c.height = l.base + int(l.arity.params)
	c.chain = l.chain + 1
}

// end ends a block.
func (c *complexity) end(at int) {
	c.reach(at)
	l := c.levels[len(c.levels)-1]
	c.levels = c.levels[:len(c.levels)-1]
	c.height = l.base + int(l.arity.results)
	c.chain++
	c.run++
	if l.merges {
		c.edges(1)
		c.chain = 0
	}
}

// branch charges for a branch to a label. What leaves the function needs its
// results only, and the branches of a table lie next to one another.
func (c *complexity) branch(label uint32, table bool) {
	if table {
		c.branches-- // they are counted by the table
	}
	switch n := uint32(len(c.levels)); {
	case label+1 < n:
		c.levels[n-1-label].merges = true
		c.edges(1)
	case label+1 == n:
		c.linear += moveCost * int64(c.levels[0].arity.results)
		c.branches++
		c.run++
	}
}

// call charges for a call of a function of that arity.
func (c *complexity) call(of arity, at int) {
	c.reach(at)
	c.owe(callCost)
	c.height += int(of.results) - int(of.params)
	c.move(of)
}

// move charges for what a call moves.
func (c *complexity) move(of arity) {
	c.linear += moveCost * int64(max(int(of.params)+int(of.results)-freeArity, 0))
}

// settle holds the function at that offset, which was walked through, against
// the bounds.
func (c *complexity) settle(r *reader, at int) {
	of := c.sums.cost(int64(c.wide)) + c.linear + c.branches*c.branches/16
	if of+accessCost*c.accesses > c.most {
		r.exceed(at, "Complexity", "function with %d locals and %d blocks, of which %d are loops, is too complex: it comes to %d, and %d is allowed",
			len(c.locals), c.blocks, c.loops, of+accessCost*c.accesses, c.most)
		return
	}
	c.left -= of
	if c.left < 0 {
		r.exceed(at, "Complexity", "functions up to this one are more complex together than a module of this size may be")
	}
}
