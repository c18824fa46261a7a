package adapter

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// An Edge is a function that one component instance, the caller, lowers and
// another one, the callee, lifts.
type Edge struct {
	// Name is the name of its function in the module that it is added to.
	Name string

	// Lower and Lift are its signature on the two sides: the same but for
	// resource types.
	Lower, Lift *abi.Signature

	// Core is the function that was lifted, and PostReturn is called after it
	// with its result, unless it is none.
	Core, PostReturn Item

	// CallerLeaves and CalleeLeaves are the flags may_leave of the two
	// instances; none if nobody can see that one is shut, or it never is.
	CallerLeaves, CalleeLeaves Item

	// Whole is a function of the host that makes the whole call, of the type
	// that the signature's Lower is. Rest, which is there if [NeedsRest] says so,
	// makes what is left of a call when Core has returned; its type is [RestType]'s.
	Whole, Rest Item
}

// An Item is something that a module imports: the name under which it is
// exported, and the number that it has among others of its [Source]. The zero Item
// is none.
type Item struct {
	Name   string
	Source Source
	Number int
}

// A Source says what the number of an item counts.
type Source uint8

// The sources of items.
const (
	Guest Source = iota + 1 // core functions of guests
	Host                    // functions of the host
	Flag                    // instances, of which it is the flag: a mutable i32
)

// heaviest is how many types a signature may be made of: more take code, and time
// to compile it, that the calls will hardly win back.
const heaviest = 256

// Fits reports whether calls with a signature can go through an adapter.
func Fits(s *abi.Signature) bool {
	if s.SpillParams || s.SpillResult {
		return false
	}
	weight := uint64(0)
	for _, p := range s.Type.Params {
		if p.Type.Contains(types.HasHandles | types.HasPointers) {
			return false
		}
		weight += uint64(p.Type.Weight())
	}
	if result := s.Type.Result; result != nil {
		if result.Contains(types.HasHandles | types.HasPointers) {
			return false
		}
		weight += uint64(result.Weight())
	}
	return weight <= heaviest
}

// RestType returns the type of the host function that makes the rest of a call:
// it takes the results of the core function and, if the result is spilled, where
// the caller wants it.
func RestType(s *abi.Signature) engine.FuncType {
	t := engine.FuncType{Params: s.Lift.Results[:len(s.Lift.Results):len(s.Lift.Results)], Results: s.Lower.Results}
	if s.SpillResult {
		t.Params = append(t.Params, engine.I32)
	}
	return t
}

// NeedsRest reports whether calls with a signature may need the host function
// that makes the rest of them.
func NeedsRest(s *abi.Signature) bool { return canTrap(s.Type.Result) }

// canFail reports whether there are calls that are left to Whole.
func (e *Edge) canFail() bool {
	return e.CallerLeaves != Item{} || slices.ContainsFunc(e.Lower.Type.Params, func(p types.Param) bool { return canTrap(p.Type) })
}

// canTrap reports whether there are bits that are no value of type t.
func canTrap(t *types.Type) bool {
	switch kind := t.Kind(); {
	case kind == 0:
		return false
	case kind == types.FixedList:
		return canTrap(t.Elem())
	case t.IsRecord():
		for _, f := range t.Fields() {
			if canTrap(f.Type) {
				return true
			}
		}
		return false
	}
	return t.Kind() == types.Char || t.IsVariant()
}
