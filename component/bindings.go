package component

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
)

// BindingsVersion2 is named by code that package wit/bindgen generated: if that
// does not compile because this is missing, it is of another version of Patchbay.
// Generate it again, with the version that is imported.
const BindingsVersion2 = 2

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

// Exports are what an instance exports, for generated code to bind. Clients are
// pointers to structs with what was bound, which call the methods of resources: a
// handle that is a pointer to a struct whose second field is of such a type gets
// the client when a guest returns it.
type Exports struct {
	instance *Instance
	owners   abi.Owners
}

// NewExports returns what an instance exports.
func NewExports(i *Instance, clients ...any) Exports {
	e := Exports{instance: i, owners: abi.Owners{}}
	for _, c := range clients {
		v := reflect.ValueOf(c)
		e.owners[v.Type()] = v.UnsafePointer()
	}
	return e
}

// BindExport binds the function under a path, as [Bind] does.
func BindExport[P, R any](e Exports, path ...string) (*Bound[P, R], error) {
	f := e.instance.Func(path...)
	if f == nil {
		return nil, fmt.Errorf("export %s: it was not found in the component", strings.Join(path, " "))
	}
	bound, err := bindFor[P, R](e.owners, f)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", strings.Join(path, " "), err)
	}
	return bound, nil
}
