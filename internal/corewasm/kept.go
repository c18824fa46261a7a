package corewasm

import (
	"encoding/binary"
	"errors"
)

// Append appends r in a form that [ReadRewritten] reads, to be kept: the same
// bytes on every platform, good for this [RewriterVersion] alone.
func (r *Rewritten) Append(dst []byte) []byte {
	for _, n := range []uint32{r.Functions.tick, r.Functions.own, r.Functions.first} {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	dst = append(dst, flag(r.Throws), flag(r.Unneeded))
	dst = r.Offsets.Append(dst)
	return append(dst, r.Binary...)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

var errNotKept = errors.New("these are not the bytes of a rewritten module")

// ReadRewritten reads what [Rewritten.Append] has appended; the binary is a view
// of data. It holds the form of the tables to be sound and the binary to be
// anything: who keeps the bytes must be sure that they are those that were kept.
func ReadRewritten(data []byte) (*Rewritten, error) {
	r := &Rewritten{}
	for _, to := range []*uint32{&r.Functions.tick, &r.Functions.own, &r.Functions.first} {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > maxSize {
			return nil, errNotKept
		}
		*to, data = uint32(n), data[size:]
	}
	if f := r.Functions; f.tick > f.own || f.own > f.first || len(data) < 2 || data[0]|data[1] > 1 {
		return nil, errNotKept
	}
	r.Throws, r.Unneeded = data[0] == 1, data[1] == 1
	var err error
	r.Offsets, r.Binary, err = ReadOffsetMap(data[2:])
	return r, err
}

// Append appends m in a form that [ReadOffsetMap] reads. A nil map is one that
// changes nothing.
func (m *OffsetMap) Append(dst []byte) []byte {
	if m == nil {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(len(m.steps)))
	return append(dst, m.steps...)
}

// ReadOffsetMap reads what [OffsetMap.Append] has appended at the start of data
// and returns the rest. It takes time in proportion to the map.
func ReadOffsetMap(data []byte) (m *OffsetMap, rest []byte, err error) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		return nil, nil, errNotKept
	}
	data = data[size:]
	m = &OffsetMap{marks: []mark{{}}, steps: append([]byte(nil), data[:n]...)}
	for m.last.next < len(m.steps) {
		if !m.sound() {
			return nil, nil, errNotKept
		}
		m.mark(m.step(m.last))
	}
	return m, data[n:], nil
}

// sound reports whether the next step is two numbers, and leads to an offset.
func (m *OffsetMap) sound() bool {
	forward, n := binary.Uvarint(m.steps[m.last.next:])
	if n <= 0 || forward > uint64(maxSize-m.last.offset) {
		return false
	}
	more, k := binary.Varint(m.steps[m.last.next+n:])
	shift := int64(m.last.shift) + more
	return k > 0 && more >= -maxSize && more <= maxSize && shift >= -maxSize && shift <= maxSize
}
