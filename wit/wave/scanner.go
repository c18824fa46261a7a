package wave

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A kind says what a token is. Punctuation is its own character.
type kind rune

const (
	endOfText kind = -1 - iota
	name
	number
	character
	quoted
	multiline
)

// A token is a piece of the text.
type token struct {
	kind  kind
	start int

	// What stands between quotes may have escapes, and characters that are not ASCII.
	escapes, wide bool
}

// A scanner cuts a text into tokens, of which it has one in hand. Its errors are
// panics with a *syntax.Error, which the doors of the package catch.
type scanner struct {
	name  string // of the text, in errors
	text  string
	token token
	at    int // where the token ends
}

// begin goes to the beginning of a text. No token is in hand.
func (s *scanner) begin(name, text string) {
	*s = scanner{name: name, text: text}
}

// lexeme returns the token in hand as it is written.
func (s *scanner) lexeme() string { return s.text[s.token.start:s.at] }

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

// passWith passes the token in hand and k, which stands behind it.
func (s *scanner) passWith(k byte) {
	if s.at < len(s.text) && s.text[s.at] == k {
		s.at++
		s.next()
		return
	}
	s.next()
	s.want(kind(k))
}

// gotWord passes a name that is written like that, without %.
func (s *scanner) gotWord(word string) bool {
	if s.token.kind != name || s.lexeme() != word {
		return false
	}
	s.next()
	return true
}

// element reports whether an element follows n others, rather than the token end.
func (s *scanner) element(n int, end kind) bool {
	if n > 0 && !s.got(',') && s.token.kind != end {
		s.wanted(string(rune(end)))
	}
	return s.token.kind != end
}

// next takes the next token in hand.
func (s *scanner) next() {
	at := s.at
	for at < len(s.text) && s.text[at] == ' ' {
		at++
	}
	s.at, s.token.start = at, at
	s.token.kind = s.scan()
}

// skip passes white space and comments.
func (s *scanner) skip() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		case '/':
			if !strings.HasPrefix(s.text[s.at:], "//") {
				return
			}
			if end := strings.IndexByte(s.text[s.at:], '\n'); end >= 0 {
				s.at += end
			} else {
				s.at = len(s.text)
			}
		default:
			return
		}
	}
}

// scan passes a token and says what it is.
func (s *scanner) scan() kind {
	if s.at >= len(s.text) {
		return endOfText
	}
	switch c := s.text[s.at]; c {
	case '{', '}', '(', ')', '[', ']', ':', ',':
		s.at++
		return kind(c)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.scanNumber()
	case '\'':
		return s.scanQuoted(c, character)
	case '"':
		if strings.HasPrefix(s.text[s.at:], `"""`) {
			return s.scanMultiline()
		}
		return s.scanQuoted(c, quoted)
	case '\t', '\n', '\r', '/':
		if s.skip(); s.at > s.token.start {
			s.next()
			return s.token.kind
		}
	default:
		if c == '%' || isLetter(c) {
			return s.scanName()
		}
	}
	_, size := utf8.DecodeRuneInString(s.text[s.at:])
	s.fail(s.at, s.at+size, "%q begins no value", s.text[s.at:s.at+size])
	return endOfText
}

// pass passes a character.
func (s *scanner) pass(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (s *scanner) span(start, end int) syntax.Span {
	return syntax.Span{Source: &syntax.Source{Name: s.name, Text: s.text}, Start: start, End: end}
}

// fail fails because of what stands from start to end.
func (s *scanner) fail(start, end int, format string, args ...any) {
	s.failHint("", start, end, format, args...)
}

func (s *scanner) failHint(hint string, start, end int, format string, args ...any) {
	panic(&syntax.Error{Span: s.span(start, end), Problem: fmt.Sprintf(format, args...), Hint: hint})
}

// failHere fails because of the token in hand.
func (s *scanner) failHere(format string, args ...any) {
	s.fail(s.token.start, s.at, format, args...)
}

// wanted fails because the token in hand is something else.
func (s *scanner) wanted(what string) { s.wantedHint(what, "") }

func (s *scanner) wantedHint(what, hint string) {
	s.failHint(hint, s.token.start, s.at, "%s is expected here, not %s", what, s.describe())
}

// wantedOne fails because one of the words is wanted.
func (s *scanner) wantedOne(what string, words ...string) {
	hint := ""
	if s.token.kind == name {
		hint = meant(spelling.Nearest(strings.ToLower(s.lexeme()), words))
	}
	s.wantedHint(what, hint)
}

// meant is a hint at what may have been meant, if anything.
func meant(what string) string {
	if what == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", what)
}

// describe returns the token in hand for an error.
func (s *scanner) describe() string {
	const long = 20
	if s.token.kind == endOfText {
		return "the end"
	}
	text, runes := s.lexeme(), 0
	for i := range text {
		if runes++; runes > long {
			return text[:i] + "…"
		}
	}
	return text
}
