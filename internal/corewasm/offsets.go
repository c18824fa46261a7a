package corewasm

import (
	"encoding/binary"
	"sort"
)

// An OffsetMap leads from offsets in a rewritten code section to offsets in the
// original one. Both count from the start of the section's content, as debug
// information does. It takes about three bytes per loop and function, and is
// safe for concurrent use.
type OffsetMap struct {
	steps []byte // pairs of numbers: how far on in the new section, and by how much more it is shifted
	marks []mark // one for each markEvery steps

	recording      bool
	inBase, toBase int // where the sections begin, while they are written
	count          int // of steps
	last           mark
}

// mark is the state before a step: the shift that holds from the offset on.
type mark struct {
	offset int // in the new section
	shift  int // what the new offset has more than the old
	next   int // where in steps it goes on
}

const markEvery = 64

// Original returns the offset in the original code section of the instruction
// at offset in the new one. An inserted instruction counts as the one that it
// stands before.
func (m *OffsetMap) Original(offset uint64) uint64 {
	if offset > maxSize {
		return offset
	}
	at := int(offset)
	i := sort.Search(len(m.marks), func(i int) bool { return m.marks[i].offset > at })
	if i == 0 {
		return offset
	}
	state := m.marks[i-1]
	for state.next < len(m.steps) {
		then := m.step(state)
		if then.offset > at {
			return uint64(min(at-state.shift, then.offset-then.shift))
		}
		state = then
	}
	return uint64(at - state.shift)
}

// Size returns about how many bytes of memory the map takes.
func (m *OffsetMap) Size() int {
	return len(m.steps) + len(m.marks)*24
}

// step returns the state after the next step.
func (m *OffsetMap) step(s mark) mark {
	forward, n := binary.Uvarint(m.steps[s.next:])
	more, k := binary.Varint(m.steps[s.next+n:])
	return mark{s.offset + int(forward), s.shift + int(more), s.next + n + k}
}

// start begins the recording, with the sections at those places.
func (m *OffsetMap) start(inBase, toBase int) {
	m.recording, m.inBase, m.toBase = true, inBase, toBase
	m.marks = append(m.marks, mark{})
}

// add records that what is at in in the input is at to in the output.
func (m *OffsetMap) add(in, to int) {
	offset := to - m.toBase
	shift := offset - (in - m.inBase)
	if !m.recording || shift == m.last.shift {
		return
	}
	m.steps = binary.AppendUvarint(m.steps, uint64(offset-m.last.offset))
	m.steps = binary.AppendVarint(m.steps, int64(shift-m.last.shift))
	m.mark(mark{offset, shift, len(m.steps)})
}

// mark goes on to the state after one more step.
func (m *OffsetMap) mark(last mark) {
	m.last = last
	m.count++
	if m.count%markEvery == 0 {
		m.marks = append(m.marks, last)
	}
}

// stop ends the recording and gives back what memory it left over.
func (m *OffsetMap) stop() {
	m.recording = false
	m.steps = append([]byte(nil), m.steps...)
	m.marks = append([]mark(nil), m.marks...)
}
