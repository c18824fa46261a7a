package wave

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// kind is what a token is. Punctuation is its own character.
type kind rune

const (
	endOfText kind = -1 - iota
	label
	number
	character
	text
	multiline
)

type token struct {
	kind       kind
	start, end int
}

// keywords cannot be cases of variants unless written with %.
func isKeyword(name string) bool {
	switch name {
	case "true", "false", "some", "none", "ok", "err", "inf", "nan":
		return true
	}
	return false
}

// A scanner cuts a text into tokens. Its errors are panics with a
// *syntax.Error, which the doors of the package catch.
type scanner struct {
	source *syntax.Source
	at     int
	token  token
}

func (s *scanner) fail(start, end int, format string, args ...any) {
	panic(&syntax.Error{Span: syntax.Span{Source: s.source, Start: start, End: end}, Problem: fmt.Sprintf(format, args...)})
}

// wanted fails because of the token in hand.
func (s *scanner) wanted(what string) {
	s.fail(s.token.start, s.token.end, "%s is expected here, not %s", what, s.describe())
}

func (s *scanner) describe() string {
	if s.token.kind == endOfText {
		return "the end"
	}
	t := s.text()
	if utf8.RuneCountInString(t) > 20 {
		t = string([]rune(t)[:20]) + "…"
	}
	return t
}

func (s *scanner) text() string { return s.source.Text[s.token.start:s.token.end] }

// got passes the token if it is k.
func (s *scanner) got(k kind) bool {
	if s.token.kind != k {
		return false
	}
	s.next()
	return true
}

func (s *scanner) want(k kind) {
	if !s.got(k) {
		s.wanted(string(rune(k)))
	}
}

// gotWord passes a label that is written like that, without %.
func (s *scanner) gotWord(word string) bool {
	if s.token.kind != label || s.text() != word {
		return false
	}
	s.next()
	return true
}

func (s *scanner) peek(ahead int) byte {
	if s.at+ahead < len(s.source.Text) {
		return s.source.Text[s.at+ahead]
	}
	return 0
}

// next takes the next token in hand.
func (s *scanner) next() {
	s.skip()
	start := s.at
	k := s.scan()
	s.token = token{kind: k, start: start, end: s.at}
}

// skip passes white space and comments.
func (s *scanner) skip() {
	for {
		switch c := s.peek(0); {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			s.at++
		case c == '/' && s.peek(1) == '/':
			if end := strings.IndexByte(s.source.Text[s.at:], '\n'); end >= 0 {
				s.at += end
			} else {
				s.at = len(s.source.Text)
			}
		default:
			return
		}
	}
}

func (s *scanner) scan() kind {
	if s.at >= len(s.source.Text) {
		return endOfText
	}
	switch c := s.peek(0); {
	case strings.IndexByte("{}()[]:,", c) >= 0:
		s.at++
		return kind(c)
	case c == '-' || isDigit(c):
		return s.scanNumber()
	case c == '%' || isLetter(c):
		return s.scanLabel()
	case c == '\'':
		return s.scanQuoted(c, character)
	case strings.HasPrefix(s.source.Text[s.at:], `"""`):
		return s.scanMultiline()
	case c == '"':
		return s.scanQuoted(c, text)
	}
	_, size := utf8.DecodeRuneInString(s.source.Text[s.at:])
	s.fail(s.at, s.at+size, "%q begins no value", s.source.Text[s.at:s.at+size])
	return endOfText
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// scanNumber passes a number as JSON has it, or -inf.
func (s *scanner) scanNumber() kind {
	start := s.at
	if s.peek(0) == '-' {
		s.at++
		if strings.HasPrefix(s.source.Text[s.at:], "inf") {
			s.at += len("inf")
			return number
		}
	}
	if s.peek(0) == '0' {
		s.at++
	} else if !s.digits() {
		s.fail(start, s.at, "a number is expected behind the sign")
	}
	if s.peek(0) == '.' {
		s.at++
		if !s.digits() {
			s.fail(start, s.at, "a number does not end with a point")
		}
	}
	if s.peek(0)|0x20 == 'e' {
		s.at++
		if c := s.peek(0); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			s.fail(start, s.at, "the exponent has no digits")
		}
	}
	if c := s.peek(0); isDigit(c) || isLetter(c) {
		s.fail(start, s.at+1, "%q is no number", s.source.Text[start:s.at+1])
	}
	return number
}

// digits passes digits and reports whether there were any.
func (s *scanner) digits() bool {
	start := s.at
	for isDigit(s.peek(0)) {
		s.at++
	}
	return s.at > start
}

func (s *scanner) scanLabel() kind {
	start := s.at
	if s.peek(0) == '%' {
		s.at++
	}
	first := s.at
	for c := s.peek(0); isLetter(c) || isDigit(c) || c == '-'; c = s.peek(0) {
		s.at++
	}
	if name := s.source.Text[first:s.at]; !syntax.IsLabel(name) {
		s.fail(start, s.at, "%q is no name", name)
	}
	return label
}

// scanQuoted stops at the closing quote. What stands between is decoded later.
func (s *scanner) scanQuoted(quote byte, k kind) kind {
	start := s.at
	for s.at++; ; s.at++ {
		switch c := s.peek(0); {
		case s.at >= len(s.source.Text) || c == '\n':
			s.fail(start, start+1, "the closing %c is missing", quote)
		case c == '\\' && s.at+1 < len(s.source.Text):
			s.at++
		case c == quote:
			s.at++
			return k
		}
	}
}

// scanMultiline stops behind the next three quotes.
func (s *scanner) scanMultiline() kind {
	start := s.at
	end := strings.Index(s.source.Text[s.at+3:], `"""`)
	if end < 0 {
		s.fail(start, start+3, `the closing """ is missing`)
	}
	s.at += 3 + end + 3
	return multiline
}
