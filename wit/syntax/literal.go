package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

var escapes = map[byte]string{'t': "\t", 'n': "\n", 'r': "\r", '"': `"`, '\'': "'", '\\': `\`}

// escape decodes what stands behind a backslash and returns how many bytes that
// is, 0 if it is no escape.
func escape(s string) (value string, size int) {
	if s == "" {
		return "", 0
	}
	if value, ok := escapes[s[0]]; ok {
		return value, 1
	}
	if s[0] == 'u' {
		return escapeUnicode(s)
	}
	if len(s) < 2 {
		return "", 0
	}
	b, err := strconv.ParseUint(s[:2], 16, 8)
	if err != nil {
		return "", 0
	}
	return string([]byte{byte(b)}), 2
}

// escapeUnicode decodes u{1f600}.
func escapeUnicode(s string) (value string, size int) {
	digits, _, closed := strings.Cut(strings.TrimPrefix(s, "u{"), "}")
	if !closed || !strings.HasPrefix(s, "u{") {
		return "", 0
	}
	r, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || !utf8.ValidRune(rune(r)) {
		return "", 0
	}
	return string(rune(r)), len("u{}") + len(digits)
}

func validUTF8(s string) (string, string) {
	if !utf8.ValidString(s) {
		return "", "the string is not UTF-8"
	}
	return s, ""
}

// quote writes a string literal.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\t' || r == '\r' || forbidden(r):
			b.WriteString(`\u{` + strconv.FormatInt(int64(r), 16) + "}")
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// unquote decodes a string literal, quotes included
// (the core text format's "name").
func unquote(s string) (decoded, problem string) {
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		value, size := escape(s[1:])
		if size == 0 {
			return "", "the string has an escape that is none"
		}
		b.WriteString(value)
		s = s[1+size:]
	}
	return validUTF8(b.String())
}
