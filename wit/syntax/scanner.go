package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A scanner cuts a source into tokens. Comments and white space belong to the
// token that follows them.
type scanner struct {
	source *Source
	at     int
	report func(Span, string, string)

	// torn says that a comment does not end, which took the rest of the text.
	torn bool
}

// forbidden are characters that hide or turn what a reader sees
// (WIT.md#lexical-structure): control codes, bidirectional overrides, and what
// Unicode deprecates.
func forbidden(r rune) bool {
	switch {
	case r == '\n', r == '\r', r == '\t':
		return false
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	case r == 0x149, r == 0x673, r == 0xf77, r == 0xf79, r == 0x17a3, r == 0x17a4, r == 0x17b4, r == 0x17b5:
		return true
	}
	return false
}

// byteOrderMark is what some editors begin a file with. It says nothing.
const byteOrderMark = "\uFEFF"

// Allowed returns a text with U+FFFD for each character that is not allowed in
// WIT: those that a terminal acts on, and some others (WIT.md#lexical-structure).
func Allowed(text string) string {
	return strings.Map(func(r rune) rune {
		if forbidden(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// checkText reports bytes that are not UTF-8 and forbidden characters. The
// scanner need not look for them again.
func (s *scanner) checkText() {
	for i, r := range s.source.Text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s.source.Text[i:]); size == 1 {
				s.report(s.span(i, i+1), "the text is not UTF-8", "save the file in that encoding")
				return
			}
		}
		if forbidden(r) {
			s.report(s.span(i, i+utf8.RuneLen(r)), fmt.Sprintf("the character %U is not allowed in WIT", r), "")
			return
		}
	}
}

func (s *scanner) span(start, end int) Span { return Span{Source: s.source, Start: start, End: end} }

// peek returns the byte at an offset from here, or 0 at the end.
func (s *scanner) peek(ahead int) byte {
	if s.at+ahead < len(s.source.Text) {
		return s.source.Text[s.at+ahead]
	}
	return 0
}

// next returns the next token.
func (s *scanner) next() token {
	for {
		comments := s.skip()
		start := s.at
		if k := s.scan(); k != passed {
			return token{kind: k, span: s.span(start, s.at), comments: comments}
		}
	}
}

func (s *scanner) scan() kind {
	if s.at >= len(s.source.Text) {
		return endOfFile
	}
	switch c := s.peek(0); {
	case c == '-' && s.peek(1) == '>':
		s.at += 2
		return arrow
	case c == '_' && isNameByte(s.peek(1)):
		return s.scanName()
	case strings.IndexByte("=,:;(){}<>*/.@_", c) >= 0:
		s.at++
		return kind(c)
	case c == '"':
		return s.scanString()
	case isDigit(c):
		return s.scanNumber()
	case c == '%' || s.atLetter():
		return s.scanName()
	default:
		return s.scanInvalid()
	}
}

// foreignMarks say what WIT has instead of characters that begin nothing in it.
var foreignMarks = map[rune]string{
	'#': "a comment begins with //", '-': "a comment begins with //, and a result with ->",
	'[': "a list is written list<…>", ']': "a list is written list<…>",
	'?': "what may be absent is written option<…>", '|': "one of several is a variant",
	'&': "a handle that is lent is written borrow<…>", '\'': "names stand without quotes", '`': "names stand without quotes",
}

func (s *scanner) scanInvalid() kind {
	r, size := utf8.DecodeRuneInString(s.source.Text[s.at:])
	hint := foreignMarks[r]
	if r == '-' && isNameByte(s.peek(1)) && s.peek(1) != '-' {
		hint = "a name begins with a letter"
	}
	s.report(s.span(s.at, s.at+size), fmt.Sprintf("the character %q begins nothing", r), hint)
	s.at += size
	if r == '#' || r == '-' && s.peek(0) == '-' { // a comment in other languages
		s.skipLine()
		return passed
	}
	return invalid
}

func (s *scanner) scanWhile(in func(byte) bool, k kind) kind {
	for in(s.peek(0)) {
		s.at++
	}
	return k
}

// atLetter reports whether a letter follows, of whatever script.
func (s *scanner) atLetter() bool {
	if c := s.peek(0); c < utf8.RuneSelf {
		return isLetter(c)
	}
	r, _ := utf8.DecodeRuneInString(s.source.Text[s.at:])
	return unicode.IsLetter(r)
}

// scanNumber scans a number, or a name that begins with a digit, which is wrong.
func (s *scanner) scanNumber() kind {
	s.scanWhile(isDigit, integer)
	if isNameByte(s.peek(0)) || s.peek(0) == '_' {
		return s.scanName()
	}
	return integer
}

// scanName scans a name with everything that is one elsewhere: who takes it for
// a name says what is wrong with it.
func (s *scanner) scanName() kind {
	start := s.at
	if s.peek(0) == '%' {
		s.at++
	}
	first := s.at
	for isNameByte(s.peek(0)) || s.peek(0) == '_' || s.atLetter() {
		_, size := utf8.DecodeRuneInString(s.source.Text[s.at:])
		s.at += size
	}
	if first == start && keywords[s.source.Text[first:s.at]] {
		return keyword
	}
	return identifier
}

// scanString stops at the closing quote. What stands between is decoded by
// [unquote].
func (s *scanner) scanString() kind {
	start := s.at
	for s.at++; ; s.at++ {
		switch {
		case s.at >= len(s.source.Text) || s.peek(0) == '\n':
			s.report(s.span(start, start+1), "the string does not end", `close it with " on the same line`)
			return invalid
		case s.peek(0) == '\\' && s.peek(1) != 0:
			s.at++
		case s.peek(0) == '"':
			s.at++
			return text
		}
	}
}

// version scans what stands behind @ in a name: three numbers, and what may
// follow them in a semantic version. It must be called right behind the @.
func (s *scanner) version() token {
	comments := s.skip()
	start := s.at
	s.scanWhile(isDigit, version)
	for s.peek(0) == '.' && isDigit(s.peek(1)) {
		s.at++
		s.scanWhile(isDigit, version)
	}
	for _, lead := range []byte{'-', '+'} {
		if s.peek(0) != lead || !isVersionByte(s.peek(1)) {
			continue
		}
		s.at++
		s.scanWhile(isVersionByte, version)
		for s.peek(0) == '.' && isVersionByte(s.peek(1)) {
			s.at++
			s.scanWhile(isVersionByte, version)
		}
	}
	return token{kind: version, span: s.span(start, s.at), comments: comments}
}

// wrongVersion widens what was scanned of a version that is none to all that its
// author wrote.
func (s *scanner) wrongVersion(t token) token {
	for c := s.peek(0); isVersionByte(c) || c != 0 && strings.IndexByte(".+^~*_\"", c) >= 0; c = s.peek(0) {
		if c == '.' && (s.peek(1) == '{' || s.peek(1) == 0) {
			break
		}
		s.at++
	}
	t.span.End = s.at
	return t
}

// skip passes white space and comments and returns the latter.
func (s *scanner) skip() []Comment {
	var comments []Comment
	for {
		start := s.at
		switch c := s.peek(0); {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
			s.at++
		case c == '/' && s.peek(1) == '/':
			s.skipLine()
			comments = append(comments, s.comment(start))
		case c == '/' && s.peek(1) == '*':
			s.skipBlock()
			comments = append(comments, s.comment(start))
		default:
			return comments
		}
	}
}

func (s *scanner) comment(start int) Comment {
	span := s.span(start, s.at)
	t := span.Text()
	doc := strings.HasPrefix(t, "///") || strings.HasPrefix(t, "/**") && t != "/**/"
	return Comment{Span: span, Doc: doc}
}

func (s *scanner) skipLine() {
	for s.at < len(s.source.Text) && s.peek(0) != '\n' {
		s.at++
	}
	if strings.HasSuffix(s.source.Text[:s.at], "\r") {
		s.at--
	}
}

// skipBlock passes a block comment; they nest (WIT.md#comments).
func (s *scanner) skipBlock() {
	start, depth := s.at, 0
	for {
		switch {
		case s.at >= len(s.source.Text):
			s.report(s.span(start, start+2), "the comment does not end", "close it with */")
			s.torn = true
			return
		case s.peek(0) == '/' && s.peek(1) == '*':
			depth++
			s.at += 2
		case s.peek(0) == '*' && s.peek(1) == '/':
			depth--
			s.at += 2
			if depth == 0 {
				return
			}
		default:
			s.at++
		}
	}
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isNameByte(c byte) bool    { return isLetter(c) || isDigit(c) || c == '-' }
func isVersionByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' }
