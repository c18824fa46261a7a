package tomlfile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error is what is wrong at one place of a document.
type Error struct {
	// File is the name of the document.
	File string

	// Line and Column count from 1; columns count bytes.
	Line, Column int

	// Text says what is wrong.
	Text string

	// Source is the line; it may be empty.
	Source string

	width int // of what is marked, in bytes
}

// Error returns "file:line:column: text", then the line and a mark under the
// place.
func (e *Error) Error() string {
	head := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
	if strings.TrimSpace(e.Source) == "" {
		return head
	}
	line, before, width := e.window()
	return head + "\n" + line + "\n" + strings.Repeat(" ", before) + strings.Repeat("^", max(1, width))
}

// window returns the part of the line to show, and in characters what stands
// before the mark and how wide the mark is.
func (e *Error) window() (line string, before, width int) {
	const most = 100
	source := strings.ToValidUTF8(strings.ReplaceAll(e.Source, "\t", " "), "?")
	at := min(max(e.Column-1, 0), len(source))
	start := 0
	if at > most/2 && len(source) > most {
		start = at - most/2
		for start < at && !utf8.RuneStart(source[start]) {
			start++
		}
	}
	end := min(len(source), start+most)
	for end < len(source) && !utf8.RuneStart(source[end]) {
		end++
	}
	before = utf8.RuneCountInString(source[start:at])
	width = utf8.RuneCountInString(source[at:min(end, at+max(e.width, 1))])
	return source[start:end], before, width
}

// Errors are all that is wrong with a document, in the order of its lines.
type Errors []*Error

// mostErrors is how many are shown.
const mostErrors = 10

// Error returns the texts of the first ten.
func (e Errors) Error() string {
	var texts []string
	for i, one := range e {
		if i == mostErrors {
			texts = append(texts, fmt.Sprintf("and %d more", len(e)-i))
			break
		}
		texts = append(texts, one.Error())
	}
	return strings.Join(texts, "\n")
}

// Unwrap returns the errors one by one.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// join returns the errors as one: nil if there is none, the error itself if
// there is one.
func (e Errors) join() error {
	switch len(e) {
	case 0:
		return nil
	case 1:
		return e[0]
	}
	return e
}

// Join returns errs as one error, or nil if there are none.
func Join(errs []*Error) error { return Errors(errs).join() }
