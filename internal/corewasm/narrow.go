package corewasm

import (
	"slices"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// A Narrowed is the outcome of [NarrowHandlers].
type Narrowed struct {
	// Binary is the new module, with the indices of the old.
	Binary []byte

	// Offsets leads from offsets in the new code section to the old.
	Offsets *OffsetMap
}

// NarrowHandlers changes functions for an engine that, when it catches an
// exception, takes local variables back to what they were when the try_table
// began. Where the body of a try_table changes a local that a handler of it
// needs,
//
//	try_table catches
//	  local.set x
//	  call f
//	end
//
// becomes
//
//	block
//	  local.set x
//	  try_table catches
//	    call f
//	  end
//	end
//
// and so does each other instruction in it that can throw. Each has the clauses
// of all try_tables that became blocks around it, the innermost first. Nothing
// else changes, and the guest cannot tell; it enters a try_table where it calls.
//
// It returns nil for a module that has no such try_table: most have none, because
// compilers keep what a handler needs in memory or in locals of its own. A module
// that is not valid stays so. It refuses call_ref in such a try_table, and what
// would become several times as large. Errors are of type [*Error].
//
// It walks code three times that changes locals in a try_table, and else once.
func NarrowHandlers(module *Module) (*Narrowed, error) {
	section, ok := module.Section(SectionCode)
	if !ok {
		return nil, nil
	}
	n := newNarrower(module, section)
	n.in.each("code", 2, n.body)
	if n.live.walk.err != nil {
		return nil, nil // the engine will say what is wrong
	}
	if n.in.err != nil || !n.changed {
		return nil, n.in.result()
	}
	return n.finish(section), nil
}

// narrowGrowth is by how many times its size, and a bit, a module may grow.
const narrowGrowth = 4

// A narrower writes the code section anew. It leaves types to the engine.
type narrower struct {
	module  *Module
	in      *reader
	live    *liveness
	walk    walker // over the function
	out     []byte
	copied  int // up to where the input was copied
	offsets *OffsetMap
	changed bool

	// Of the function:
	blocks  []narrowBlock // that are open
	stale   []staleHandler
	params  int
	scratch uint32 // the first of the locals that are added: of i32, and exnref
}

// A narrowBlock is a block that is open.
type narrowBlock struct {
	narrow  bool          // a try_table that became a block, or within one
	clauses []catchClause // what instructions in it that can throw get
}

// A catchClause is one of try_table.
type catchClause struct {
	kind   byte
	tag    uint32
	target int // of the blocks that are open, or -1 for the function
}

// catchAll is the first kind of clause without a tag.
const catchAll = 2

func newNarrower(module *Module, section Section) *narrower {
	n := &narrower{module: module, in: newReader(module.binary), live: newLiveness(module), offsets: &OffsetMap{}}
	n.walk = walker{reader: newReader(module.binary), shapes: &localShapes, visit: n.visit}
	n.in.section = SectionCode.String()
	n.in.pos, n.in.end = int(section.Content.Offset), int(section.Content.End())
	n.copied = n.in.pos
	n.offsets.start(n.copied, 0)
	return n
}

// finish returns the module with the new code section.
func (n *narrower) finish(section Section) *Narrowed {
	n.copy(int(section.Content.End()))
	n.offsets.stop()
	data := n.module.binary
	out := appendSection(slices.Clone(data[:section.Header]), SectionCode, n.out)
	return &Narrowed{Binary: append(out, data[section.Content.End():]...), Offsets: n.offsets}
}

func (n *narrower) copy(end int) {
	n.out = append(n.out, n.module.binary[n.copied:end]...)
	n.copied = end
	n.offsets.add(end, len(n.out))
}

// body copies a function, or writes it anew if try_tables in it are stale.
func (n *narrower) body() {
	at := n.in.pos
	body := n.in.body()
	if n.in.err != nil {
		return
	}
	if n.stale = n.live.staleHandlers(body); len(n.stale) == 0 {
		return
	}
	of, ok := n.module.FuncType(uint32(n.module.ImportCount(KindFunc) + n.in.index))
	if !ok {
		return // the engine will say so
	}
	n.changed = true
	n.copy(at)
	size := len(n.out)
	n.out = append(n.out, make([]byte, sizeWidth+1)...)
	n.copied = int(body.Offset)
	n.offsets.add(n.copied, len(n.out))
	n.function(body, len(of.Params))
	leb128.AppendPadded(n.out[:size], uint32(len(n.out)-size-sizeWidth-1), sizeWidth+1)
}

// function writes a function with so many parameters.
func (n *narrower) function(body Range, params int) {
	w := &n.walk
	w.pos, w.end = int(body.Offset), int(body.End())
	w.section, w.item, w.index = n.in.section, n.in.item, n.in.index
	n.blocks, n.params = n.blocks[:0], params
	w.body()
	n.copy(int(body.End()))
	if w.err != nil {
		n.in.failAt(w.err.Offset, "%s", w.err.Reason)
	}
}

// visit is told of the instructions of a function that is written anew.
func (n *narrower) visit(e event, at int) {
	w := &n.walk
	switch e {
	case eventCode:
		n.locals(at)
	case eventBlock:
		b := n.top()
		if w.op == opTryTable {
			b = n.open(at, b)
		}
		n.blocks = append(n.blocks, b)
	case eventClose:
		n.blocks = n.blocks[:len(n.blocks)-1]
	case eventCalls:
		n.call(at)
	case eventThrow:
		n.throw(at)
	}
	if len(n.out) > narrowGrowth*len(w.data)+1<<16 {
		n.refuse(at, "with each call in a try_table of its own it would be too large")
	}
}

// refuse ends it.
func (n *narrower) refuse(at int, why string) {
	n.walk.failAt(at, "local %d is changed in try_table and needed by its handler, and %s", n.stale[0].local, why)
}

// locals adds an i32 and an exnref to the locals of the function, whose code is
// there.
func (n *narrower) locals(at int) {
	groups, size, _ := leb128.Uint32(n.walk.data[n.copied:])
	n.out = leb128.AppendUint32(n.out, groups+2)
	n.copied += size
	n.copy(at)
	n.out = append(n.out, 1, I32.Byte(), 1, ExnRef.Byte())
	n.scratch = uint32(n.params + n.walk.declared)
	n.offsets.add(at, len(n.out))
}

// top is the innermost block.
func (n *narrower) top() narrowBlock {
	if len(n.blocks) == 0 {
		return narrowBlock{}
	}
	return n.blocks[len(n.blocks)-1]
}

// open makes a try_table a block if it is stale or within one that was.
func (n *narrower) open(at int, outer narrowBlock) narrowBlock {
	w := &n.walk
	_, stale := slices.BinarySearchFunc(n.stale, at, func(s staleHandler, at int) int { return s.at - at })
	if !stale && !outer.narrow {
		return outer
	}
	r := walker{reader: newReader(w.data[:w.pos])}
	r.pos = at + 1
	r.blockType()
	blockType := w.data[at+1 : r.pos]
	clauses := n.catches(r.reader)
	n.copy(at)
	n.out = n.unreached(n.out, clauses)
	n.offsets.add(at, len(n.out))
	n.out = append(append(n.out, opBlock), blockType...)
	n.copied = w.pos
	n.offsets.add(n.copied, len(n.out))
	return narrowBlock{narrow: true, clauses: n.within(clauses, outer.clauses, at)}
}

// mostClauses is how many clauses can be in force.
const mostClauses = 100

// within returns the clauses in force in a try_table with clauses of its own:
// what catches all hides what is further out.
func (n *narrower) within(own, outer []catchClause, at int) []catchClause {
	all := append(own, outer...)
	if last := slices.IndexFunc(all, func(c catchClause) bool { return c.kind >= catchAll }); last >= 0 {
		all = all[:last+1]
	}
	if len(all) > mostClauses {
		n.refuse(at, "it has too many handlers")
	}
	return all
}

// catches reads the clauses of a try_table.
func (n *narrower) catches(r *reader) (clauses []catchClause) {
	for range r.u32() {
		c := catchClause{kind: r.byte()}
		if c.kind < catchAll {
			c.tag = r.u32()
		}
		label := r.u32()
		if uint64(label) > uint64(len(n.blocks)) {
			n.walk.failAt(r.pos, "unknown label %d", label)
			return nil
		}
		c.target = len(n.blocks) - 1 - int(label)
		clauses = append(clauses, c)
	}
	return clauses
}

// unreached appends a try_table with the clauses that is never come to, for the
// engine to check them where nothing can throw.
func (n *narrower) unreached(code Code, clauses []catchClause) Code {
	code = n.tryTable(code.Block().Br(0), []byte{blockTypeEmpty}, clauses, 1)
	return code.End().End()
}

// tryTable appends the beginning of a try_table, within so many blocks that are
// added.
func (n *narrower) tryTable(code Code, blockType []byte, clauses []catchClause, added int) Code {
	code = code.Op(opTryTable).Op(blockType...).U32(uint32(len(clauses)))
	for _, c := range clauses {
		code = code.Op(c.kind)
		if c.kind < catchAll {
			code = code.U32(c.tag)
		}
		code = code.U32(uint32(len(n.blocks) - 1 - c.target + added))
	}
	return code
}

// call puts a try_table around a call, if need be.
func (n *narrower) call(at int) {
	w := &n.walk
	clauses := n.top().clauses
	if len(clauses) == 0 {
		return
	}
	r := newReader(w.data[:w.end])
	r.pos = w.pos
	index := r.u32()
	switch w.op {
	case opCall:
		if of, ok := n.module.Desc(KindFunc, index); ok {
			n.wrap(at, r.pos, typeOf(of.Type), clauses, none)
		}
	case opCallIndirect:
		r.u32()
		n.wrap(at, r.pos, typeOf(index), clauses, operandIndex)
	case opCallRef:
		n.refuse(at, "it calls a reference")
	}
}

// throw puts a try_table around throw and throw_ref, if need be. What follows
// them is not come to, and stays so.
func (n *narrower) throw(at int) {
	w := &n.walk
	clauses := n.top().clauses
	switch {
	case len(clauses) == 0 || w.op == opTryTable:
		return
	case w.op == opThrowRef:
		n.wrap(at, w.pos, []byte{blockTypeEmpty}, clauses, operandException)
	default:
		tag, ok := n.module.Desc(KindTag, w.args[0])
		if !ok {
			return // the engine will say so
		}
		n.wrap(at, w.pos, typeOf(tag.Type), clauses, none)
	}
	n.out = append(n.out, opUnreachable)
	n.offsets.add(n.copied, len(n.out))
}

// typeOf is the type of a block with the parameters and results of a type.
func typeOf(index uint32) []byte { return leb128.AppendInt64(nil, int64(index)) }

// An operand is the last operand of an instruction, when the type of the
// try_table around it has no room for it: it goes there in a local.
type operand int

const (
	none             operand = -1
	operandIndex     operand = 0 // of call_indirect
	operandException operand = 1 // of throw_ref
)

// wrap puts a try_table around the instruction from at to end.
func (n *narrower) wrap(at, end int, blockType []byte, clauses []catchClause, o operand) {
	n.copy(at)
	code := Code(n.out)
	if o != none {
		code = code.LocalSet(n.scratch + uint32(o))
	}
	code = n.tryTable(code, blockType, clauses, 0)
	if o != none {
		code = code.LocalGet(n.scratch + uint32(o))
	}
	n.offsets.add(at, len(code))
	n.out = append(code, n.walk.data[at:end]...).End()
	n.copied = end
	n.offsets.add(end, len(n.out))
}
