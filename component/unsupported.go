package component

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// ErrUnsupported is in the errors of components that need a feature of the
// Component Model, or of core modules, that is not there yet or that the
// [Config] does not accept: see [UnsupportedError].
var ErrUnsupported = errors.New("not supported yet")

// An UnsupportedError says which feature a component needs.
type UnsupportedError struct {
	// Feature is its name, such as "async", "values", "map", "multi-memory" or "GC
	// types".
	Feature string

	// What needs it: a built-in such as "task.return", or what else it is; "" if
	// the binary can not even be read without the feature.
	What string

	err error // what reading or validation says
}

func unsupported(feature, what string) error { return &UnsupportedError{Feature: feature, What: what} }

// Error says what needs the feature, and where it is.
func (e *UnsupportedError) Error() string {
	if e.err != nil {
		return e.err.Error()
	}
	return fmt.Sprintf("%s needs the feature %s: %v", e.What, e.Feature, ErrUnsupported)
}

// Unwrap returns [ErrUnsupported] and what reading or validation says.
func (e *UnsupportedError) Unwrap() []error {
	if e.err != nil {
		return []error{ErrUnsupported, e.err}
	}
	return []error{ErrUnsupported}
}

// naming makes an UnsupportedError of what reading or validation says about a
// feature.
func naming(err error) error {
	var refused *componentbinary.Error
	if errors.As(err, &refused) && refused.Feature != "" {
		return &UnsupportedError{Feature: refused.Feature, err: err}
	}
	return err
}
