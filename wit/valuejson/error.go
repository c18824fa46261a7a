package valuejson

import "fmt"

// An Error is why a text is no value of a type.
type Error struct {
	// Offset is where, in bytes.
	Offset int

	// Path leads to the value, as in "args[0].name"; it is empty for the
	// outermost.
	Path string

	// Problem says what is wrong.
	Problem string
}

// Error returns the place and the problem.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("JSON at offset %d: %s", e.Offset, e.Problem)
	}
	return fmt.Sprintf("JSON at offset %d, %s: %s", e.Offset, e.Path, e.Problem)
}
