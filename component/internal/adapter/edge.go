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

// Bounds on signatures.
const (
	// heaviest is how many types one may be made of, those of lists of a fixed
	// length counted as often as they are there: more take code, and time to compile
	// it, that the calls will hardly win back.
	heaviest = 256

	// mostSequences is how many strings and lists a call may have, so that there is
	// no long time between two looks whether the guest must end.
	mostSequences = 16
)

// Fits reports whether calls with a signature can go through an adapter. Text says
// that strings are UTF-8 on both sides.
func Fits(s *abi.Signature, text bool) bool {
	all := size{text: text}
	all.add(s.Type.Result)
	for _, p := range s.Type.Params {
		all.add(p.Type)
	}
	return !all.misfit && all.weight <= heaviest && all.sequences <= mostSequences
}

// A size is what the values of some types take to go through an adapter.
type size struct {
	text              bool
	misfit            bool
	weight, sequences uint64
}

func (s *size) add(t *types.Type) {
	switch kind := t.Kind(); {
	case kind == 0:
	case t.Weight() > heaviest, t.Contains(types.HasHandles), kind == types.String && !s.text:
		s.misfit = true
	case kind == types.String:
		s.weight, s.sequences = s.weight+1, s.sequences+1
	case t.IsList():
		s.weight, s.sequences = s.weight+1, s.sequences+1
		if contentOf(t) == other { // how much there is in elements is counted in each call
			s.add(t.Elem())
		}
	case kind == types.FixedList:
		s.addFixed(t)
	default:
		s.weight++
		for _, f := range t.Fields() {
			s.add(f.Type)
		}
	}
}

func (s *size) addFixed(t *types.Type) {
	one := size{text: s.text}
	one.add(t.Elem())
	if n := uint64(t.Len()); n <= heaviest && one.weight <= heaviest {
		s.weight += n * one.weight
		s.sequences += n * one.sequences
	} else {
		s.misfit = true
	}
	s.misfit = s.misfit || one.misfit
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

// Plain reports whether there is nothing to do on the way to the core function and
// back, so that it can be called instead.
func (e *Edge) Plain() bool {
	w := writer{module: &Module{indices: map[Item]uint32{}}, edge: e, slots: e.Lower.Lower.Params}
	w.write()
	return !w.worked && !e.canFail()
}

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
