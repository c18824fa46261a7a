package abi

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

const (
	// maxBytes is the most bytes that a string or list takes:
	// MAX_STRING_BYTE_LENGTH and MAX_LIST_BYTE_LENGTH.
	maxBytes = 1<<28 - 1

	// utf16Tag marks the length of a latin1+utf16 string that is UTF-16.
	utf16Tag = 1 << 31
)

// A simpleEncoding is how one string lies in memory, once it is known which of
// the two latin1+utf16 is.
type simpleEncoding uint8

const (
	simpleUTF8 simpleEncoding = iota
	simpleUTF16
	simpleLatin1
)

// A source is a string that is going to be stored somewhere: one of the host, or
// one in a guest's memory, which is read anew whenever it is needed because the
// guest that stores may share that memory.
type source struct {
	encoding simpleEncoding
	compact  bool // it is latin1+utf16 where it comes from
	units    uint32

	cx  *Context // the guest's; nil for the host's text
	ptr uint32

	text string
}

func (s *source) size() uint32 {
	if s.encoding == simpleUTF16 {
		return 2 * s.units
	}
	return s.units
}

// bytes returns the string as it lies in memory now.
func (s *source) bytes() []byte {
	if s.cx == nil {
		return unsafe.Slice(unsafe.StringData(s.text), len(s.text))
	}
	return s.cx.memory[s.ptr:][:s.size()]
}

// reread makes bytes valid again after another guest ran.
func (s *source) reread() {
	if s.cx != nil {
		s.cx.Begin()
	}
}

// locate finds the string at ptr and checks that it is in memory and valid:
// load_string_from_range.
func (cx *Context) locate(ptr, tagged uint32) (source, error) {
	s := source{cx: cx, ptr: ptr, units: tagged}
	size, align := uint64(tagged), uint32(1)
	switch cx.Encoding {
	case UTF16:
		s.encoding, size, align = simpleUTF16, 2*size, 2
	case Latin1OrUTF16:
		s.encoding, s.compact, align = simpleLatin1, true, 2
		if tagged&utf16Tag != 0 {
			s.encoding, s.units = simpleUTF16, tagged^utf16Tag
			size = 2 * uint64(s.units)
		}
	}
	switch {
	case size > maxBytes:
		return s, cx.trap(faultStringLength)
	case ptr&(align-1) != 0:
		return s, cx.trap(faultStringAlign)
	case !cx.within(ptr, size):
		return s, cx.trap(faultStringBounds)
	}
	return s, s.validate()
}

func (s *source) validate() error {
	switch b := s.bytes(); s.encoding {
	case simpleUTF8:
		if !validUTF8(b) {
			return invalidUTF8(b)
		}
	case simpleUTF16:
		if !validUTF16(b) {
			return s.cx.trap(faultUTF16)
		}
	}
	return nil
}

// invalidUTF8 says where b is no UTF-8, in the words of Rust's standard library
// that the suites look for.
func invalidUTF8(b []byte) error {
	at := 0
	for at < len(b) {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	text := fmt.Sprintf("invalid utf-8 sequence from index %d", at)
	if !utf8.FullRune(b[at:]) {
		text = fmt.Sprintf("incomplete utf-8 byte sequence from index %d", at)
	}
	return &engine.Trap{Kind: engine.BadValue, Text: text}
}

func unit(b []byte, i int) uint16 { return uint16(b[2*i]) | uint16(b[2*i+1])<<8 }

// validUTF16 reports whether every surrogate in b has its partner.
func validUTF16(b []byte) bool {
	for i, n := 0, len(b)/2; i < n; i++ {
		u := unit(b, i)
		if u < 0xd800 || u > 0xdfff {
			continue
		}
		if u > 0xdbff || i+1 == n {
			return false
		}
		if low := unit(b, i+1); low < 0xdc00 || low > 0xdfff {
			return false
		}
		i++
	}
	return true
}

// loadString returns the string at ptr.
func (cx *Context) loadString(ptr, tagged uint32) (string, error) {
	if cx.Encoding == UTF8 && tagged <= maxBytes && cx.within(ptr, uint64(tagged)) {
		return cx.loadUTF8(cx.memory[ptr:][:tagged])
	}
	s, err := cx.locate(ptr, tagged)
	if err != nil {
		return "", err
	}
	b, size := s.bytes(), s.sizeUTF8()
	if err := cx.spend(uint64(size)); err != nil {
		return "", err
	}
	text := make([]byte, 0, size)
	for i := 0; i < len(b); {
		r, width := s.decode(b[i:])
		text = utf8.AppendRune(text, r)
		i += width
	}
	return unsafe.String(unsafe.SliceData(text), len(text)), nil
}

// loadUTF8 returns b as a string.
func (cx *Context) loadUTF8(b []byte) (string, error) {
	if !validUTF8(b) {
		return "", invalidUTF8(b)
	}
	if err := cx.spend(uint64(len(b))); err != nil {
		return "", err
	}
	return string(b), nil
}

// decode returns the code point at the start of b, which is not empty, and how
// many bytes it takes. Bytes that are not valid give U+FFFD: a guest may have
// changed them since they were checked.
func (s *source) decode(b []byte) (rune, int) {
	switch s.encoding {
	case simpleUTF8:
		return utf8.DecodeRune(b)
	case simpleLatin1:
		return rune(b[0]), 1
	}
	u := unit(b, 0)
	if !utf16.IsSurrogate(rune(u)) {
		return rune(u), 2
	}
	if len(b) < 4 {
		return utf8.RuneError, 2
	}
	r := utf16.DecodeRune(rune(u), rune(unit(b, 1)))
	if r == utf8.RuneError {
		return r, 2
	}
	return r, 4
}

// sizeUTF8 returns how many bytes the string takes as UTF-8.
func (s *source) sizeUTF8() int {
	b, n := s.bytes(), 0
	switch s.encoding {
	case simpleUTF8:
		return len(b)
	case simpleLatin1:
		for _, c := range b {
			n += 1 + int(c>>7)
		}
		return n
	}
	for i := range len(b) / 2 {
		switch u := unit(b, i); {
		case u < 0x80:
			n++
		case u < 0x800, u >= 0xd800 && u <= 0xdfff: // half of the four of a pair
			n += 2
		default:
			n += 3
		}
	}
	return n
}
