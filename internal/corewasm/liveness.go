package corewasm

import "slices"

// liveness finds the try_tables of a function whose handlers are stale where an
// engine that catches an exception takes locals back to what they were when the
// try_table began: those that have a handler which needs a local that the body
// of the try_table changes before something in it throws.
//
// It is two of the usual analyses, over blocks of straight code until nothing
// changes, of the locals that are changed within a try_table: backwards what is
// needed, and forwards what has changed since the outermost try_table began.
// From each instruction that can throw, control may go to the handlers of all
// try_tables around it. The function need not be valid.
type liveness struct {
	walk *walker

	blocks  []codeBlock
	order   []int // the blocks in the order of their code
	now     int   // the block that is being read
	frames  []liveFrame
	tries   []tryTable
	try     int               // the innermost that is open; -1: none
	locals  map[uint32]uint32 // those that are changed within a try_table, and their bits
	names   []uint32          // the same, from bits
	words   int               // of a set of locals
	room    int               // for more sets, in words
	left    int               // of the work, for the rest of the module
	tooMuch bool              // the function is not looked at any more
}

// A bitSet is a set of locals.
type bitSet []uint64

func (s bitSet) add(bit uint32)      { s[bit/64] |= 1 << (bit % 64) }
func (s bitSet) has(bit uint32) bool { return s[bit/64]&(1<<(bit%64)) != 0 }

// join adds the members of other and reports whether there were new ones.
func (s bitSet) join(other bitSet) (more bool) {
	for k, w := range other {
		more = more || w&^s[k] != 0
		s[k] |= w
	}
	return more
}

// A codeBlock is straight code: it is entered at its start only.
type codeBlock struct {
	needs  bitSet // locals that are read before they are written
	writes bitSet
	early  bitSet // what is written before something can throw
	late   bitSet // what is written before something can throw for the last time
	live   bitSet // at its start
	dirty  bitSet // what has changed at its start since the outermost try_table began
	throws bool
	try    int // the innermost try_table around it
	to     []int
	of     []int // the try_tables of which it is a handler
}

// A liveFrame is the function or a block that is open.
type liveFrame struct {
	op        byte
	label     int // the block that branches lead to
	otherwise int // the block of an else that has not come; or -1
}

// A tryTable is one with its handlers.
type tryTable struct {
	at       int // of the instruction
	outer    int // the try_table around it; -1: none
	handlers []int
	writes   bitSet // in its body
	dirty    bitSet // where something throws in it, what has changed
	live     bitSet // where its handlers are
}

// Work is counted in words of sets that are looked at. A module has as much as
// takes some tenths of a second, and what functions of real programs need many
// times over.
const (
	livenessWork        = 1 << 26
	livenessWorkPerByte = 32
)

// mostLivenessWords is how many words the sets of a function may have.
const mostLivenessWords = 1 << 22

// newBlock returns a block of straight code that is to come.
func (l *liveness) newBlock() int {
	b := codeBlock{try: l.try}
	if sets := l.newSets(6); sets != nil {
		b.needs, b.writes, b.early, b.late, b.live, b.dirty = sets[0], sets[1], sets[2], sets[3], sets[4], sets[5]
	}
	l.blocks = append(l.blocks, b)
	return len(l.blocks) - 1
}

// newSets returns so many empty sets, or none if they are too many.
func (l *liveness) newSets(n int) []bitSet {
	if l.room -= n * l.words; l.room < 0 {
		l.tooMuch = true
		return nil
	}
	all, sets := make(bitSet, n*l.words), make([]bitSet, n)
	for k := range sets {
		sets[k] = all[k*l.words:][:l.words]
	}
	return sets
}

// begin begins a block of straight code here.
func (l *liveness) begin(block int) {
	l.now = block
	l.order = append(l.order, block)
}

func (l *liveness) edge(to int) {
	l.blocks[l.now].to = append(l.blocks[l.now].to, to)
}

// leave ends the straight code, after which control does not go on.
func (l *liveness) leave() { l.begin(l.newBlock()) }

// label returns where a branch leads, or false if the code is not valid.
func (l *liveness) label(label uint32) (int, bool) {
	if uint64(label) >= uint64(len(l.frames)) {
		return 0, false
	}
	return l.frames[len(l.frames)-1-int(label)].label, true
}

// visit is told of the instructions of a function.
func (l *liveness) visit(e event, at int) {
	switch e {
	case eventCode:
		l.frames = append(l.frames, liveFrame{op: opBlock, label: l.newBlock(), otherwise: -1})
		l.leave()
	case eventLocal:
		l.local(l.walk.op, l.walk.args[0])
	case eventBlock:
		l.open(l.walk.op, at)
	case eventElse:
		l.otherwise()
	case eventClose:
		l.close()
	case eventBranch:
		l.branch()
	case eventReturn, eventTrap:
		l.leave()
	case eventCalls, eventThrow:
		l.throws(l.walk.op)
	}
}

func (l *liveness) local(op byte, local uint32) {
	bit, ok := l.locals[local]
	if !ok {
		return
	}
	if l.try >= 0 && op != opLocalGet && l.tries[l.try].writes != nil {
		l.tries[l.try].writes.add(bit)
	}
	if l.tooMuch {
		return
	}
	switch b := &l.blocks[l.now]; {
	case op != opLocalGet:
		b.writes.add(bit)
		if !b.throws {
			b.early.add(bit)
		}
	case !b.writes.has(bit):
		b.needs.add(bit)
	}
}

func (l *liveness) open(op byte, at int) {
	f := liveFrame{op: op, label: l.newBlock(), otherwise: -1}
	switch op {
	case opLoop:
		l.edge(f.label)
		l.begin(f.label)
	case opIf:
		f.otherwise = l.newBlock()
		l.edge(f.otherwise)
		l.goOn()
	case opTryTable:
		l.openTry(at)
	}
	l.frames = append(l.frames, f)
}

// goOn begins a block of straight code that control comes to from the one
// before it.
func (l *liveness) goOn() {
	next := l.newBlock()
	l.edge(next)
	l.begin(next)
}

func (l *liveness) openTry(at int) {
	t := tryTable{at: at, outer: l.try}
	if sets := l.newSets(3); sets != nil {
		t.writes, t.dirty, t.live = sets[0], sets[1], sets[2]
	}
	for _, label := range l.walk.labels {
		if to, ok := l.label(label); ok {
			t.handlers = append(t.handlers, to)
			l.blocks[to].of = append(l.blocks[to].of, len(l.tries))
		}
	}
	l.try = len(l.tries)
	l.tries = append(l.tries, t)
	l.goOn()
}

func (l *liveness) otherwise() {
	f := &l.frames[len(l.frames)-1]
	l.edge(f.label)
	l.begin(f.otherwise)
	f.otherwise = -1
}

func (l *liveness) close() {
	f := l.frames[len(l.frames)-1]
	l.frames = l.frames[:len(l.frames)-1]
	if f.op == opLoop {
		return
	}
	if f.otherwise >= 0 {
		l.edge(f.label)
		l.begin(f.otherwise)
	}
	l.edge(f.label)
	if f.op == opTryTable {
		l.closeTry()
	}
	l.begin(f.label)
}

func (l *liveness) closeTry() {
	t := l.tries[l.try]
	l.try = t.outer
	if l.try >= 0 && t.writes != nil {
		l.tries[l.try].writes.join(t.writes)
	}
}

func (l *liveness) branch() {
	op := l.walk.op
	for _, label := range l.walk.labels {
		if to, ok := l.label(label); ok {
			l.edge(to)
		}
	}
	if op == opBr || op == opBrTable {
		l.leave()
		return
	}
	l.goOn()
}

// throws is told of what can throw: calls, throw and throw_ref. What calls for
// good is no longer here when that throws.
func (l *liveness) throws(op byte) {
	b := &l.blocks[l.now]
	switch op {
	case opTryTable:
		return
	case opReturnCall, opReturnCallIndirect, opReturnCallRef:
		l.leave()
		return
	}
	b.throws = true
	b.late.join(b.writes)
	if op == opThrow || op == opThrowRef {
		l.leave()
	}
}

// settle looks at all blocks until nothing changes.
func (l *liveness) settle() {
	for more := true; more && !l.tooMuch; {
		more = false
		for _, block := range slices.Backward(l.order) {
			more = l.flow(&l.blocks[block]) || more
		}
		l.tooMuch = l.left < 0
	}
	for more := true; more && !l.tooMuch; {
		more = false
		for _, block := range l.order {
			more = l.change(&l.blocks[block]) || more
		}
		l.tooMuch = l.left < 0
	}
}

// flow finds what is live at the start of a block, and reports whether that is
// more than was known.
func (l *liveness) flow(b *codeBlock) (more bool) {
	if l.left -= l.words; l.left < 0 {
		return false
	}
	more = b.live.join(b.needs)
	for _, to := range b.to {
		more = l.need(b, l.blocks[to].live, b.writes) || more
	}
	for t := b.try; b.throws && t >= 0; t = l.tries[t].outer {
		more = l.need(b, l.tries[t].live, b.early) || more
	}
	for _, t := range b.of {
		l.left -= l.words
		more = l.tries[t].live.join(b.live) || more
	}
	return more
}

// need adds to what is live at the start of a block what is live after it, but
// for what is written before.
func (l *liveness) need(b *codeBlock, live, written bitSet) (more bool) {
	l.left -= l.words
	for k, w := range live {
		w &^= written[k]
		more = more || w&^b.live[k] != 0
		b.live[k] |= w
	}
	return more
}

// change finds what has changed where a block leads to, and reports whether that
// is more than was known.
func (l *liveness) change(b *codeBlock) (more bool) {
	if l.left -= l.words; l.left < 0 || b.try < 0 {
		return false
	}
	for _, to := range b.to {
		if to := &l.blocks[to]; to.try >= 0 {
			more = l.spoil(to.dirty, b.dirty, b.writes) || more
		}
	}
	for t := b.try; b.throws && t >= 0; t = l.tries[t].outer {
		l.spoil(l.tries[t].dirty, b.dirty, b.late)
		for _, handler := range l.tries[t].handlers {
			if to := &l.blocks[handler]; to.try >= 0 {
				more = l.spoil(to.dirty, b.dirty, b.late) || more
			}
		}
	}
	return more
}

// spoil adds two sets to what is dirty.
func (l *liveness) spoil(dirty, before, since bitSet) (more bool) {
	l.left -= 2 * l.words
	more = dirty.join(before)
	return dirty.join(since) || more
}
