package abi

import (
	"math"

	"github.com/patchbay-go/patchbay/component/types"
)

// A valueCode says how a value lies with a guest.
type valueCode uint8

const (
	valueNone     valueCode = iota // there is none: the case has no payload
	valueUnsigned                  // a number, of which only some bits count
	valueSigned                    // a number whose sign extends
	valueBool
	valueChar
	valueFlags
	valueEnum
	valueHandle
	valueString
	valuePacked // a list that is kept packed
	valueList
	valueArray // a list of fixed length
	valueRecord
	valueVariant
)

// A valueStep moves one [types.Value]. Where it is with the guest counts from
// where the whole is that it is a part of: memory and stack alike.
type valueStep struct {
	code  valueCode
	width uint8  // in memory, of numbers and discriminants
	shift uint8  // of a number with a sign: how far it is from the top of 64 bits
	mem   uint32 // offset in memory
	slot  uint32 // index on the stack
	slots uint32 // how many of the stack
	count uint32 // fields, elements of an array, cases
	inner uint32 // how many values there are in one of the type, whatever it is
	names uint64 // how many bytes of names there may be in the text of one: see countNames
	mask  uint64 // of a number or flags: the bits that count
	plain bool   // its bytes in memory are good whatever they are, and point to nothing
	image bool   // it can be an image: see loadImage
	typ   *types.Type
	parts []valueStep // fields, the element, or the payload of each case
}

// A valuePlan has the steps for the parameters of a function and for its result.
type valuePlan struct {
	params, result []valueStep

	// Whether the parameters are numbers on the stack, and whether the result is.
	numbers, number bool
}

// values returns the plan for calls with values. It is made for the first.
func (s *Signature) values() *valuePlan {
	if plan := s.plan.Load(); plan != nil {
		return plan
	}
	return s.makeValues()
}

func (s *Signature) makeValues() *valuePlan {
	p := planner{}
	plan := &valuePlan{params: p.parts(s.params), numbers: !s.SpillParams}
	for i := range plan.params {
		plan.numbers = plan.numbers && plan.params[i].isNumber()
	}
	if s.Type.Result != nil {
		plan.result = []valueStep{p.step(s.Type.Result, 0, 0)}
		plan.number = plan.result[0].isNumber()
	}
	s.plan.Store(plan)
	return plan
}

// A planner has the parts of the types that it met, which a function may have at
// many places.
type planner map[*types.Type][]valueStep

func (p planner) step(t *types.Type, mem, slot uint32) valueStep {
	s := valueStep{typ: t, mem: mem, slot: slot, slots: t.FlatCount(), width: uint8(min(t.Size(), 8))}
	switch kind := t.Kind(); {
	case kind.IsNumber():
		s.setNumber(kind)
	case kind == types.Bool:
		s.code = valueBool
	case kind == types.Char:
		s.code = valueChar
	case kind == types.Flags:
		s.code, s.mask = valueFlags, flagsMask(t)
	case kind == types.Enum:
		s.code, s.count = valueEnum, uint32(t.Len())
	case kind == types.String:
		s.code = valueString
	case kind == types.List && t.Elem().PackedSize() > 0:
		s.code = valuePacked
		s.parts = p.parts(t)
	case t.IsList():
		s.code = valueList
		s.parts = p.parts(t)
	case kind == types.FixedList:
		s.code, s.count = valueArray, uint32(t.Len())
		s.parts = p.parts(t)
	case t.IsRecord():
		s.code, s.count = valueRecord, uint32(t.Len())
		s.parts = p.parts(t)
	case t.IsVariant():
		s.code, s.count, s.width = valueVariant, uint32(t.Len()), uint8(t.DiscriminantSize())
		s.parts = p.parts(t)
	default:
		s.code = valueHandle
	}
	s.countInner()
	s.countNames()
	s.plain = s.isPlain()
	s.image = !t.Contains(types.HasHandles)
	return s
}

func (s *valueStep) isPlain() bool {
	switch s.code {
	case valueRecord, valueArray:
		return plain(s.parts)
	}
	return s.typ.Kind().IsNumber()
}

func (s *valueStep) isNumber() bool { return s.code == valueUnsigned || s.code == valueSigned }

func (s *valueStep) setNumber(kind types.Kind) {
	s.shift = 64 - 8*s.width
	s.code, s.mask = valueUnsigned, math.MaxUint64>>s.shift
	if kind.IsSigned() && s.width < 8 {
		s.code = valueSigned
	}
}

// countInner counts the values of records and arrays, whose parts are there
// always.
func (s *valueStep) countInner() {
	var inner uint64
	switch s.code {
	case valueRecord:
		for i := range s.parts {
			inner += 1 + uint64(s.parts[i].inner)
		}
	case valueArray:
		if s.typ.Elem().PackedSize() == 0 {
			inner = uint64(s.count) * (1 + uint64(s.parts[0].inner))
		}
	}
	s.inner = uint32(min(inner, math.MaxUint32))
}

// countNames counts the names of fields, cases and labels that are in the text of
// a value, besides those of its lists. A guest may make names as long as it likes,
// and give elements of a byte that have them: they count against the budget.
func (s *valueStep) countNames() {
	for i, f := range s.typ.Fields() {
		names := uint64(len(f.Name))
		if i < len(s.parts) {
			names += s.parts[i].names
		}
		if s.typ.IsVariant() {
			s.names = max(s.names, names)
		} else {
			s.names += names
		}
	}
	if s.code == valueArray {
		s.names = uint64(s.count) * s.parts[0].names
	}
	s.names = min(s.names, math.MaxUint32) // so that no count makes it wrap
}

// parts returns the steps for what values of type t consist of.
func (p planner) parts(t *types.Type) []valueStep {
	if known, ok := p[t]; ok {
		return known
	}
	var parts []valueStep
	switch {
	case t.IsRecord():
		slot := uint32(0)
		for i, f := range t.Fields() {
			parts = append(parts, p.step(f.Type, t.Offset(i), slot))
			slot += f.Type.FlatCount()
		}
	case t.IsVariant():
		parts = make([]valueStep, t.Len())
		for i, c := range t.Fields() {
			if c.Type != nil {
				parts[i] = p.step(c.Type, t.PayloadOffset(), 1)
			}
		}
	default:
		parts = []valueStep{p.step(t.Elem(), 0, 0)}
	}
	p[t] = parts
	return parts
}

// place returns where the parts of what s moves are.
func (s *valueStep) place(at *guestPlace) guestPlace {
	if at.slots != nil {
		return guestPlace{slots: at.slots[s.slot:]}
	}
	return guestPlace{ptr: at.ptr + s.mem}
}
