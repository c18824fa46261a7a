package sourceline

// A header is the fixed part of a line program's header.
type header struct {
	at      int // where it is in the section
	end     int // where the program ends; 0 if that is not known
	program int // where the instructions begin
	tables  int // where the tables of directories and files begin

	version    uint16
	wide       bool // 64-bit DWARF
	minLength  uint64
	lineBase   int64
	lineRange  uint64
	opcodeBase byte
	operands   []byte // how many each standard opcode has, from opcode 1 on
}

// header reads the header at an offset of the section, and reports whether the
// program can be run. Its end is set even if not, when it can be told.
func (s *sections) header(at int) (header, bool) {
	h := header{at: at}
	r := reader{data: s.line, at: at}
	length := r.fixed(4)
	if h.wide = length == 0xffffffff; h.wide {
		length = r.fixed(8)
	}
	if r.failed || length > uint64(len(s.line)-r.at) || length == 0 {
		return h, false
	}
	h.end = r.at + int(length)
	r.data = s.line[:h.end]
	ok := h.read(&r)
	return h, ok
}

// read reads what follows the length.
func (h *header) read(r *reader) bool {
	h.version = r.u16()
	if h.version < 2 || h.version > 5 {
		return false
	}
	if h.version == 5 {
		r.take(2) // sizes of addresses and segment selectors
	}
	length := r.offset(h.wide)
	if r.failed || length > uint64(h.end-r.at) {
		return false
	}
	h.program = r.at + int(length)
	h.minLength = uint64(r.u8())
	operations := byte(1)
	if h.version >= 4 {
		operations = r.u8()
	}
	r.u8() // whether rows are statements
	h.lineBase = int64(int8(r.u8()))
	h.lineRange = uint64(r.u8())
	h.opcodeBase = r.u8()
	if h.opcodeBase == 0 || h.lineRange == 0 || operations != 1 {
		return false // more than one operation is for VLIW machines
	}
	h.operands = r.take(uint64(h.opcodeBase) - 1)
	h.tables = r.at
	return !r.failed && h.tables <= h.program && h.program-h.tables <= maxTables
}
