package valuejson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

func (p *parser) char() rune {
	p.peek()
	offset := p.at
	text := p.string("a string with one character")
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || size != len(text) {
		p.failAt(offset, "one character is expected, not %d", utf8.RuneCountInString(text))
	}
	return r
}

// string passes a string and returns it decoded. It shares the text's memory
// if it has no escapes.
func (s *scanner) string(what string) string {
	start, end, escapes := s.quoted(what)
	if !escapes {
		return s.text[start:end]
	}
	b := s.unescape(nil, start, end)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// stringInto reads a string that is part of a value.
func (p *parser) stringInto(at int) {
	start, end, escapes := p.quoted("a string")
	if !escapes {
		p.image.PutText(at, p.text[start:end])
		return
	}
	p.image.AppendText(at, func(dst []byte) []byte { return p.unescape(dst, start, end) })
}

// quoted passes a string and returns from where to where it stands between its
// quotes, and whether there are escapes in it.
func (s *scanner) quoted(what string) (start, end int, escapes bool) {
	if s.peek() != '"' {
		s.wanted(what)
	}
	text, at := s.text, s.at+1
	start = at
	var every byte // of the characters
	for ; at < len(text) && text[at] != '"'; at++ {
		switch c := text[at]; {
		case c == '\\':
			escapes = true
			at++
		case c < ' ':
			s.failAt(at, "a control character in a string is written with a backslash")
		default:
			every |= c
		}
	}
	if at >= len(text) {
		s.failAt(s.at, "the string does not end")
	}
	if every >= utf8.RuneSelf && !utf8.ValidString(text[start:at]) {
		s.failAt(s.at, "the string is not UTF-8")
	}
	s.at = at + 1
	return start, at, escapes
}

// unescape decodes what stands between quotes from start to end.
func (s *scanner) unescape(dst []byte, start, end int) []byte {
	for start < end {
		raw := s.text[start:end]
		plain := strings.IndexByte(raw, '\\')
		if plain < 0 {
			return append(dst, raw...)
		}
		var size int
		dst, size = s.escape(append(dst, raw[:plain]...), start+plain)
		start += plain + size
	}
	return dst
}

// escape decodes the escape at an offset, and returns how long that is. Half of a
// surrogate pair is an error: a string has characters.
func (s *scanner) escape(dst []byte, at int) ([]byte, int) {
	if i := strings.IndexByte(`"\/bfnrt`, s.text[at+1]); i >= 0 {
		return append(dst, "\"\\/\b\f\n\r\t"[i]), 2
	}
	const size = len(`\u0000`)
	if s.text[at+1] != 'u' {
		s.failAt(at, `a backslash stands before ", \, /, b, f, n, r, t, or u with four digits`)
	}
	r, ok := s.hex(at)
	if !ok {
		s.failAt(at, "four hexadecimal digits follow \\u")
	}
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r), size
	}
	low, _ := s.hex(at + size)
	pair := utf16.DecodeRune(r, low)
	if pair == utf8.RuneError {
		s.failAt(at, "half of a surrogate pair is no character")
	}
	return utf8.AppendRune(dst, pair), 2 * size
}

// hex reads \u0000.
func (s *scanner) hex(at int) (rune, bool) {
	digits, ok := strings.CutPrefix(s.text[at:], `\u`)
	if !ok || len(digits) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits[:4], 16, 16)
	return rune(n), err == nil
}
