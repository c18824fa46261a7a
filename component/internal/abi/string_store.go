package abi

import (
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"
)

var errNotUTF8 = errors.New("the string is not UTF-8")

// storeText stores a string of the host.
func (cx *Context) storeText(text string) (ptr, tagged uint32, err error) {
	switch {
	case len(text) > maxBytes:
		return 0, 0, fmt.Errorf("the string has %d bytes, more than 2^28-1", len(text))
	case !validUTF8(unsafe.Slice(unsafe.StringData(text), len(text))):
		return 0, 0, errNotUTF8
	case cx.Encoding == UTF8: // as storeString does it, in a fraction of the time
		ptr, err = cx.allocateText(1, uint32(len(text)))
		if err == nil {
			copy(cx.memory[ptr:], text)
		}
		return ptr, uint32(len(text)), err
	}
	s := source{text: text, units: uint32(len(text))}
	return cx.storeString(&s)
}

// storeString allocates memory for s and stores it there:
// store_string_into_range. What it asks realloc for, and when, is what the
// specification says, because guests can see it.
func (cx *Context) storeString(s *source) (ptr, tagged uint32, err error) {
	switch cx.Encoding {
	case UTF8:
		if s.encoding == simpleUTF8 {
			return cx.storeCopy(s, 1, 1)
		}
		return cx.storeAsUTF8(s)
	case UTF16:
		if s.encoding == simpleUTF8 {
			return cx.storeUTF8AsUTF16(s)
		}
		return cx.storeCopy(s, 2, 2)
	}
	switch {
	case !s.compact:
		return cx.storeAsLatin1OrUTF16(s)
	case s.encoding == simpleLatin1:
		return cx.storeCopy(s, 1, 2)
	}
	return cx.storeProbablyUTF16(s)
}

// storeCopy is store_string_copy: the result takes unitSize bytes for each code
// unit of s.
func (cx *Context) storeCopy(s *source, unitSize, align uint32) (ptr, tagged uint32, err error) {
	size := unitSize * s.units
	if ptr, err = cx.allocateText(align, size); err != nil {
		return 0, 0, err
	}
	s.reread()
	dst, src := cx.memory[ptr:][:size], s.bytes()
	if len(src) == len(dst) {
		copy(dst, src)
		return ptr, s.units, nil
	}
	for i, c := range src { // Latin-1 as UTF-16
		dst[2*i], dst[2*i+1] = c, 0
	}
	return ptr, s.units, nil
}

// storeAsUTF8 is store_string_to_utf8, for UTF-16 and Latin-1. It hopes for
// ASCII, one byte for each code unit.
func (cx *Context) storeAsUTF8(s *source) (ptr, size uint32, err error) {
	if ptr, err = cx.allocateText(1, s.units); err != nil {
		return 0, 0, err
	}
	s.reread()
	src, width := s.bytes(), int(s.size()/max(s.units, 1))
	ascii := copyASCII(cx.memory[ptr:][:s.units], src, width)
	if ascii == int(s.units) {
		return ptr, s.units, nil
	}
	worst := s.units * 3
	if s.encoding == simpleLatin1 {
		worst = s.units * 2
	}
	if ptr, err = cx.reallocateText(ptr, s.units, 1, worst); err != nil {
		return 0, 0, err
	}
	s.reread()
	dst, src := cx.memory[ptr:][:ascii:worst], s.bytes()
	for i := ascii * width; i < len(src); {
		r, n := s.decode(src[i:])
		if len(dst)+utf8.RuneLen(r) > cap(dst) {
			break // the guest changed the string meanwhile
		}
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return cx.shrink(ptr, worst, 1, uint32(len(dst)))
}

// copyASCII copies code units of the given width up to the first that is not
// ASCII, and returns how many.
func copyASCII(dst, src []byte, width int) int {
	for i := range dst {
		c := src[i*width]
		if c >= 0x80 || width == 2 && src[2*i+1] != 0 {
			return i
		}
		dst[i] = c
	}
	return len(dst)
}

// shrink gives back what was allocated too much.
func (cx *Context) shrink(ptr, from, align, to uint32) (uint32, uint32, error) {
	if to == from {
		return ptr, to, nil
	}
	ptr, err := cx.reallocateText(ptr, from, align, to)
	return ptr, to, err
}

// storeUTF8AsUTF16 is store_utf8_to_utf16.
func (cx *Context) storeUTF8AsUTF16(s *source) (ptr, units uint32, err error) {
	worst := 2 * s.units
	if ptr, err = cx.allocateText(2, worst); err != nil {
		return 0, 0, err
	}
	s.reread()
	size := uint32(s.encodeUTF16(cx.memory[ptr:][:worst], 0))
	ptr, size, err = cx.shrink(ptr, worst, 2, size)
	return ptr, size / 2, err
}

// encodeUTF16 writes s from its byte at on as UTF-16 to dst and returns how many
// bytes. It stops where dst is full, which only happens if the guest changed the
// string meanwhile.
func (s *source) encodeUTF16(dst []byte, at int) int {
	src, n := s.bytes(), 0
	for at < len(src) {
		r, width := s.decode(src[at:])
		at += width
		if r > 0xffff {
			if n+4 > len(dst) {
				break
			}
			r -= 0x10000
			putUnit(dst[n:], uint16(0xd800+r>>10))
			n += 2
			r = 0xdc00 + r&0x3ff
		}
		if n+2 > len(dst) {
			break
		}
		putUnit(dst[n:], uint16(r))
		n += 2
	}
	return n
}

func putUnit(b []byte, u uint16) { b[0], b[1] = byte(u), byte(u>>8) }

// storeAsLatin1OrUTF16 is store_string_to_latin1_or_utf16. It hopes for Latin-1.
func (cx *Context) storeAsLatin1OrUTF16(s *source) (ptr, tagged uint32, err error) {
	if ptr, err = cx.allocateText(2, s.units); err != nil {
		return 0, 0, err
	}
	s.reread()
	stored, at := s.encodeLatin1(cx.memory[ptr:][:s.units])
	if at == int(s.size()) {
		return cx.shrink(ptr, s.units, 2, stored)
	}
	worst := 2 * s.units
	if ptr, err = cx.reallocateText(ptr, s.units, 2, worst); err != nil {
		return 0, 0, err
	}
	s.reread()
	dst := cx.memory[ptr:][:worst]
	for i := int(stored) - 1; i >= 0; i-- {
		dst[2*i], dst[2*i+1] = dst[i], 0
	}
	size := 2*stored + uint32(s.encodeUTF16(dst[2*stored:], at))
	ptr, size, err = cx.shrink(ptr, worst, 2, size)
	return ptr, size/2 | utf16Tag, err
}

// encodeLatin1 writes s as Latin-1 up to the first code point that is not, and
// returns how many bytes it wrote and how many it read.
func (s *source) encodeLatin1(dst []byte) (stored uint32, at int) {
	src := s.bytes()
	for at < len(src) && int(stored) < len(dst) {
		r, width := s.decode(src[at:])
		if r > 0xff {
			break
		}
		dst[stored] = byte(r)
		stored++
		at += width
	}
	return stored, at
}

// storeProbablyUTF16 is store_probably_utf16_to_latin1_or_utf16.
func (cx *Context) storeProbablyUTF16(s *source) (ptr, tagged uint32, err error) {
	size := s.size()
	if ptr, err = cx.allocateText(2, size); err != nil {
		return 0, 0, err
	}
	s.reread()
	dst := cx.memory[ptr:][:size]
	copy(dst, s.bytes())
	for i := range int(s.units) {
		if dst[2*i+1] != 0 {
			return ptr, s.units | utf16Tag, nil
		}
	}
	for i := range int(s.units) {
		dst[i] = dst[2*i]
	}
	ptr, err = cx.reallocateText(ptr, size, 1, s.units)
	return ptr, s.units, err
}
