package engine

import (
	"errors"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// Check looks through a binary before an engine sees it, so that no count field
// that says four billion becomes an allocation, and nothing is instantiated that
// is larger than limits allow. A module that passes may still be invalid: its
// types are the engine's to check. Adapters call it first; a nil result does not
// vouch for the contents of custom sections.
//
// It costs about one percent of a compilation and next to no memory. Errors are
// of type [*BinaryError].
func Check(binary []byte, limits Limits) error {
	_, err := CheckModule(binary, limits)
	return err
}

// CheckModule is [Check] for who goes on with the binary, which must not change
// any more: an engine need not check it again (see [CheckedCompiler]).
func CheckModule(binary []byte, limits Limits) (*Checked, error) {
	limits = limits.WithDefaults()
	err := corewasm.Check(binary, corewasm.Bounds{
		ModuleSize:    limits.ModuleSize,
		Functions:     limits.Functions,
		FunctionSize:  limits.FunctionSize,
		Complexity:    limits.Complexity,
		MemoryPages:   limits.MemoryPages(),
		TableElements: limits.TableElements,
	})
	if err != nil {
		return nil, binaryError(err)
	}
	return &Checked{binary, limits}, nil
}

// A Checked is a binary that was checked against limits. Only [CheckModule] makes
// one; it is immutable and safe for concurrent use.
type Checked struct {
	binary []byte
	limits Limits
}

// Binary returns the bytes. The caller does not modify them.
func (c *Checked) Binary() []byte { return c.binary }

// Limits returns what it was checked against, with its defaults.
func (c *Checked) Limits() Limits { return c.limits }

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
		Reason: inner.Reason, Feature: inner.Feature, Limit: inner.Limit,
	}
}
