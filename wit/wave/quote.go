package wave

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape decodes the characters between quotes; offset is where they stand.
func (s *scanner) unescape(raw string, offset int) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return s.checkUTF8(raw, offset)
	}
	var b strings.Builder
	for at := 0; at < len(raw); {
		if raw[at] != '\\' {
			b.WriteByte(raw[at])
			at++
			continue
		}
		r, size := escape(raw[at+1:])
		if size == 0 {
			s.fail(offset+at, offset+at+1, `a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`)
		}
		b.WriteRune(r)
		at += 1 + size
	}
	return s.checkUTF8(b.String(), offset)
}

func (s *scanner) checkUTF8(text string, offset int) string {
	if !utf8.ValidString(text) {
		s.fail(offset, offset, "the text is not UTF-8")
	}
	return text
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
	end := strings.IndexByte(digits, '}')
	if !ok || end < 1 || end > 6 {
		return 0, 0
	}
	n, err := strconv.ParseUint(digits[:end], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), len("u{}") + end
}

// multilineText decodes the token in hand: the lines between its quotes,
// without the indentation of the last one.
func (s *scanner) multilineText() string {
	start, end := s.token.start+3, s.token.end-3
	raw := s.source.Text[start:end]
	switch {
	case strings.HasPrefix(raw, "\r\n"):
		raw, start = raw[2:], start+2
	case strings.HasPrefix(raw, "\n"):
		raw, start = raw[1:], start+1
	default:
		s.fail(start-3, start, `a line ends behind the opening """`)
	}
	last := strings.LastIndexByte(raw, '\n')
	indent := raw[last+1:]
	if strings.Trim(indent, " ") != "" {
		s.fail(end, end+3, `only spaces stand before the closing """ on its line`)
	}
	if last < 0 { // one line break is both the first and the last
		return ""
	}
	return s.dedent(strings.TrimSuffix(raw[:last], "\r"), indent, start)
}

// dedent takes the indentation from each line and decodes what is left.
func (s *scanner) dedent(raw, indent string, offset int) string {
	var b strings.Builder
	for i, line := range strings.Split(raw, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		width := len(line) + 1
		line = strings.TrimSuffix(line, "\r")
		rest, ok := strings.CutPrefix(line, indent)
		if !ok && line != "" {
			s.fail(offset, offset+len(line), `the line is indented less than the closing """`)
		}
		b.WriteString(s.unescape(rest, offset+len(line)-len(rest)))
		offset += width
	}
	return b.String()
}

// appendQuoted appends text between quotes, escaped: both kinds of quotes, too,
// as wasm-tools does.
func appendQuoted(dst []byte, text string, quote byte) []byte {
	dst = append(dst, quote)
	for _, r := range text {
		switch {
		case r == '\\' || r == '"' || r == '\'':
			dst = append(dst, '\\', byte(r))
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r < ' ' || r >= 0x7f && r < 0xa0:
			dst = append(dst, `\u{`...)
			dst = strconv.AppendInt(dst, int64(r), 16)
			dst = append(dst, '}')
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, quote)
}
