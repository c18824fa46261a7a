package adapter

import (
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

	Caller, Callee Side

	// Whole is a function of the host that makes the whole call, of the type
	// that the signature's Lower is. Rest makes what is left of a call when Core
	// has returned, of the type that [RestType] is; it is there if [NeedsRest]
	// says so. Refuse traps, of the type that [RefuseType] is; it is there if
	// [NeedsMemory] says so.
	Whole, Rest, Refuse Item
}

// A Side is one of the two instances of an edge.
type Side struct {
	// Memory and Realloc are there if the edge needs them.
	Memory, Realloc Item

	// MayLeave is the instance's flag; none if nobody can see that it is shut, or
	// it never is.
	MayLeave Item
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
	Guest  Source = iota + 1 // core functions of guests
	Host                     // functions of the host
	Flag                     // instances, of which it is the flag: a mutable i32
	Memory                   // memories
	Access                   // memories, of which it is a function of the module that [AccessTo] makes
)

// heaviest is how many types a signature may be made of: more take code, and time
// to compile it, that the calls will hardly win back.
const heaviest = 256

// Fits reports whether calls with a signature can go through an adapter. Text says
// that strings are UTF-8 on both sides.
func Fits(s *abi.Signature, text bool) bool {
	weight := uint64(0)
	if s.Type.Result != nil {
		weight = uint64(s.Type.Result.Weight())
	}
	for _, p := range s.Type.Params {
		if !fits(p.Type, text) {
			return false
		}
		weight += uint64(p.Type.Weight())
	}
	return fits(s.Type.Result, text) && weight <= heaviest
}

// fits is Fits for one type. Lists are copied as they are or not at all.
func fits(t *types.Type, text bool) bool {
	switch kind := t.Kind(); {
	case kind == 0:
		return true
	case t.Contains(types.HasHandles), kind == types.String && !text, kind == types.FixedList && t.Len() > heaviest:
		return false
	case t.IsList():
		return isBlock(t.Elem())
	case kind == types.FixedList:
		return fits(t.Elem(), text)
	}
	for _, f := range t.Fields() {
		if !fits(f.Type, text) {
			return false
		}
	}
	return true
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

// RefuseType returns the type of the host function that refuses what a realloc
// returned: it takes an [abi.Refusal] and does not return.
func RefuseType() engine.FuncType { return engine.FuncType{Params: []engine.ValueType{engine.I32}} }

// NeedsRest reports whether calls with a signature may need the host function
// that makes the rest of them.
func NeedsRest(s *abi.Signature) bool { return s.SpillResult || canFail(s.Type.Result) }

// NeedsMemory reports whether calls with a signature go through memory.
func NeedsMemory(s *abi.Signature) bool { return s.NeedsMemory() }

// canFail reports whether there are calls that are left to Whole.
func (e *Edge) canFail() bool {
	if e.Caller.MayLeave != (Item{}) || e.Lower.SpillParams {
		return true
	}
	for _, p := range e.Lower.Type.Params {
		if canFail(p.Type) {
			return true
		}
	}
	return false
}

// canFail reports whether there are bits that are no value of type t, or that are
// one which is left to the host.
func canFail(t *types.Type) bool {
	switch kind := t.Kind(); {
	case kind == 0:
		return false
	case kind == types.FixedList:
		return canFail(t.Elem())
	case t.IsRecord():
		for _, f := range t.Fields() {
			if canFail(f.Type) {
				return true
			}
		}
		return false
	}
	return t.Kind() == types.Char || t.Kind() == types.String || t.IsList() || t.IsVariant()
}
