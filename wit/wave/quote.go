package wave

import (
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// scanQuoted passes what stands between quotes, which is decoded later.
func (s *scanner) scanQuoted(quote byte, k kind) kind {
	text, at := s.text, s.at+1
	var every byte // of the characters
	escapes := false
	for ; at < len(text) && text[at] != quote; at++ {
		c := text[at]
		if every |= c; c == '\n' {
			break
		}
		if c == '\\' {
			at, escapes = at+1, true
		}
	}
	if at < len(text) && text[at] == quote {
		s.at, s.token.escapes, s.token.wide = at+1, escapes, every >= utf8.RuneSelf
		return k
	}
	s.failHint(`a line break is written \n, or between """ and """`, s.at, s.at+1, "the closing %c is missing", quote)
	return k
}

func (p *parser) char() rune {
	if p.token.kind != character {
		hint := ""
		if p.token.kind == quoted {
			hint = "a character stands between ' and '"
		}
		p.wantedHint("a character like 'x'", hint)
	}
	p.checkUTF8(p.token.start+1, p.at-1)
	var room [8 * utf8.UTFMax]byte
	decoded := p.unescape(room[:0], p.token.start+1, p.at-1)
	r, size := utf8.DecodeRune(decoded)
	if size == 0 || size < len(decoded) {
		p.failHere("one character stands between ' and ', not %d", utf8.RuneCount(decoded))
	}
	p.next()
	return r
}

// string reads a string. It shares the text's memory if it has no escapes.
func (p *parser) string() string {
	decoded, ok := p.plain()
	if !ok {
		b := p.appendText(nil)
		decoded = unsafe.String(unsafe.SliceData(b), len(b))
	}
	p.next()
	return decoded
}

// stringInto reads a string that is part of a value.
func (p *parser) stringInto(at int) {
	if decoded, ok := p.plain(); ok {
		p.image.PutText(at, decoded)
	} else {
		p.image.AppendText(at, p.appendText)
	}
	p.next()
}

// plain returns the string in hand if it stands there as it is.
func (p *parser) plain() (string, bool) {
	if p.token.kind != quoted {
		return "", false
	}
	if p.token.escapes {
		return "", false
	}
	start, end := p.token.start+1, p.at-1
	p.checkUTF8(start, end)
	return p.text[start:end], true
}

// appendText decodes the string in hand.
func (p *parser) appendText(dst []byte) []byte {
	switch p.token.kind {
	case quoted:
		p.checkUTF8(p.token.start+1, p.at-1)
		return p.unescape(dst, p.token.start+1, p.at-1)
	case multiline:
		p.checkUTF8(p.token.start+3, p.at-3)
		return p.dedent(dst)
	case name, character:
		p.wantedHint("a string", `a string stands between " and "`)
	}
	p.wanted("a string")
	return nil
}

// unescape decodes the characters from start to end.
func (s *scanner) unescape(dst []byte, start, end int) []byte {
	for start < end {
		raw := s.text[start:end]
		plain := strings.IndexByte(raw, '\\')
		if plain < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:plain]...)
		r, size := escape(raw[plain+1:])
		if start += plain; size == 0 {
			s.fail(start, start+1, `a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`)
		}
		dst = utf8.AppendRune(dst, r)
		start += 1 + size
	}
	return dst
}

// checkUTF8 looks at what stands between the quotes of the token in hand, from start
// to end.
func (s *scanner) checkUTF8(start, end int) {
	if !s.token.wide || utf8.ValidString(s.text[start:end]) {
		return
	}
	for {
		r, size := utf8.DecodeRuneInString(s.text[start:end])
		if r == utf8.RuneError && size == 1 {
			s.fail(start, start+1, "the text is not UTF-8")
		}
		start += size
	}
}

// escape decodes what stands behind a backslash and returns how long that is,
// 0 if it is no escape.
func escape(raw string) (r rune, size int) {
	if raw == "" {
		return 0, 0
	}
	switch raw[0] {
	case 't':
		return '\t', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case '\'', '"', '\\':
		return rune(raw[0]), 1
	}
	digits, ok := strings.CutPrefix(raw, "u{")
	end := strings.IndexByte(digits[:min(len(digits), len("10ffff}"))], '}')
	if !ok || end < 1 {
		return 0, 0
	}
	n, err := strconv.ParseUint(digits[:end], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), len("u{}") + end
}
