package valuejson

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A scanner reads JSON (RFC 8259) piece by piece. Its errors are panics with an
// *Error, which the doors of the package catch.
type scanner struct {
	text string
	at   int
	path []step
}

// A step leads from a value to one in it.
type step struct {
	name  string
	index int // counts if name is empty
}

func (s *scanner) fail(format string, args ...any) { s.failAt(s.at, format, args...) }

func (s *scanner) failAt(offset int, format string, args ...any) {
	var path strings.Builder
	for _, st := range s.path {
		switch {
		case st.name == "":
			path.WriteString("[" + strconv.Itoa(st.index) + "]")
		case path.Len() == 0:
			path.WriteString(st.name)
		default:
			path.WriteString("." + st.name)
		}
	}
	panic(&Error{Offset: offset, Path: path.String(), Problem: fmt.Sprintf(format, args...)})
}

func (s *scanner) enter(name string, index int) { s.path = append(s.path, step{name, index}) }
func (s *scanner) leave()                       { s.path = s.path[:len(s.path)-1] }

// peek passes white space and returns the byte that follows, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// wanted fails because of what stands here.
func (s *scanner) wanted(what string) {
	s.peek()
	s.fail("%s is expected, not %s", what, s.describe())
}

func (s *scanner) describe() string {
	switch s.peek() {
	case 0:
		if s.at == len(s.text) {
			return "the end"
		}
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a bool"
	case 'n':
		return "null"
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return "a number"
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.at:])
	return strconv.QuoteRune(r)
}

func (s *scanner) got(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.at++
	return true
}

func (s *scanner) want(c byte) {
	if !s.got(c) {
		s.wanted(strconv.Quote(string(rune(c))))
	}
}

// word passes a word like null.
func (s *scanner) word(w string) bool {
	s.peek()
	if !strings.HasPrefix(s.text[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}

// elements reads an array's elements.
func (s *scanner) elements(element func(i int)) {
	s.want('[')
	if s.got(']') {
		return
	}
	for i := 0; ; i++ {
		s.enter("", i)
		element(i)
		s.leave()
		if !s.got(',') {
			break
		}
	}
	s.want(']')
}

// members reads an object's members: the name is passed, the value is not.
func (s *scanner) members(member func(name string, offset int)) {
	s.want('{')
	if s.got('}') {
		return
	}
	for {
		s.peek()
		offset := s.at
		name := s.string("the name of a member")
		s.want(':')
		s.enter(name, 0)
		member(name, offset)
		s.leave()
		if !s.got(',') {
			break
		}
	}
	s.want('}')
}

// skip passes a value of any type; depth bounds how deeply it nests.
func (s *scanner) skip(depth int) {
	if depth == 0 {
		s.fail("values are nested too deeply")
	}
	switch s.peek() {
	case '{':
		s.members(func(string, int) { s.skip(depth - 1) })
	case '[':
		s.elements(func(int) { s.skip(depth - 1) })
	case '"':
		s.string("")
	default:
		if !s.word("true") && !s.word("false") && !s.word("null") {
			s.number()
		}
	}
}
