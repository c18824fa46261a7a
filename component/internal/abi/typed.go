package abi

import (
	"math"
	"slices"
	"unsafe"
)

// Params are Go values for the parameters of a function, as offsets from where
// they all are: the fields of a struct, or the elements of an array. It is made
// once for many calls, and is immutable.
type Params struct {
	Bindings []*Binding

	offsets  []uintptr
	indirect []bool
	steps    []operation // of all parameters, unless some are indirect
}

// NewParams returns the parameters of the function. Indirect says of which there
// is a pointer at the offset; nil if there are none.
func (s *Signature) NewParams(bindings []*Binding, offsets []uintptr, indirect []bool) Params {
	p := Params{Bindings: bindings, offsets: offsets, indirect: indirect}
	if slices.Contains(indirect, true) || slices.ContainsFunc(offsets, func(at uintptr) bool { return at > math.MaxUint32/2 }) {
		return p
	}
	for i, b := range bindings {
		for _, o := range b.operations {
			o.go_ += uint32(offsets[i])
			if s.SpillParams {
				o.mem += s.params.Offset(i)
			} else {
				o.slot += s.slots[i]
			}
			p.steps = append(p.steps, o)
		}
	}
	if s.SpillParams {
		p.steps = coalesce(p.steps)
	}
	return p
}

// IsNumber reports whether a value is one number or bool: what Number and SetNumber
// move, and what cannot be wrong.
func (b *Binding) IsNumber() bool { return len(b.operations) == 1 && b.operations[0].code <= opBool }

// Number returns what the Go value at p is on the stack.
func (b *Binding) Number(p unsafe.Pointer) uint64 { return b.operations[0].number(p) }

// SetNumber sets the Go value at p to what is on the stack.
func (b *Binding) SetNumber(p unsafe.Pointer, v uint64) { b.operations[0].setNumber(p, v) }

// AreNumbers reports whether all parameters are numbers or bools, or are made of
// nothing else: what PutNumbers and TakeNumbers move, and what cannot be wrong.
func (p *Params) AreNumbers() bool {
	if p.steps == nil {
		return !slices.ContainsFunc(p.Bindings, func(b *Binding) bool { return !b.IsNumber() })
	}
	return !slices.ContainsFunc(p.steps, func(o operation) bool { return o.code > opBool })
}

// PutNumbers puts the values at base on the stack. None is spilled.
func (p *Params) PutNumbers(base unsafe.Pointer, stack []uint64) {
	for i := range p.steps {
		o := &p.steps[i]
		stack[o.slot] = o.number(unsafe.Add(base, o.go_))
	}
	if p.steps == nil {
		for i, b := range p.Bindings {
			stack[i] = b.operations[0].number(p.at(base, i))
		}
	}
}

// TakeNumbers makes the values at base of what is on the stack.
func (p *Params) TakeNumbers(base unsafe.Pointer, stack []uint64) {
	for i := range p.steps {
		o := &p.steps[i]
		o.setNumber(unsafe.Add(base, o.go_), stack[o.slot])
	}
	if p.steps == nil {
		for i, b := range p.Bindings {
			b.SetNumber(p.at(base, i), stack[i])
		}
	}
}

// at returns where parameter i is.
func (p *Params) at(base unsafe.Pointer, i int) unsafe.Pointer {
	at := unsafe.Add(base, p.offsets[i])
	if p.indirect != nil && p.indirect[i] {
		return *(*unsafe.Pointer)(at)
	}
	return at
}

// of returns which parameter a step is of.
func (p *Params) of(step int) int {
	for i := len(p.offsets) - 1; i > 0; i-- {
		if uint32(p.offsets[i]) <= p.steps[step].go_ {
			return i
		}
	}
	return 0
}

// place returns where parameter i is with the guest, if the first is at start.
func (s *Signature) place(start guestPlace, i int) guestPlace {
	if s.SpillParams {
		return guestPlace{ptr: start.ptr + s.params.Offset(i)}
	}
	return guestPlace{slots: start.slots[s.slots[i]:]}
}

// LowerGo puts the arguments of a call of the core function on stack. The values,
// which are at base, are only read, and not kept.
func (s *Signature) LowerGo(cx *Context, p *Params, base unsafe.Pointer, stack []uint64) error {
	if s.SpillParams || p.steps == nil {
		return s.lowerEach(cx, p, base, stack)
	}
	if step, err := cx.storeFlat(p.steps, base, stack); err != nil {
		return s.inParam(p.of(step), err)
	}
	return nil
}

// lowerEach is LowerGo where parameters are in memory, or not all in one place.
func (s *Signature) lowerEach(cx *Context, p *Params, base unsafe.Pointer, stack []uint64) error {
	if !s.SpillParams {
		for i, b := range p.Bindings {
			if _, err := cx.storeFlat(b.operations, p.at(base, i), stack[s.slots[i]:]); err != nil {
				return s.inParam(i, err)
			}
		}
		return nil
	}
	ptr, err := s.allocateParams(cx, stack)
	switch {
	case err != nil:
		return err
	case p.steps != nil:
		if step, err := cx.storeMemory(p.steps, base, ptr); err != nil {
			return s.inParam(p.of(step), err)
		}
		return nil
	}
	for i, b := range p.Bindings {
		if _, err := cx.storeMemory(b.memory, p.at(base, i), ptr+s.params.Offset(i)); err != nil {
			return s.inParam(i, err)
		}
	}
	return nil
}

func (s *Signature) inParam(i int, err error) error {
	return located(err, "argument ", s.Type.Params[i].Name)
}

// LiftGo makes the arguments of a call of the lowered function, whose parameters
// are on stack. The Go values, at base, are zero before.
func (s *Signature) LiftGo(cx *Context, p *Params, base unsafe.Pointer, stack []uint64) error {
	cx.beginIf(s.paramsInMemory)
	at := guestPlace{slots: stack}
	if s.SpillParams {
		at = guestPlace{ptr: uint32(stack[0])}
		if err := s.spilledParams(cx, at.ptr); err != nil {
			return err
		}
	}
	if p.steps != nil {
		step, err := 0, error(nil)
		if s.SpillParams {
			step, err = cx.loadMemory(p.steps, base, at.ptr)
		} else {
			step, err = cx.loadFlat(p.steps, base, stack)
		}
		if err != nil {
			return s.inParam(p.of(step), err)
		}
		return nil
	}
	for i, b := range p.Bindings {
		if err := cx.load(b, p.at(base, i), s.place(at, i)); err != nil {
			return s.inParam(i, err)
		}
	}
	return nil
}

// LiftGoResult makes the result of a call of the core function, whose results are
// on stack. The Go value is zero before.
func (s *Signature) LiftGoResult(cx *Context, b *Binding, result unsafe.Pointer, stack []uint64) error {
	cx.beginIf(s.resultInMemory)
	if !s.SpillResult {
		_, err := cx.loadFlat(b.operations, result, stack)
		return err
	}
	ptr := uint32(stack[0])
	if !cx.isArea(s.Type.Result, ptr) {
		return s.spilledResult(cx, ptr)
	}
	_, err := cx.loadMemory(b.memory, result, ptr)
	return err
}

// LowerGoResult gives the result to the caller of the lowered function: on stack,
// or in memory at ptr (see [Signature.ResultPointer]).
func (s *Signature) LowerGoResult(cx *Context, b *Binding, result unsafe.Pointer, stack []uint64, ptr uint32) error {
	cx.beginIf(s.resultInMemory)
	cx.gave = 0
	at := guestPlace{slots: stack}
	if s.SpillResult {
		if err := s.spilledResult(cx, ptr); err != nil {
			return err
		}
		at = guestPlace{ptr: ptr}
	}
	return located(cx.store(b, result, at), "result", "")
}
