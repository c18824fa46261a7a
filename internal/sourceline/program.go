package sourceline

// The standard opcodes that do more than take operands, and the extended ones
// (DWARF 5, sections 6.2.5.2 and 6.2.5.3).
const (
	opCopy        = 1
	opAdvancePC   = 2
	opAdvanceLine = 3
	opSetFile     = 4
	opConstAddPC  = 8
	opFixedAddPC  = 9

	opEndSequence = 1
	opSetAddress  = 2
)

// A row is the part of a line table's row that matters here.
type row struct {
	address uint64
	file    uint64
	line    int64
}

// A machine runs a line program: it yields rows.
type machine struct {
	reader
	header header
	row    row
	ended  bool // the last row ended a sequence
}

// newMachine returns a machine that begins a sequence with the instructions at
// an offset of the section.
func newMachine(h header, section []byte, at int) *machine {
	m := &machine{reader: reader{data: section[:h.end], at: at}, header: h}
	m.reset()
	return m
}

// reset sets the registers as they are at the start of a sequence.
func (m *machine) reset() {
	m.row = row{file: 1, line: 1}
	m.ended = false
}

// next runs to the next row, and reports false at the end of the program.
func (m *machine) next() bool {
	if m.ended {
		m.reset()
	}
	for !m.done() {
		if m.step() {
			return !m.failed
		}
	}
	return false
}

// step runs one instruction and reports whether it made a row.
func (m *machine) step() bool {
	op := m.u8()
	if op >= m.header.opcodeBase {
		m.special(op)
		return true
	}
	switch op {
	case 0:
		return m.extended()
	case opCopy:
		return true
	case opAdvancePC:
		m.advance(m.uleb())
	case opAdvanceLine:
		m.row.line += m.sleb()
	case opSetFile:
		m.row.file = m.uleb()
	case opConstAddPC:
		m.advance(uint64(255-m.header.opcodeBase) / m.header.lineRange)
	case opFixedAddPC:
		m.row.address += uint64(m.u16())
	default:
		for range m.header.operands[op-1] {
			m.uleb()
		}
	}
	return false
}

func (m *machine) advance(operations uint64) {
	m.row.address += operations * m.header.minLength
}

// special runs an opcode that advances address and line at once.
func (m *machine) special(op byte) {
	adjusted := uint64(op - m.header.opcodeBase)
	m.advance(adjusted / m.header.lineRange)
	m.row.line += m.header.lineBase + int64(adjusted%m.header.lineRange)
}

// extended runs an opcode that carries its own length.
func (m *machine) extended() bool {
	length := m.uleb()
	if length == 0 {
		return false
	}
	operand := reader{data: m.take(length)}
	switch operand.u8() {
	case opEndSequence:
		m.ended = true
		return true
	case opSetAddress:
		m.setAddress(&operand, length-1)
	}
	return false
}

func (m *machine) setAddress(operand *reader, size uint64) {
	if size != 4 && size != 8 {
		m.fail()
		return
	}
	m.row.address = operand.fixed(int(size))
}

// sequence runs to the end of a sequence and returns the addresses that it
// spans, or false at the end of the program.
func (m *machine) sequence() (first, last uint64, ok bool) {
	for started := false; m.next(); started = true {
		if !started {
			first = m.row.address
		}
		first, last = min(first, m.row.address), max(last, m.row.address)
		if m.ended {
			return first, last, true
		}
	}
	return 0, 0, false
}

// lookup runs one sequence and returns the row that tells of an address: the
// last one of those with the greatest address that is not beyond it. Rows of
// line 0 are of code that no source line is behind; the one before counts.
func (m *machine) lookup(address uint64) (found row, ok bool) {
	for m.next() && !m.ended {
		r := m.row
		if r.address <= address && r.address >= found.address && r.line > 0 && r.line < 1<<31 {
			found, ok = r, true
		}
	}
	return found, ok
}
