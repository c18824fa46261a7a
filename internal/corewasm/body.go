package corewasm

// A walker walks through the bodies of functions: locals and instructions. It
// knows where instructions begin and end and how they nest, and nothing of
// their types.
type walker struct {
	*reader
	maxBody int // bytes

	// visit, unless nil, is told of the instructions that matter when code is
	// rewritten. The reader stands after the instruction, but for calls: it is
	// told of them before their immediates are read.
	visit func(e event, at int)

	// What visit is told of: the opcode, also the one after a prefix, the
	// immediates, and the labels that are branched to.
	op     byte
	sub    uint32
	args   [2]uint32
	labels []uint32

	complexity *complexity // of functions, for bodies to bound; nil: not looked at

	shapes   *[256]shape // shapes, or flowShapes to be told of the flow of control, or others
	open     []byte      // the opcodes of the blocks that are open
	declared int         // locals of the function
	long     int         // where eventLong is due, which visit sets
}

// An event is why a walker calls visit; at is where in the binary.
type event byte

const (
	eventCode   event = iota // at is the first instruction
	eventBlock               // at is block, loop, if or try_table
	eventLoop                // at is the loop's body
	eventElse                // at is else
	eventClose               // at is the end that closes a block
	eventBranch              // at is an instruction that branches to labels
	eventReturn              // at is return
	eventTrap                // at is unreachable, in boundShapes and localShapes
	eventCalls               // at is an instruction that calls a function
	eventRef                 // at is ref.func
	eventBulk                // at is an instruction that works as long as an operand says
	eventGrow                // at is memory.grow
	eventThrow               // at is an instruction about exceptions; labels are those of try_table
	eventLocal               // at is an instruction on a local, in localShapes
	eventWait                // at is memory.atomic.wait or notify
	eventLong                // at is the first instruction at or after long
	eventEnd                 // at is the end of the function
)

func (w *walker) tell(e event, at int) {
	if w.visit != nil && w.err == nil {
		w.visit(e, at)
	}
}

// bodies walks through the content of a code section and returns how many
// bodies there are.
func (w *walker) bodies() (n int) {
	n = w.count(2)
	w.items("code", n, func() {
		at := w.pos
		body := w.reader.body()
		if int(body.Size) > w.maxBody {
			w.exceed(at, "FunctionSize", "body of %d bytes, and %d are allowed", body.Size, w.maxBody)
		}
		if w.err != nil {
			return
		}
		section := w.end
		w.pos, w.end = int(body.Offset), int(body.End())
		w.body()
		w.complexity.settle(w.reader, at)
		w.end = section
	})
	return n
}

// body walks through the body that the reader is bounded to.
func (w *walker) body() {
	w.declared = w.locals()
	w.long = w.end
	if w.complexity != nil && w.err == nil {
		w.complexity.begin(w.declared, w.pos)
		w.long = min(w.pos+mostDebt, w.end)
	}
	w.tell(eventCode, w.pos)
	w.open = append(w.open[:0], opBlock)
	for len(w.open) > 0 && w.err == nil {
		w.run()
	}
	if w.err == nil && w.pos != w.end {
		w.fail("code after the end of the function")
	}
}

// locals returns how many locals there are.
func (w *walker) locals() int {
	sum := uint64(0)
	for n := w.count(2); n > 0 && w.err == nil; n-- {
		at := w.pos
		sum += uint64(w.u32())
		w.valueType()
		if sum > maxLocals {
			w.failAt(at, "more than %d locals", maxLocals)
			return 0
		}
	}
	return int(sum)
}

// run walks to the next instruction that is not simple and through it. Most
// instructions are simple, so this is the loop that decides how long it takes.
func (w *walker) run() {
	data, pos, shapes := w.data[:min(w.end, w.long)], w.pos, w.shapes
	height, traps, accesses := 0, 0, 0
	for pos < len(data) {
		at := pos
		op := data[pos]
		pos++
		height += int(heightChanges[op])
		switch shapes[op] {
		case plain:
			continue
		case trapping:
			traps++
			continue
		case localGet:
			if pos < len(data) && data[pos] < 0x80 {
				w.complexity.get(uint32(data[pos]))
				pos++
				continue
			}
		case localSet:
			if pos < len(data) && data[pos] < 0x80 {
				w.complexity.set(uint32(data[pos]))
				pos++
				continue
			}
		case index:
			if pos < len(data) && data[pos] < 0x80 {
				pos++
				continue
			}
		case memarg:
			accesses++
			if pos+1 < len(data) && data[pos] < 0x40 && data[pos+1] < 0x80 {
				pos += 2
				continue
			}
		}
		w.pos = pos
		w.simple(height, traps, accesses)
		w.instruction(op, at)
		return
	}
	w.pos = pos
	w.simple(height, traps, accesses)
	if pos < w.end {
		w.pastLong()
		return
	}
	w.fail("function without its end")
}

// simple tells complexity of simple instructions.
func (w *walker) simple(height, traps, accesses int) {
	if w.complexity != nil {
		w.complexity.simple(height, traps, accesses)
	}
}

// raise changes the height of the stack.
func (w *walker) raise(by int) {
	if w.complexity != nil {
		w.complexity.height += by
	}
}

// pastLong goes on after long.
func (w *walker) pastLong() {
	w.long = w.end
	if c := w.complexity; c != nil {
		c.reach(w.pos)
		w.long = min(w.pos+mostDebt, w.end)
	}
	w.tell(eventLong, w.pos)
}
