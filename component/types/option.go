package types

// A Maybe is a value that may not be there: option<T> as a Go type, where a
// pointer would cost an allocation or hide one option inside another. The zero
// value is none.
type Maybe[T any] struct {
	Value T
	Valid bool
}

// Some returns the option that is v.
func Some[T any](v T) Maybe[T] { return Maybe[T]{Value: v, Valid: true} }

// Get returns the value and whether it is there.
func (m Maybe[T]) Get() (T, bool) { return m.Value, m.Valid }

// IsMaybe marks the type for those who look at it by reflection.
func (Maybe[T]) IsMaybe() {}

// An Outcome is result<T, E> as a Go type: Value if it is ok, else Error. Where a
// side has no payload its type is struct{}.
type Outcome[T, E any] struct {
	Value  T
	Error  E
	Failed bool
}

// Ok returns the result that is ok with v.
func Ok[T, E any](v T) Outcome[T, E] { return Outcome[T, E]{Value: v} }

// Failure returns the result that is an error with e.
func Failure[T, E any](e E) Outcome[T, E] { return Outcome[T, E]{Error: e, Failed: true} }

// IsOutcome marks the type for those who look at it by reflection.
func (Outcome[T, E]) IsOutcome() {}
