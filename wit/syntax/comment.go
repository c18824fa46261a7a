package syntax

import "strings"

// A Comment is a comment as it stands in the text, with its delimiters.
type Comment struct {
	Span Span

	// Doc says that it documents what follows: it begins with /// or /**.
	Doc bool
}

// line reports whether the comment ends with its line.
func (c Comment) line() bool { return strings.HasPrefix(c.Span.Text(), "//") }

// A stray is a comment between the tokens of an item, where nothing has it.
type stray struct {
	before  int // so many tokens of the item are before it
	comment Comment
}

// strays finds them while an item is read. A comma behind the last element of a
// list does not count as a token, because it may be printed or not.
type strays struct {
	passed int
	comma  bool // the last token was one
	found  []stray
}

func (s *strays) pass(t *token) {
	if s.comma && (t.kind == ')' || t.kind == '}' || t.kind == '>') {
		s.passed--
	}
	for _, c := range t.comments {
		s.found = append(s.found, stray{s.passed, c})
	}
	t.comments = nil
	s.passed++
	s.comma = t.kind == ','
}
