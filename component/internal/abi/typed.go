package abi

import "unsafe"

// Params are Go values for the parameters of a function, as offsets from where
// they all are: the fields of a struct, or the elements of an array. It is made
// once for many calls.
type Params struct {
	Bindings []*Binding
	Offsets  []uintptr
	Indirect []bool // there is a pointer to the value; nil if there are none
}

// at returns where parameter i is.
func (p *Params) at(base unsafe.Pointer, i int) unsafe.Pointer {
	at := unsafe.Add(base, p.Offsets[i])
	if p.Indirect != nil && p.Indirect[i] {
		return *(*unsafe.Pointer)(at)
	}
	return at
}

// LowerGo puts the arguments of a call of the core function on stack. The values,
// which are at base, are only read, and not kept.
func (s *Signature) LowerGo(cx *Context, p *Params, base unsafe.Pointer, stack []uint64) error {
	cx.beginIf(s.paramsInMemory)
	if !s.SpillParams {
		for i, b := range p.Bindings {
			if err := cx.store(b, p.at(base, i), guestPlace{slots: stack[s.slots[i]:]}); err != nil {
				return s.inParam(i, err)
			}
		}
		return nil
	}
	ptr, err := s.allocateParams(cx, stack)
	if err != nil {
		return err
	}
	for i, b := range p.Bindings {
		if err := cx.store(b, p.at(base, i), guestPlace{ptr: ptr + s.params.Offset(i)}); err != nil {
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
	if !s.SpillParams {
		for i, b := range p.Bindings {
			if err := cx.load(b, p.at(base, i), guestPlace{slots: stack[s.slots[i]:]}); err != nil {
				return s.inParam(i, err)
			}
		}
		return nil
	}
	ptr := uint32(stack[0])
	if err := s.spilledParams(cx, ptr); err != nil {
		return err
	}
	for i, b := range p.Bindings {
		if err := cx.load(b, p.at(base, i), guestPlace{ptr: ptr + s.params.Offset(i)}); err != nil {
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
		return cx.load(b, result, guestPlace{slots: stack})
	}
	ptr := uint32(stack[0])
	if err := s.spilledResult(cx, ptr); err != nil {
		return err
	}
	return cx.load(b, result, guestPlace{ptr: ptr})
}

// LowerGoResult gives the result to the caller of the lowered function: on stack,
// or in memory at ptr (see [Signature.ResultPointer]).
func (s *Signature) LowerGoResult(cx *Context, b *Binding, result unsafe.Pointer, stack []uint64, ptr uint32) error {
	cx.beginIf(s.resultInMemory)
	at := guestPlace{slots: stack}
	if s.SpillResult {
		if err := s.spilledResult(cx, ptr); err != nil {
			return err
		}
		at = guestPlace{ptr: ptr}
	}
	return located(cx.store(b, result, at), "result", "")
}
