package syntax

import (
	"fmt"
	"strings"
)

// An Error is one thing that is wrong with a WIT text.
type Error struct {
	// Span is where. It belongs to nothing if no place can be named.
	Span Span

	// Problem says what is wrong, in a phrase without a full stop.
	Problem string

	// Hint says what to do about it; it may be empty.
	Hint string

	// Cause is the error that Problem is the text of, or nil.
	Cause error
}

// Unwrap returns Cause.
func (e *Error) Unwrap() error { return e.Cause }

// Error returns the place, the problem and the hint in one line.
func (e *Error) Error() string {
	text := e.Problem
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	if e.Span.Source == nil {
		return text
	}
	p := e.Span.Position()
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// widest is how many characters of a line are shown around a problem.
const widest = 120

// Show returns the error as it is shown to people: the message, the line of the
// source, and a caret under the place. Lines end with \n, the last one too.
func (e *Error) Show() string {
	if e.Span.Source == nil {
		return e.Error() + "\n"
	}
	_, begin := e.Span.Source.line(e.Span.Start)
	line := e.Span.Source.lineText(begin)
	cut := min(e.Span.Start-begin, len(line))
	before, after := []rune(line[:cut]), []rune(line[cut:])
	if len(before) > widest {
		before = before[len(before)-widest:]
	}
	if len(after) > widest {
		after = after[:widest]
	}
	var b strings.Builder
	b.WriteString(e.Error())
	b.WriteString("\n    ")
	b.WriteString(visible(string(before) + string(after)))
	b.WriteString("\n    ")
	b.WriteString(strings.Repeat(" ", len(before)))
	b.WriteByte('^')
	width := min(len([]rune(e.Span.Text())), len(after))
	if width > 1 {
		b.WriteString(strings.Repeat("~", width-1))
	}
	b.WriteByte('\n')
	return b.String()
}

// visible replaces what a terminal would act on, and tabs by one space each so
// that the caret is in its place.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case forbidden(r):
			return '\uFFFD'
		}
		return r
	}, s)
}

// Errors are the things that are wrong with a text, in the order of their
// places. errors.Is and errors.As look into each.
type Errors []*Error

// Error returns one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns them.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// Show returns each error as [Error.Show] does.
func (e Errors) Show() string {
	var b strings.Builder
	for _, one := range e {
		b.WriteString(one.Show())
	}
	return b.String()
}
