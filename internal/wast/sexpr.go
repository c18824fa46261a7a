package wast

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Kind says what a [Node] is.
type Kind byte

// The kinds of nodes.
const (
	Atom Kind = iota // a keyword, number or identifier
	Text             // a string in quotes
	List             // something in parentheses
)

// A Node is an element of a text in S-expressions. What is in a list stays
// undivided until [Node.Items].
type Node struct {
	Kind   Kind
	Source string // as it stands, parentheses and quotes included
	Line   int    // the first line is 1
	Offset int    // in the text that was divided
}

// Split divides a text into its elements; line is the number of its first line.
func Split(text string, line int) ([]Node, error) {
	s := splitter{size: len(text), rest: text, line: line}
	var nodes []Node
	for {
		if err := s.blank(); err != nil {
			return nil, err
		}
		if s.rest == "" {
			return nodes, nil
		}
		node, err := s.node()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
}

// Items returns what is in a list.
func (n Node) Items() ([]Node, error) {
	if n.Kind != List {
		return nil, fmt.Errorf("line %d: %s is no list", n.Line, n.Source)
	}
	return Split(n.Source[1:len(n.Source)-1], n.Line)
}

// Bytes returns what a string stands for.
func (n Node) Bytes() ([]byte, error) {
	if n.Kind != Text {
		return nil, fmt.Errorf("line %d: %s is no string", n.Line, n.Source)
	}
	content, err := unquote(n.Source[1 : len(n.Source)-1])
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	return content, nil
}

type splitter struct {
	size int // of the whole text
	rest string
	line int
}

// skip takes n bytes away and returns them.
func (s *splitter) skip(n int) string {
	taken := s.rest[:n]
	s.line += strings.Count(taken, "\n")
	s.rest = s.rest[n:]
	return taken
}

// blank takes away white space and comments.
func (s *splitter) blank() error {
	for s.rest != "" {
		n, err := s.blankSize()
		if n == 0 || err != nil {
			return err
		}
		s.skip(n)
	}
	return nil
}

func (s *splitter) blankSize() (int, error) {
	switch {
	case strings.ContainsRune(" \t\r\n", rune(s.rest[0])):
		return 1, nil
	case strings.HasPrefix(s.rest, ";;"):
		if end := strings.IndexByte(s.rest, '\n'); end >= 0 {
			return end, nil
		}
		return len(s.rest), nil
	case strings.HasPrefix(s.rest, "(;"):
		return s.commentSize()
	}
	return 0, nil
}

// commentSize returns the length of a block comment, in which others may stand.
func (s *splitter) commentSize() (int, error) {
	depth := 0
	for i := 0; i+1 < len(s.rest); i++ {
		switch s.rest[i : i+2] {
		case "(;":
			depth++
			i++
		case ";)":
			depth--
			i++
		}
		if depth == 0 {
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("line %d: the comment does not end", s.line)
}

// node takes one element away.
func (s *splitter) node() (Node, error) {
	line := s.line
	kind, n, err := Atom, 0, error(nil)
	switch s.rest[0] {
	case '"':
		kind = Text
		n, err = stringSize(s.rest, line)
	case '(':
		kind = List
		n, err = s.listSize()
	case ')':
		err = fmt.Errorf("line %d: a parenthesis closes nothing", line)
	default:
		n = atomSize(s.rest)
	}
	if err != nil {
		return Node{}, err
	}
	at := s.size - len(s.rest)
	return Node{kind, s.skip(n), line, at}, nil
}

func atomSize(text string) int {
	if end := strings.IndexAny(text, " \t\r\n()\";"); end >= 0 {
		return max(end, 1)
	}
	return len(text)
}

func stringSize(text string, line int) (int, error) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("line %d: the string does not end", line)
}

// listSize returns the length of a list. It counts parentheses instead of
// descending, because texts may be nested however deep.
func (s *splitter) listSize() (int, error) {
	inner, depth := splitter{rest: s.rest, line: s.line}, 0
	for inner.rest != "" {
		if err := inner.blank(); err != nil {
			return 0, err
		}
		if inner.rest == "" {
			break
		}
		n := 1
		switch inner.rest[0] {
		case '(':
			depth++
		case ')':
			depth--
		case '"':
			var err error
			if n, err = stringSize(inner.rest, inner.line); err != nil {
				return 0, err
			}
		default:
			n = atomSize(inner.rest)
		}
		inner.skip(n)
		if depth == 0 {
			return len(s.rest) - len(inner.rest), nil
		}
	}
	return 0, fmt.Errorf("line %d: the list does not end", s.line)
}

// unquote resolves the escapes of a string literal.
func unquote(text string) ([]byte, error) {
	content := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			content = append(content, text[i])
			continue
		}
		resolved, n, err := escape(text[i+1:])
		if err != nil {
			return nil, err
		}
		content = append(content, resolved...)
		i += n
	}
	return content, nil
}

// escape resolves what follows a backslash and returns its length.
func escape(text string) ([]byte, int, error) {
	if text == "" {
		return nil, 0, fmt.Errorf("nothing follows a backslash")
	}
	if i := strings.IndexByte(`tnr"'\`, text[0]); i >= 0 {
		return []byte{"\t\n\r\"'\\"[i]}, 1, nil
	}
	if digits, ok := strings.CutPrefix(text, "u{"); ok {
		end := strings.IndexByte(digits, '}')
		if end < 0 {
			return nil, 0, fmt.Errorf("the escape \\%s does not end", text)
		}
		code, err := strconv.ParseUint(strings.ReplaceAll(digits[:end], "_", ""), 16, 32)
		if err != nil || !utf8.ValidRune(rune(code)) {
			return nil, 0, fmt.Errorf("\\u{%s} is no character", digits[:end])
		}
		return utf8.AppendRune(nil, rune(code)), end + 3, nil
	}
	if len(text) >= 2 {
		if code, err := strconv.ParseUint(text[:2], 16, 8); err == nil {
			return []byte{byte(code)}, 2, nil
		}
	}
	return nil, 0, fmt.Errorf("\\%c is no escape", text[0])
}
