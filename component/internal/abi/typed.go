package abi

import (
	"fmt"
	"unsafe"
)

// LowerGo puts the arguments of a call of the core function on stack: for each
// parameter a binding of its type, and where the Go value is. The values are only
// read, and not kept.
func (s *Signature) LowerGo(cx *Context, bindings []*Binding, args []unsafe.Pointer, stack []uint64) error {
	cx.Begin()
	if !s.SpillParams {
		for i, b := range bindings {
			if err := cx.store(b, args[i], guestPlace{slots: stack[s.slots[i]:]}); err != nil {
				return s.inParam(i, err)
			}
		}
		return nil
	}
	ptr, err := s.allocateParams(cx, stack)
	if err != nil {
		return err
	}
	for i, b := range bindings {
		if err := cx.store(b, args[i], guestPlace{ptr: ptr + s.params.Offset(i)}); err != nil {
			return s.inParam(i, err)
		}
	}
	return nil
}

func (s *Signature) inParam(i int, err error) error {
	return located(err, "argument ", s.Type.Params[i].Name)
}

// LiftGo makes the arguments of a call of the lowered function, whose parameters
// are on stack. The Go values are zero before.
func (s *Signature) LiftGo(cx *Context, bindings []*Binding, args []unsafe.Pointer, stack []uint64) error {
	cx.Begin()
	if !s.SpillParams {
		for i, b := range bindings {
			if err := cx.load(b, args[i], guestPlace{slots: stack[s.slots[i]:]}); err != nil {
				return s.inParam(i, err)
			}
		}
		return nil
	}
	ptr := uint32(stack[0])
	if err := s.spilledParams(cx, ptr); err != nil {
		return err
	}
	for i, b := range bindings {
		if err := cx.load(b, args[i], guestPlace{ptr: ptr + s.params.Offset(i)}); err != nil {
			return s.inParam(i, err)
		}
	}
	return nil
}

// LiftGoResult makes the result of a call of the core function, whose results are
// on stack. The Go value is zero before.
func (s *Signature) LiftGoResult(cx *Context, b *Binding, result unsafe.Pointer, stack []uint64) error {
	cx.Begin()
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
	cx.Begin()
	at := guestPlace{slots: stack}
	if s.SpillResult {
		if err := s.spilledResult(cx, ptr); err != nil {
			return err
		}
		at = guestPlace{ptr: ptr}
	}
	return located(cx.store(b, result, at), "result", "")
}

// CheckBindings reports whether bindings are for the parameters of s.
func (s *Signature) CheckBindings(bindings []*Binding) error {
	if len(bindings) != len(s.Type.Params) {
		return fmt.Errorf("%d arguments for %v", len(bindings), s.Type)
	}
	for i, b := range bindings {
		if p := s.Type.Params[i]; !b.Type.Equal(p.Type) {
			return s.inParam(i, mismatch(b.Go, p.Type))
		}
	}
	return nil
}
