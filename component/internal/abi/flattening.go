package abi

import (
	"sync/atomic"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// Limits on how many core values parameters and results take before they are
// spilled to memory: CanonicalABI.md, "Flattening".
const (
	MaxFlatParams      = 16
	MaxFlatAsyncParams = 4
	MaxFlatResults     = 1
)

// Flatten appends the core types of t. Call it for types with a small
// [types.Type.FlatCount] only.
func Flatten(dst []engine.ValueType, t *types.Type) []engine.ValueType {
	switch kind := t.Kind(); {
	case kind == 0:
		return dst
	case kind == types.S64, kind == types.U64:
		return append(dst, engine.I64)
	case kind == types.F32:
		return append(dst, engine.F32)
	case kind == types.F64:
		return append(dst, engine.F64)
	case kind == types.String, t.IsList():
		return append(dst, engine.I32, engine.I32)
	case kind == types.FixedList:
		for range t.Len() {
			dst = Flatten(dst, t.Elem())
		}
		return dst
	case t.IsRecord():
		for _, f := range t.Fields() {
			dst = Flatten(dst, f.Type)
		}
		return dst
	case t.IsVariant():
		return flattenVariant(append(dst, engine.I32), t.Fields())
	}
	return append(dst, engine.I32)
}

// flattenVariant appends the slots that hold the payload of whichever case.
func flattenVariant(dst []engine.ValueType, cases []types.Field) []engine.ValueType {
	start := len(dst)
	var few [MaxFlatParams]engine.ValueType
	payload := few[:0]
	for _, c := range cases {
		payload = Flatten(payload[:0], c.Type)
		for i, t := range payload {
			if start+i == len(dst) {
				dst = append(dst, t)
			} else {
				dst[start+i] = join(dst[start+i], t)
			}
		}
	}
	return dst
}

// join returns the type of a slot that holds a or b. On our stacks the bits of
// both lie the same way, low half first, so that nothing converts them.
func join(a, b engine.ValueType) engine.ValueType {
	switch {
	case a == b:
		return a
	case a == engine.I32 && b == engine.F32, a == engine.F32 && b == engine.I32:
		return engine.I32
	}
	return engine.I64
}

// A Signature is a function's type with what the canonical ABI makes of it for
// synchronous calls. It is immutable and safe for concurrent use.
type Signature struct {
	Type *types.FuncType

	// Lift is the type of the core function that canon lift takes, Lower that of
	// the one that canon lower makes. They differ where the result is spilled.
	Lift, Lower engine.FuncType

	// SpillParams and SpillResult say that parameters and result go through
	// memory, because they take too many core values.
	SpillParams, SpillResult bool

	params *types.Type // the parameters as a tuple
	slots  []uint32    // where each parameter begins on the stack

	// Whether parameters and result, or parts of them, are in memory.
	paramsInMemory, resultInMemory bool

	plan atomic.Pointer[valuePlan] // see values
}

// NewSignature flattens f.
func NewSignature(f *types.FuncType) *Signature {
	s := &Signature{Type: f}
	elems := make([]*types.Type, len(f.Params))
	for i, p := range f.Params {
		elems[i] = p.Type
	}
	s.params = types.TupleOf(elems...)
	s.SpillParams = s.params.FlatCount() > MaxFlatParams
	s.SpillResult = f.Result != nil && f.Result.FlatCount() > MaxFlatResults
	s.paramsInMemory = s.SpillParams || s.params.Contains(types.HasPointers)
	s.resultInMemory = s.SpillResult || f.Result.Contains(types.HasPointers)
	s.flatten()
	return s
}

func (s *Signature) flatten() {
	if s.SpillParams {
		s.Lift.Params = []engine.ValueType{engine.I32}
	} else {
		s.slots = make([]uint32, 0, len(s.Type.Params))
		for _, p := range s.Type.Params {
			s.slots = append(s.slots, uint32(len(s.Lift.Params)))
			s.Lift.Params = Flatten(s.Lift.Params, p.Type)
		}
	}
	s.Lower.Params = s.Lift.Params
	switch {
	case s.SpillResult:
		s.Lift.Results = []engine.ValueType{engine.I32}
		s.Lower.Params = append(s.Lift.Params[:len(s.Lift.Params):len(s.Lift.Params)], engine.I32)
	case s.Type.Result != nil:
		s.Lift.Results = Flatten(nil, s.Type.Result)
		s.Lower.Results = s.Lift.Results
	}
}

// Slots returns how long a stack for calls is, on either side.
func (s *Signature) Slots() int { return max(s.Lift.Slots(), s.Lower.Slots()) }

// NeedsMemory reports whether calls need a memory, and NeedsRealloc whether they
// need a realloc too; lower says for which of canon lift and canon lower.
func (s *Signature) NeedsMemory() bool {
	return s.paramsInMemory || s.resultInMemory
}

// NeedsRealloc reports whether calls ask for memory: with canon lift for the
// parameters, with canon lower for the result.
func (s *Signature) NeedsRealloc(lower bool) bool {
	if lower {
		return s.Type.Result.Contains(types.HasPointers)
	}
	return s.paramsInMemory
}

// HasHandles reports whether there are handles among the parameters or in the
// result.
func (s *Signature) HasHandles() bool {
	const handles = types.HasOwn | types.HasBorrow
	return s.params.Contains(handles) || s.Type.Result.Contains(handles)
}

// spilledParams checks the pointer at which parameters lie.
func (s *Signature) spilledParams(cx *Context, ptr uint32) error {
	return cx.checkArea(s.params, ptr, faultParamAlign, faultParamBounds)
}

// spilledResult checks the pointer at which the result lies or shall lie.
func (s *Signature) spilledResult(cx *Context, ptr uint32) error {
	return cx.checkArea(s.Type.Result, ptr, faultResultAlign, faultResultBounds)
}

func (cx *Context) checkArea(t *types.Type, ptr uint32, align, bounds fault) error {
	switch {
	case cx.isArea(t, ptr):
		return nil
	case ptr&(t.Align()-1) != 0:
		return cx.trap(align)
	}
	return cx.trap(bounds)
}

// isArea reports whether a value of type t can be at ptr.
func (cx *Context) isArea(t *types.Type, ptr uint32) bool {
	return ptr&(t.Align()-1) == 0 && cx.within(ptr, t.Size())
}
