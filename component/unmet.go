package component

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A LinkError says what a component imports and the host does not offer.
type LinkError struct {
	// Unmet are the first thousand of them, which are all that there are but of
	// components made for it, and More is how many follow.
	Unmet []UnmetImport
	More  int
}

const maxUnmet = 1000

// Error is one line if one import is unmet. If there are several it has a line for
// each, with four spaces before it. What a component calls things breaks no line.
func (e *LinkError) Error() string {
	if len(e.Unmet) == 1 {
		return e.Unmet[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d imports are not met:", len(e.Unmet)+e.More)
	for i := range e.Unmet {
		b.WriteString("\n    " + e.Unmet[i].Entry())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n    and %d more", e.More)
	}
	return b.String()
}

// An UnmetImport is an import that nothing satisfies.
type UnmetImport struct {
	Path   []string
	Type   string // the function's type, or what else it is
	Reason string

	// Near is what the host has that may be meant: paths, of three things at most.
	Near [][]string
}

// String is one line: the path, as in acme:log/sink@1.0.0#write, the type, the
// reason, and what is near.
func (u *UnmetImport) String() string {
	return fmt.Sprintf("import %s of type %s: %s%s", shownPath(u.Path), printable(u.Type), printable(u.Reason), u.near())
}

// Entry is String for a list of imports that are not met: it says the reason only if
// something is there that is not it.
func (u *UnmetImport) Entry() string {
	reason := ""
	if u.Reason != notFound {
		reason = "; " + printable(u.Reason)
	}
	return fmt.Sprintf("%s: %s%s%s", shownPath(u.Path), printable(u.Type), reason, u.near())
}

func (u *UnmetImport) near() string {
	text := ""
	for i, path := range u.Near {
		text += []string{"; near it is ", " and "}[min(i, 1)] + shownPath(path)
	}
	return text
}

func shownPath(path []string) string { return printable(strings.Join(path, "#")) }

// printable returns text as it is in one line: what cannot be printed as in Go.
func printable(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}
