package engine

import (
	"errors"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A BinaryError says why bytes are not a module that can be run, and where.
type BinaryError struct {
	// Section is the name of the section, such as "import", or empty outside of
	// all sections.
	Section string

	// Item is what in the section, such as "import[3]", or empty.
	Item string

	// Offset is where in the binary the fault is seen.
	Offset int

	// Reason is what is wrong, such as "name is not UTF-8".
	Reason string

	// Feature is the proposal that the module needs and the engine lacks, such
	// as "memory64", or empty when the module is at fault whatever the engine.
	Feature string

	// Limit is the field of [Limits] that the module goes beyond, or empty.
	Limit string
}

// Error returns a text as in "section import: import[3]: name is not UTF-8 at
// offset 0x4f".
func (e *BinaryError) Error() string {
	inner := corewasm.Error{Section: e.Section, Item: e.Item, Offset: e.Offset, Reason: e.Reason}
	return inner.Error()
}

// binaryError turns an error of corewasm into ours.
func binaryError(err error) error {
	var inner *corewasm.Error
	if !errors.As(err, &inner) {
		return err
	}
	return &BinaryError{
		Section: inner.Section, Item: inner.Item, Offset: inner.Offset,
		Reason: inner.Reason, Feature: inner.Feature,
	}
}
