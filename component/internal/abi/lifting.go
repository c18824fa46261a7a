package abi

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// liftArray makes a list of fixed length whose elements are on the stack.
func (cx *Context) liftArray(s *valueStep, dst []types.Value, slots []uint64) error {
	elems, err := cx.take(uint64(s.count), uint64(s.parts[0].inner))
	if err != nil {
		return err
	}
	for i := range elems {
		if err := cx.loadValues(s.parts, elems[i:], guestPlace{slots: slots}); err != nil {
			return err
		}
		slots = slots[s.parts[0].slots:]
	}
	dst[0] = types.ListValue(s.typ, elems...)
	return nil
}

// LiftParams appends the arguments of a call of the lowered function, whose
// parameters are on stack.
func (s *Signature) LiftParams(cx *Context, dst []types.Value, stack []uint64) ([]types.Value, error) {
	cx.beginIf(s.paramsInMemory)
	at := guestPlace{slots: stack}
	if s.SpillParams {
		at = guestPlace{ptr: uint32(stack[0])}
		if err := s.spilledParams(cx, at.ptr); err != nil {
			return dst, err
		}
	}
	steps := s.values().params
	n := len(dst)
	dst = slices.Grow(dst, len(steps))[:n+len(steps)]
	defer cx.arena.release()
	for i := range steps {
		if err := cx.loadValues(steps[i:i+1], dst[n+i:], at); err != nil {
			return dst[:n], s.inParam(i, err)
		}
	}
	return dst, nil
}

// LiftResult returns the result of a call of the core function, whose results
// are on stack; the zero Value if the function has none.
func (s *Signature) LiftResult(cx *Context, stack []uint64) (types.Value, error) {
	if s.Type.Result == nil {
		return types.Value{}, nil
	}
	plan := s.values()
	if plan.number {
		return types.ScalarValue(s.Type.Result, plan.result[0].lifted(stack[0])), nil
	}
	cx.beginIf(s.resultInMemory)
	at := guestPlace{slots: stack}
	if s.SpillResult {
		at = guestPlace{ptr: uint32(stack[0])}
		if !cx.isArea(s.Type.Result, at.ptr) {
			return types.Value{}, s.spilledResult(cx, at.ptr)
		}
	}
	var v [1]types.Value
	err := cx.loadValues(plan.result, v[:], at)
	cx.arena.release()
	if err != nil {
		return types.Value{}, err
	}
	return v[0], nil
}
