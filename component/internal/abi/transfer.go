package abi

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// A transferCode says how one value goes from one guest to another.
type transferCode uint8

const (
	moveBlock  transferCode = iota + 1 // so many bytes that are good whatever they are; in memory only
	moveNumber                         // a number
	moveNormal                         // a bool, char, enum or flags
	moveString
	moveList
	moveArray // a list of fixed length
	moveCase  // a variant
	moveHandle
)

// A move is one step of a transfer. Both sides have the same layout; their types
// differ in resource types only.
type move struct {
	code  transferCode
	width uint8  // of numbers and discriminants
	mem   uint32 // offset in memory, of both
	slot  uint32 // index on the stack, of both
	count uint32 // bytes of a block, elements of an array
	from  *types.Type
	to    *types.Type
	parts []*moves // the element, or the payload of each case: nil if it has none
}

// moves are the steps that move a value of one type.
type moves struct {
	typ    *types.Type
	flat   []move
	memory []move // where neighbors may be one block
	plain  bool   // one block, without gaps
}

// A Transfer moves the arguments and results of calls from one component to
// another. It is immutable and safe for concurrent use.
type Transfer struct {
	lower, lift *Signature
	params      *moves
	result      *moves // nil if there is none

	// If all is numbers on the stack: what is in each slot.
	paramNumbers, resultNumbers []types.Kind
}

// NewTransfer returns the transfer for calls through a function that the caller
// lowered to one that the callee lifted. Their types are the same but for
// resource types.
func NewTransfer(lower, lift *Signature) (*Transfer, error) {
	t := &Transfer{lower: lower, lift: lift}
	p := movePlanner{}
	params, err := p.moves(lower.params, lift.params)
	if err != nil {
		return nil, err
	}
	t.params = params
	if !lower.SpillParams {
		t.paramNumbers = params.numbers()
	}
	if lower.Type.Result == nil && lift.Type.Result == nil {
		return t, nil
	}
	if t.result, err = p.moves(lift.Type.Result, lower.Type.Result); err != nil {
		return nil, err
	}
	if !lift.SpillResult {
		t.resultNumbers = t.result.numbers()
	}
	return t, nil
}

// numbers returns what is in each slot if all are numbers, else nil.
func (m *moves) numbers() []types.Kind {
	var kinds []types.Kind
	for i := range m.flat {
		if m.flat[i].code != moveNumber {
			return nil
		}
		kinds = append(kinds, m.flat[i].from.Kind())
	}
	return kinds
}

// moveNumbers moves what is only numbers.
func moveNumbers(kinds []types.Kind, from, to []uint64) {
	for i, kind := range kinds {
		to[i] = extend(kind, from[i])
	}
}

// A movePlanner has the moves of the types that it met, each from and to: a few
// bytes have one type at many places.
type movePlanner map[[2]*types.Type]*moves

// moves returns the steps that move what has a place of its own.
func (p movePlanner) moves(from, to *types.Type) (*moves, error) {
	key := [2]*types.Type{from, to}
	if known := p[key]; known != nil {
		return known, nil
	}
	m := &moves{typ: from}
	if err := p.add(m, from, to, 0, 0); err != nil {
		return nil, err
	}
	m.memory = coalesceMoves(m.flat)
	if from.FlatCount() > MaxFlatParams {
		m.flat = nil // it can be long, and is never on a stack
	}
	m.plain = len(m.memory) == 1 && m.memory[0].blockSize() == uint32(from.Size())
	p[key] = m
	return m, nil
}

func (p movePlanner) add(m *moves, from, to *types.Type, mem, slot uint32) error {
	if from.Kind() != to.Kind() || from == nil || from.Len() != to.Len() {
		return fmt.Errorf("%v does not go to %v", from, to)
	}
	if from.IsRecord() {
		return p.addFields(m, from, to, mem, slot)
	}
	step := move{mem: mem, slot: slot, from: from, to: to, width: uint8(min(from.Size(), 8))}
	var err error
	switch kind := from.Kind(); {
	case kind.IsNumber():
		step.code = moveNumber
	case kind == types.Bool, kind == types.Char, kind == types.Flags, kind == types.Enum:
		step.code = moveNormal
	case kind == types.String:
		step.code = moveString
	case from.IsList():
		step.code = moveList
		err = p.addPart(&step, from.Elem(), to.Elem())
	case kind == types.FixedList:
		step.code, step.count = moveArray, uint32(from.Len())
		err = p.addPart(&step, from.Elem(), to.Elem())
	case from.IsVariant():
		step.code, step.width = moveCase, uint8(from.DiscriminantSize())
		err = p.addCases(&step)
	default:
		step.code = moveHandle
	}
	m.flat = append(m.flat, step)
	return err
}

func (p movePlanner) addFields(m *moves, from, to *types.Type, mem, slot uint32) error {
	for i, f := range from.Fields() {
		if err := p.add(m, f.Type, to.Fields()[i].Type, mem+from.Offset(i), slot); err != nil {
			return inPart("field", f.Name, err)
		}
		slot += f.Type.FlatCount()
	}
	return nil
}

func (p movePlanner) addPart(s *move, from, to *types.Type) error {
	part, err := p.moves(from, to)
	s.parts = append(s.parts, part)
	return err
}

func (p movePlanner) addCases(s *move) error {
	for i, c := range s.from.Fields() {
		to := s.to.Fields()[i].Type
		if c.Type == nil && to == nil {
			s.parts = append(s.parts, nil)
			continue
		}
		if err := p.addPart(s, c.Type, to); err != nil {
			return inPart("case", c.Name, err)
		}
	}
	return nil
}

// blockSize returns the size of what a step moves if any bytes will do, else 0.
func (s *move) blockSize() uint32 {
	switch s.code {
	case moveNumber:
		return uint32(s.width)
	case moveBlock:
		return s.count
	case moveArray:
		if s.parts[0].plain {
			return s.count * uint32(s.parts[0].typ.Size())
		}
	}
	return 0
}

func coalesceMoves(flat []move) []move {
	var out []move
	for _, s := range flat {
		if size := s.blockSize(); size > 0 {
			if n := len(out); n > 0 && out[n-1].code == moveBlock && out[n-1].mem+out[n-1].count == s.mem {
				out[n-1].count += size
				continue
			}
			s = move{code: moveBlock, mem: s.mem, count: size}
		}
		out = append(out, s)
	}
	return out
}

// Params moves the arguments from the caller, whose stack has those of the
// lowered function, to the callee, whose stack gets those of the lifted one.
func (t *Transfer) Params(from, to *Context, fromStack, toStack []uint64) error {
	if t.paramNumbers != nil {
		moveNumbers(t.paramNumbers, fromStack, toStack)
		return nil
	}
	from.beginIf(t.lower.paramsInMemory)
	to.beginIf(t.lower.paramsInMemory)
	c := crossing{from, to}
	if !t.lower.SpillParams {
		return c.move(t.params, guestPlace{slots: fromStack}, guestPlace{slots: toStack})
	}
	source := uint32(fromStack[0])
	if err := t.lower.spilledParams(from, source); err != nil {
		return err
	}
	target, err := t.lift.allocateParams(to, toStack)
	if err != nil {
		return err
	}
	from.Begin()
	return c.move(t.params, guestPlace{ptr: source}, guestPlace{ptr: target})
}

// Result moves the result from the callee, whose stack has those of the lifted
// function, to the caller: to its stack, or to its memory at ptr (see
// [Signature.ResultPointer]).
func (t *Transfer) Result(from, to *Context, fromStack, toStack []uint64, ptr uint32) error {
	switch {
	case t.result == nil:
		return nil
	case t.resultNumbers != nil:
		moveNumbers(t.resultNumbers, fromStack, toStack)
		return nil
	}
	from.beginIf(t.lower.resultInMemory)
	to.beginIf(t.lower.resultInMemory)
	c := crossing{from, to}
	switch {
	case !t.lift.SpillResult:
		return c.move(t.result, guestPlace{slots: fromStack}, guestPlace{slots: toStack})
	}
	source := uint32(fromStack[0])
	if err := t.lift.spilledResult(from, source); err != nil {
		return err
	}
	if err := t.lower.spilledResult(to, ptr); err != nil {
		return err
	}
	return c.move(t.result, guestPlace{ptr: source}, guestPlace{ptr: ptr})
}
