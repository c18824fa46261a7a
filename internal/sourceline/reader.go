package sourceline

import (
	"bytes"
	"encoding/binary"
)

// A reader reads what a section holds. After the end was overrun everything it
// reads is zero and failed is set.
type reader struct {
	data   []byte
	at     int
	failed bool
}

func (r *reader) fail() { r.failed = true }

// done reports whether there is nothing more to read.
func (r *reader) done() bool { return r.failed || r.at >= len(r.data) }

// take returns the next n bytes, or nil if there are not as many.
func (r *reader) take(n uint64) []byte {
	if r.failed || n > uint64(len(r.data)-r.at) {
		r.fail()
		return nil
	}
	taken := r.data[r.at : r.at+int(n)]
	r.at += int(n)
	return taken
}

func (r *reader) u8() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// fixed reads an integer of 1, 2, 4 or 8 bytes.
func (r *reader) fixed(size int) uint64 {
	var wide [8]byte
	copy(wide[:], r.take(uint64(size)))
	return binary.LittleEndian.Uint64(wide[:])
}

// offset reads an offset into a section: 4 bytes, or 8 in 64-bit DWARF.
func (r *reader) offset(wide bool) uint64 {
	if wide {
		return r.fixed(8)
	}
	return r.fixed(4)
}

// uleb reads an unsigned LEB128 number. Bits beyond 64 are dropped.
func (r *reader) uleb() uint64 {
	var value uint64
	for shift := 0; ; shift += 7 {
		b := r.u8()
		if shift < 64 {
			value |= uint64(b&0x7f) << shift
		}
		if b < 0x80 {
			return value
		}
	}
}

// sleb reads a signed LEB128 number.
func (r *reader) sleb() int64 {
	var value int64
	for shift := 0; ; shift += 7 {
		b := r.u8()
		if shift < 64 {
			value |= int64(b&0x7f) << shift
		}
		if b >= 0x80 {
			continue
		}
		if b&0x40 != 0 && shift+7 < 64 {
			value |= -1 << (shift + 7)
		}
		return value
	}
}

// text reads a string that ends with a zero byte.
func (r *reader) text() string {
	from := r.at
	if !r.skipText() {
		return ""
	}
	return string(r.data[from : r.at-1])
}

// skipText reads over a string, and reports whether there was one.
func (r *reader) skipText() bool {
	if r.failed {
		return false
	}
	n := bytes.IndexByte(r.data[r.at:], 0)
	if n < 0 {
		r.fail()
		return false
	}
	r.at += n + 1
	return true
}

// textAt returns the string at an offset of a section of strings.
func textAt(section []byte, offset uint64) string {
	if offset >= uint64(len(section)) {
		return ""
	}
	end := min(uint64(len(section)), offset+maxTables)
	r := reader{data: section[:end], at: int(offset)}
	return r.text()
}
