package abi

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// LowerParams puts the arguments of a call of the core function on stack.
func (s *Signature) LowerParams(cx *Context, args []types.Value, stack []uint64) error {
	if len(args) != len(s.Type.Params) {
		return fmt.Errorf("%d arguments for %v", len(args), s.Type)
	}
	plan := s.values()
	if plan.numbers && lowerNumbers(plan.params, args, stack) {
		return nil
	}
	at := guestPlace{slots: stack}
	if s.SpillParams {
		ptr, err := s.allocateParams(cx, stack)
		if err != nil {
			return err
		}
		at = guestPlace{ptr: ptr}
	}
	if i, err := cx.storeValues(plan.params, args, at); err != nil {
		return s.inParam(i, err)
	}
	return nil
}

// lowerNumbers is storeValues for numbers on the stack: a call takes little more
// than they do. It stops at a value whose type is another, or looks like it.
func lowerNumbers(steps []valueStep, values []types.Value, stack []uint64) bool {
	for i := range steps {
		s, v := &steps[i], &values[i]
		if v.Type() != s.typ {
			return false
		}
		stack[s.slot] = s.lowered(v.Bits())
	}
	return true
}

// allocateParams makes room for spilled parameters and puts its address on
// stack.
func (s *Signature) allocateParams(cx *Context, stack []uint64) (uint32, error) {
	ptr, err := cx.allocate(s.params.Align(), uint32(s.params.Size()))
	stack[0] = uint64(ptr)
	return ptr, err
}

// LowerResult gives result to the caller of the lowered function: on stack, or
// in memory at the address that the last parameter was, which is ptr.
func (s *Signature) LowerResult(cx *Context, result types.Value, stack []uint64, ptr uint32) error {
	if s.Type.Result == nil {
		return nil
	}
	cx.beginIf(s.resultInMemory)
	at := guestPlace{slots: stack}
	if s.SpillResult {
		if err := s.spilledResult(cx, ptr); err != nil {
			return err
		}
		at = guestPlace{ptr: ptr}
	}
	return located(cx.storePart(s.values().result, result, at), "result", "")
}

// ResultPointer returns the address for a spilled result, which the caller of a
// lowered function gives as the last parameter. Read it before the stack is
// written to.
func (s *Signature) ResultPointer(stack []uint64) uint32 {
	if !s.SpillResult {
		return 0
	}
	return uint32(stack[len(s.Lower.Params)-1])
}
