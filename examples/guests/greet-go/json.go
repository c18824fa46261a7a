package main

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This reads and writes the little JSON that the example needs. With
// encoding/json the guest would be twice as large in Go and five times in
// TinyGo, for the sake of one string.

// maxDepth bounds how deep a document may nest.
const maxDepth = 127

// stringMember returns the string under key in the object that document is. It
// is empty when there is none, or when document is not JSON (RFC 8259).
func stringMember(document []byte, key string) string {
	r := reader{rest: document}
	if r.peek() != '{' {
		return ""
	}
	found := r.object(1, key)
	if r.peek() != end || r.bad {
		return ""
	}
	return found
}

// quote returns text, which is UTF-8, as a JSON string.
func quote(text string) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch short := strings.IndexByte("\"\\\b\f\n\r\t", c); {
		case short >= 0:
			out.WriteByte('\\')
			out.WriteByte(`"\bfnrt`[short])
		case c < 0x20:
			out.WriteString(`\u00`)
			out.WriteByte(digits[c>>4])
			out.WriteByte(digits[c&15])
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// A reader that has met an error stays where it is and reads no more.
type reader struct {
	rest []byte
	bad  bool
}

// end is what peek and next return when nothing is left, and after an error.
const end = -1

// peek returns the next byte that is not a space.
func (r *reader) peek() int {
	for len(r.rest) > 0 && strings.IndexByte(" \t\n\r", r.rest[0]) >= 0 {
		r.rest = r.rest[1:]
	}
	return r.here()
}

func (r *reader) here() int {
	if r.bad || len(r.rest) == 0 {
		return end
	}
	return int(r.rest[0])
}

func (r *reader) next() int {
	c := r.here()
	if c != end {
		r.rest = r.rest[1:]
	}
	return c
}

func (r *reader) accept(c int) bool {
	if r.peek() != c {
		return false
	}
	r.next()
	return true
}

func (r *reader) expect(c int) {
	if !r.accept(c) {
		r.bad = true
	}
}

// object reads an object and returns the last value under key if it is a
// string.
func (r *reader) object(depth int, key string) (found string) {
	r.bad = r.bad || depth > maxDepth
	r.expect('{')
	if r.accept('}') {
		return ""
	}
	for more := true; more; more = r.accept(',') {
		r.peek()
		name := r.string()
		r.expect(':')
		switch {
		case name != key || depth > 1:
			r.skip(depth + 1)
		case r.peek() == '"':
			found = r.string()
		default:
			found = ""
			r.skip(depth + 1)
		}
	}
	r.expect('}')
	return found
}

func (r *reader) list(depth int) {
	r.bad = r.bad || depth > maxDepth
	r.expect('[')
	if r.accept(']') {
		return
	}
	for more := true; more; more = r.accept(',') {
		r.skip(depth + 1)
	}
	r.expect(']')
}

func (r *reader) skip(depth int) {
	switch r.peek() {
	case '{':
		r.object(depth, "")
	case '[':
		r.list(depth)
	case '"':
		r.string()
	case 't':
		r.word("true")
	case 'f':
		r.word("false")
	case 'n':
		r.word("null")
	default:
		r.number()
	}
}

func (r *reader) word(word string) {
	for i := range len(word) {
		if r.next() != int(word[i]) {
			r.bad = true
		}
	}
}

func (r *reader) number() {
	if r.here() == '-' {
		r.next()
	}
	zero := r.here() == '0'
	if n := r.digits(); n == 0 || zero && n > 1 {
		r.bad = true
	}
	if r.here() == '.' {
		r.next()
		r.bad = r.digits() == 0 || r.bad
	}
	if c := r.here(); c == 'e' || c == 'E' {
		r.next()
		if c := r.here(); c == '+' || c == '-' {
			r.next()
		}
		r.bad = r.digits() == 0 || r.bad
	}
}

func (r *reader) digits() (n int) {
	for c := r.here(); c >= '0' && c <= '9'; c = r.here() {
		r.next()
		n++
	}
	return n
}

func (r *reader) string() string {
	var out []byte
	r.expect('"')
	for c := r.next(); c != '"'; c = r.next() {
		switch {
		case c < 0x20:
			r.bad = true
			return ""
		case c == '\\':
			out = utf8.AppendRune(out, r.escape())
		case c < utf8.RuneSelf:
			out = append(out, byte(c))
		default:
			out = utf8.AppendRune(out, r.multibyte(byte(c)))
		}
	}
	return string(out)
}

func (r *reader) escape() rune {
	c := r.next()
	if c == 'u' {
		return r.unicode()
	}
	short := strings.IndexByte(`"\/bfnrt`, byte(c))
	if c == end || short < 0 {
		r.bad = true
		return 0
	}
	return rune("\"\\/\b\f\n\r\t"[short])
}

// unicode reads what follows \u; half a surrogate pair is an error.
func (r *reader) unicode() rune {
	v := r.hex4()
	if !utf16.IsSurrogate(v) {
		return v
	}
	if r.next() != '\\' || r.next() != 'u' {
		r.bad = true
	}
	v = utf16.DecodeRune(v, r.hex4())
	r.bad = r.bad || v == utf8.RuneError
	return v
}

func (r *reader) hex4() (v rune) {
	for range 4 {
		digit := strings.IndexByte("0123456789abcdefABCDEF", byte(r.next()))
		if digit > 15 {
			digit -= 6
		}
		r.bad = r.bad || digit < 0
		v = v<<4 | rune(digit&15)
	}
	return v
}

// multibyte reads the rest of a character that begins with lead.
func (r *reader) multibyte(lead byte) rune {
	var whole [utf8.UTFMax]byte
	whole[0] = lead
	v, size := utf8.DecodeRune(whole[:1+copy(whole[1:], r.rest)])
	if size == 1 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size-1:]
	return v
}
