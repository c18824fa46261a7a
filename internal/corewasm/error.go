package corewasm

import (
	"fmt"
	"strings"
)

// An Error says what is wrong with a module, and where.
type Error struct {
	// Section is the name of the section, such as "import", or empty outside of
	// all sections.
	Section string

	// Item is what in the section, such as "import[3]", or empty.
	Item string

	// Offset is where in the binary the fault is seen.
	Offset int

	// Reason is what is wrong, such as "name is not UTF-8".
	Reason string

	// Feature is the proposal that the module would need, such as "memory64",
	// or empty when the module is at fault whatever the engine can do.
	Feature string

	// Limit is the bound that the module goes beyond, such as "FunctionSize", or
	// empty.
	Limit string
}

// Error returns a text as in "section import: import[3]: name is not UTF-8 at
// offset 0x4f".
func (e *Error) Error() string {
	var text strings.Builder
	if e.Section != "" {
		fmt.Fprintf(&text, "section %s: ", e.Section)
	}
	if e.Item != "" {
		fmt.Fprintf(&text, "%s: ", e.Item)
	}
	fmt.Fprintf(&text, "%s at offset %#x", e.Reason, e.Offset)
	return text.String()
}
