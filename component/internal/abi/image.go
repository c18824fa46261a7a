package abi

import (
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// An image is a value on its way from the guest's memory to what
// [types.ImageValue] wants: a copy of its bytes, behind which those of its lists
// and strings are appended, with pointers that are offsets. What was copied is
// checked and what has more than one pattern of bits normalized, as elsewhere.
type image struct {
	cx    *Context
	bytes []byte
}

// imageHeader is where the length of an image is.
const imageHeader = 4

// loadImage makes the value that s says: a record or list whose content is at
// ptr, without handles. A list has count elements.
func (cx *Context) loadImage(s *valueStep, ptr, size, count uint32) (types.Value, error) {
	part, n, names := s.parts, uint32(1), s.names
	if s.code != valueRecord {
		n, names = count, part[0].names
	}
	if err := cx.spend(uint64(size) + uint64(n)*(valueSize+names)); err != nil {
		return types.Value{}, err
	}
	room := imageHeader + uint64(size)
	if n > 0 && cx.Encoding == UTF8 {
		room += min(cx.textSize(part, ptr, size/n, n), uint64(len(cx.memory)), uint64(cx.Budget))
	}
	m := image{cx, make([]byte, imageHeader, room)}
	m.bytes = append(m.bytes, cx.memory[ptr:][:size]...)
	if err := m.settleAll(part, imageHeader, size, n); err != nil {
		return types.Value{}, err
	}
	if uint64(len(m.bytes)) > math.MaxUint32 {
		return types.Value{}, cx.trap(faultBudget)
	}
	binary.LittleEndian.PutUint32(m.bytes, uint32(len(m.bytes)))
	whole := unsafe.String(unsafe.SliceData(m.bytes), len(m.bytes))
	return types.ImageValue(s.typ, whole, imageHeader, count), nil
}

// textSize returns how many bytes there are of strings in n parts, each of stride
// bytes, as far as they are in memory. It is a guess at how much to allocate, and
// does not look into lists and variants.
func (cx *Context) textSize(part []valueStep, ptr, stride, n uint32) (size uint64) {
	for i := range part {
		switch s := &part[i]; s.code {
		case valueString:
			for j := range n {
				pair := cx.loadInt(ptr+s.mem+j*stride, 8)
				if begin, length := uint32(pair), pair>>32; cx.within(begin, length) {
					size += length
				}
			}
		case valueRecord:
			size += cx.textSize(s.parts, ptr+s.mem, stride, n)
		}
	}
	return size
}

// settleAll settles n parts of size bytes altogether.
func (m *image) settleAll(part []valueStep, at, size, n uint32) error {
	if plain(part) {
		return nil
	}
	for end := at + size; at < end; at += size / n {
		if err := m.settle(part, at); err != nil {
			return err
		}
	}
	return nil
}

// plain reports whether there is nothing to settle in any of the steps.
func plain(steps []valueStep) bool {
	for i := range steps {
		if !steps[i].plain {
			return false
		}
	}
	return true
}

// settle checks the parts of a value that is at that offset, and brings along what
// they point to.
func (m *image) settle(steps []valueStep, at uint32) error {
	for i := range steps {
		s := &steps[i]
		var err error
		switch here := at + s.mem; s.code {
		case valueBool:
			m.bytes[here] = byte(truth(uint64(m.bytes[here])))
		case valueString:
			err = m.settleText(here)
		case valueChar, valueFlags, valueEnum:
			err = m.cx.normalize(m.bytes[here:][:s.width], s.typ)
		case valueRecord:
			err = m.settle(s.parts, here)
		case valueArray:
			err = m.settleAll(s.parts, here, uint32(s.typ.Size()), s.count)
		case valuePacked, valueList:
			err = m.settleList(s, here)
		case valueVariant:
			err = m.settleCase(s, here)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reserve has room for n bytes more, which were spent: for as many as there are if
// not, as far as there may be so many.
func (m *image) reserve(n int) {
	if cap(m.bytes)-len(m.bytes) < n {
		m.bytes = slices.Grow(m.bytes, n+int(min(int64(len(m.bytes)), m.cx.Budget)))
	}
}

// pair returns the pointer and length at an offset.
func (m *image) pair(at uint32) (ptr, length uint32) {
	pair := binary.LittleEndian.Uint64(m.bytes[at:])
	return uint32(pair), uint32(pair >> 32)
}

func (m *image) setPair(at uint32, ptr, length int) {
	binary.LittleEndian.PutUint64(m.bytes[at:], uint64(uint32(ptr))|uint64(length)<<32)
}

func (m *image) settleText(at uint32) error {
	s, err := m.cx.locate(m.pair(at))
	if err != nil {
		return err
	}
	start, size := len(m.bytes), s.sizeUTF8()
	if err := m.cx.spend(uint64(size)); err != nil {
		return err
	}
	m.reserve(size)
	b := s.bytes()
	if s.encoding == simpleUTF8 {
		m.bytes = append(m.bytes, b...)
	} else {
		for i := 0; i < len(b); {
			r, width := s.decode(b[i:])
			m.bytes = utf8.AppendRune(m.bytes, r)
			i += width
		}
	}
	m.setPair(at, start, len(m.bytes)-start)
	return nil
}

func (m *image) settleList(s *valueStep, at uint32) error {
	elem := s.typ.Elem()
	ptr, count := m.pair(at)
	if err := m.cx.listBounds(elem, ptr, count); err != nil {
		return err
	}
	size := count * uint32(elem.Size())
	cost := uint64(size) + uint64(count)*s.parts[0].names
	if s.code == valueList {
		cost += uint64(count) * valueSize
	}
	if err := m.cx.spend(cost); err != nil {
		return err
	}
	m.reserve(int(size))
	start := len(m.bytes)
	m.bytes = append(m.bytes, m.cx.memory[ptr:][:size]...)
	m.setPair(at, start, int(count))
	return m.settleAll(s.parts, uint32(start), size, count)
}

func (m *image) settleCase(s *valueStep, at uint32) error {
	index := uint64(m.bytes[at])
	if s.width > 1 {
		index = littleEndianInt(m.bytes[at:][:s.width])
	}
	if index >= uint64(s.count) {
		return noCase(index, int(s.count))
	}
	return m.settle(s.parts[index:index+1], at)
}
