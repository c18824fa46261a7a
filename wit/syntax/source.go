package syntax

import (
	"sort"
	"strings"
	"sync"
)

// A Source is the text of one file and the name under which errors speak of it.
type Source struct {
	Name string
	Text string

	once  sync.Once
	lines []int // where each line begins
}

// A Span is a piece of a source: bytes Start to End, the latter not included.
// The zero Span belongs to nothing.
type Span struct {
	Source     *Source
	Start, End int
}

// Text returns the piece itself.
func (s Span) Text() string {
	if s.Source == nil {
		return ""
	}
	return s.Source.Text[s.Start:s.End]
}

// A Position is a place for people: line and column count from 1, the column in
// characters.
type Position struct {
	File         string
	Line, Column int
}

// Position returns where the span begins.
func (s Span) Position() Position {
	if s.Source == nil {
		return Position{}
	}
	line, begin := s.Source.line(s.Start)
	return Position{
		File:   s.Source.Name,
		Line:   line + 1,
		Column: len([]rune(s.Source.Text[begin:s.Start])) + 1,
	}
}

// line returns the number of the line with the offset, from 0, and its offset.
func (s *Source) line(offset int) (number, begin int) {
	s.once.Do(s.findLines)
	number = sort.SearchInts(s.lines, offset+1) - 1
	return number, s.lines[number]
}

func (s *Source) findLines() {
	s.lines = []int{0}
	for i := 0; i < len(s.Text); i++ {
		if s.Text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
}

// lineText returns the line that begins at the offset, without its end.
func (s *Source) lineText(begin int) string {
	text, _, _ := strings.Cut(s.Text[begin:], "\n")
	return strings.TrimSuffix(text, "\r")
}

// to returns the span from the beginning of s to the end of end.
func (s Span) to(end Span) Span {
	return Span{Source: s.Source, Start: s.Start, End: max(s.End, end.End)}
}
