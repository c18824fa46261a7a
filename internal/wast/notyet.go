package wast

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A NotYet is a list of outcomes that are known to be failures: by file, line
// and stage, with the feature that each needs. Its text has a line for each, as
// in "async/cancel.wast:12 run instantiation"; lines that begin with # are
// comments.
type NotYet map[Place]string

// A Place is a stage of a command in a file.
type Place struct {
	File  string
	Line  int
	Stage string
}

// ReadNotYet reads a list.
func ReadNotYet(from io.Reader) (NotYet, error) {
	list := NotYet{}
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		place, need, err := parsePlace(text)
		if err != nil {
			return nil, err
		}
		list[place] = need
	}
	return list, lines.Err()
}

func parsePlace(text string) (p Place, need string, err error) {
	fields := strings.SplitN(text, " ", 3)
	if len(fields) != 3 || fields[1] != StageCheck && fields[1] != StageRun {
		return p, "", fmt.Errorf("%q is not: file:line stage need", text)
	}
	file, line, _ := strings.Cut(fields[0], ":")
	if _, err := fmt.Sscan(line, &p.Line); err != nil {
		return p, "", fmt.Errorf("%q: line %q", text, line)
	}
	p.File, p.Stage = file, fields[1]
	return p, fields[2], nil
}

// Write writes the list in order.
func (n NotYet) Write(to io.Writer) error {
	places := slices.SortedFunc(maps.Keys(n), func(a, b Place) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Stage, b.Stage)
	})
	out := bufio.NewWriter(to)
	for _, p := range places {
		fmt.Fprintf(out, "%s:%d %s %s\n", p.File, p.Line, p.Stage, n[p])
	}
	return out.Flush()
}

// Judge holds the outcomes of a file against the list and returns what is wrong
// with one or the other: a failure that is not listed, an entry that passes, an
// entry for a command that is not there.
func (n NotYet) Judge(file string, outcomes []Outcome) []error {
	var wrong []error
	there := map[Place]bool{}
	for _, o := range outcomes {
		place := Place{file, o.Line, o.Stage}
		there[place] = true
		need, listed := n[place]
		switch {
		case o.Err != nil && !listed:
			wrong = append(wrong, fmt.Errorf("%s:%d: %s: %s: %w", file, o.Line, o.Verb, o.Stage, o.Err))
		case o.Err == nil && listed:
			wrong = append(wrong, fmt.Errorf("%s:%d: %s: %s passes: take it off the list (%s)", file, o.Line, o.Verb, o.Stage, need))
		}
	}
	for place := range n {
		if place.File == file && !there[place] {
			wrong = append(wrong, fmt.Errorf("%s:%d: the list has a %s that is not there", file, place.Line, place.Stage))
		}
	}
	return wrong
}
