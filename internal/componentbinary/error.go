package componentbinary

import (
	"fmt"
	"strings"
)

// An Error says what is wrong with a component, and where.
type Error struct {
	// Path leads from the outermost component inwards, as in
	// "component[0]: section type: type[3]: case[1]". It is empty outside of all
	// sections of the outermost component.
	Path string

	// Offset is where in the binary of the outermost component the fault is seen.
	Offset int

	// Reason is what is wrong, such as "malformed UTF-8 encoding".
	Reason string

	// Feature is the proposal that the component would need, such as "GC types",
	// or empty when the component is at fault whatever is enabled.
	Feature string

	// Limit is the bound that the component goes beyond, or empty.
	Limit string
}

// Error returns a text as in "section import: import[3]: malformed UTF-8
// encoding at offset 0x4f".
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s at offset %#x", e.Reason, e.Offset)
	}
	return fmt.Sprintf("%s: %s at offset %#x", e.Path, e.Reason, e.Offset)
}

// A Path is where in a component something stands. Its zero value is the
// outermost component.
type Path struct {
	steps []step
}

// A step is a part of a path: an item of a vector, or a section, which has no
// index.
type step struct {
	name  string
	index int
}

const noIndex = -1

// shownSteps is how many steps of a long path are shown from either end.
const shownSteps = 8

// Section goes into a section of that name.
func (p *Path) Section(name string) { p.steps = append(p.steps, step{name, noIndex}) }

// Enter goes into an item of that name and index.
func (p *Path) Enter(name string, index int) { p.steps = append(p.steps, step{name, index}) }

// Next goes on to the item of that index in the same vector.
func (p *Path) Next(index int) { p.steps[len(p.steps)-1].index = index }

// Leave goes back out.
func (p *Path) Leave() { p.steps = p.steps[:len(p.steps)-1] }

// Depth returns how many steps the path has, for [Path.Return].
func (p *Path) Depth() int { return len(p.steps) }

// Return goes back out to that depth.
func (p *Path) Return(depth int) { p.steps = p.steps[:depth] }

// String returns the path as [Error] has it.
func (p *Path) String() string {
	var text strings.Builder
	for i, s := range p.steps {
		if i > shownSteps && i < len(p.steps)-shownSteps {
			continue
		}
		if i > 0 {
			text.WriteString(": ")
		}
		if i == shownSteps && len(p.steps) > 2*shownSteps {
			text.WriteString("…")
			continue
		}
		text.WriteString(s.String())
	}
	return text.String()
}

func (s step) String() string {
	if s.index == noIndex {
		return "section " + s.name
	}
	return fmt.Sprintf("%s[%d]", s.name, s.index)
}
