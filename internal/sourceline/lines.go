package sourceline

import (
	"cmp"
	"slices"
	"sync"
)

// Bounds of what is read. What is beyond them counts as absent, so that no
// lookup takes long.
const (
	maxSection   = 64 << 20 // bytes of each section
	maxTables    = 1 << 20  // bytes of the tables of files of one program
	maxSequence  = 1 << 20  // bytes of the instructions of one sequence
	maxSequences = 1 << 20
	maxOverlap   = 8 // sequences that may hold the same address
)

// Lines are the line tables of one module. They are read at the first lookup. It
// is safe for concurrent use.
type Lines struct {
	section func(name string) []byte

	once      sync.Once
	sections  sections
	sequences []sequence // sorted by start
}

// sections are what line tables are in.
type sections struct {
	line, lineStr, str []byte
}

// A sequence is a run of code of which a line program tells the lines.
type sequence struct {
	start, end uint64 // addresses
	program    int    // where the program's header is in the section
	at         int    // where the instructions for the run are
}

// New returns the lines of a module whose custom sections are what section
// returns by their names, nil if there is none. section is called at the first
// lookup, once for each name, and what it returns must not change.
func New(section func(name string) []byte) *Lines {
	return &Lines{section: section}
}

// Lookup returns the file and line behind an offset into the contents of the
// code section, and whether they are known. The file is as the compiler wrote it,
// with what cannot be printed replaced; lines count from 1. The first lookup
// takes some 10 ms per MiB of line tables, later ones some microseconds.
func (l *Lines) Lookup(offset uint64) (file string, line int, ok bool) {
	l.once.Do(l.load)
	after, _ := slices.BinarySearchFunc(l.sequences, offset, func(s sequence, offset uint64) int {
		if s.start <= offset {
			return -1
		}
		return 1
	})
	for i := after - 1; i >= max(0, after-maxOverlap); i-- {
		if s := l.sequences[i]; offset < s.end {
			return l.sections.find(s, offset)
		}
	}
	return "", 0, false
}

// load finds the sequences.
func (l *Lines) load() {
	l.sections = sections{
		line:    l.bounded(".debug_line"),
		lineStr: l.bounded(".debug_line_str"),
		str:     l.bounded(".debug_str"),
	}
	l.sequences = l.sections.sequences()
	slices.SortStableFunc(l.sequences, func(a, b sequence) int { return cmp.Compare(a.start, b.start) })
}

func (l *Lines) bounded(name string) []byte {
	section := l.section(name)
	if len(section) > maxSection {
		return nil
	}
	return section
}

// sequences reads all line programs. One that makes no sense is left out, and
// the rest too if it does not even say where it ends.
func (s *sections) sequences() []sequence {
	var found []sequence
	for at := 0; at < len(s.line) && len(found) < maxSequences; {
		h, ok := s.header(at)
		if h.end == 0 {
			break
		}
		if ok {
			found = s.scan(h, found)
		}
		at = h.end
	}
	return found
}

// scan runs a whole program for the sequences in it.
func (s *sections) scan(h header, found []sequence) []sequence {
	m := newMachine(h, s.line, h.program)
	for len(found) < maxSequences {
		at := m.at
		first, last, ok := m.sequence()
		if !ok {
			break
		}
		if !dead(first) && first < last && m.at-at <= maxSequence {
			found = append(found, sequence{start: first, end: last, program: h.at, at: at})
		}
	}
	return found
}

// dead reports whether a linker means by the address that the code is not in the
// module: 0, where no function can be, or one of the largest.
func dead(address uint64) bool {
	return address == 0 || address == 0xffffffff || address == 0xfffffffe || address >= 1<<63
}

// find runs the instructions of one sequence up to an address.
func (s *sections) find(seq sequence, address uint64) (file string, line int, ok bool) {
	h, ok := s.header(seq.program)
	if !ok {
		return "", 0, false
	}
	found, ok := newMachine(h, s.line, seq.at).lookup(address)
	if !ok {
		return "", 0, false
	}
	if file = s.file(h, found.file); file == "" {
		return "", 0, false
	}
	return printable(file), int(found.line), true
}
