package component

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// BindingsVersion3 is named by code that package wit/bindgen generated: if that
// does not compile because this is missing, it is of another version of Patchbay.
// Generate it again, with the version that is imported.
const BindingsVersion3 = 3

// A ResultError is the error of a result<T, E> as a Go error, in generated code.
// Use [errors.As] to find it.
type ResultError[E any] struct {
	Value E
}

// Error returns the payload as fmt prints it.
func (e *ResultError[E]) Error() string { return fmt.Sprint(e.Value) }

// FromOutcome makes a value and an error of a result; the error is a
// [*ResultError].
func FromOutcome[T, E any](o types.Outcome[T, E]) (T, error) {
	if o.Failed {
		return o.Value, &ResultError[E]{o.Error}
	}
	return o.Value, nil
}

// ToOutcome makes a result of a value and an error. An error that has no
// [*ResultError] of E in it stays an error.
func ToOutcome[T, E any](v T, err error) (types.Outcome[T, E], error) {
	var failed *ResultError[E]
	switch {
	case err == nil:
		return types.Ok[T, E](v), nil
	case errors.As(err, &failed):
		return types.Failure[T](failed.Value), nil
	}
	return types.Outcome[T, E]{}, err
}
