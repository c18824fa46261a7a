package abi

import (
	"fmt"
	"strconv"

	"github.com/patchbay-go/patchbay/component/types"
)

// lowerFlat writes v, a value of type t, to the slots from the first on.
func (cx *Context) lowerFlat(v types.Value, t *types.Type, slots []uint64) error {
	if err := fits(v, t); err != nil {
		return err
	}
	switch kind := t.Kind(); {
	case kind == types.String:
		ptr, tagged, err := cx.storeText(v.Text())
		slots[0], slots[1] = uint64(ptr), uint64(tagged)
		return err
	case t.IsList():
		ptr, err := cx.storeList(v, t)
		slots[0], slots[1] = uint64(ptr), uint64(v.Len())
		return err
	case kind == types.FixedList:
		return cx.lowerFlatList(v, t, slots)
	case t.IsRecord():
		return cx.lowerFlatRecord(v, t, slots)
	case t.IsVariant():
		return cx.lowerFlatVariant(v, t, slots)
	}
	bits, err := cx.lowerScalar(v, t)
	slots[0] = bits
	return err
}

func (cx *Context) lowerFlatList(v types.Value, t *types.Type, slots []uint64) error {
	for i, e := range v.All() {
		if err := cx.lowerFlat(e, t.Elem(), slots); err != nil {
			return located(err, "element ", strconv.Itoa(i))
		}
		slots = slots[t.Elem().FlatCount():]
	}
	return nil
}

func (cx *Context) lowerFlatRecord(v types.Value, t *types.Type, slots []uint64) error {
	for i, f := range t.Fields() {
		if err := cx.lowerFlat(v.Index(i), f.Type, slots); err != nil {
			return located(err, "field ", f.Name)
		}
		slots = slots[f.Type.FlatCount():]
	}
	return nil
}

// lowerFlatVariant sets the slots that the case does not use to zero.
func (cx *Context) lowerFlatVariant(v types.Value, t *types.Type, slots []uint64) error {
	c, payload, err := matchCase(v, t)
	if err != nil {
		return err
	}
	clear(slots[:t.FlatCount()])
	slots[0] = v.Bits()
	if c.Type == nil {
		return nil
	}
	if err := cx.lowerFlat(payload, c.Type, slots[1:]); err != nil {
		return located(err, "case ", c.Name)
	}
	return nil
}

// LowerParams puts the arguments of a call of the core function on stack.
func (s *Signature) LowerParams(cx *Context, args []types.Value, stack []uint64) error {
	if len(args) != len(s.Type.Params) {
		return fmt.Errorf("%d arguments for %v", len(args), s.Type)
	}
	cx.Begin()
	if s.SpillParams {
		ptr, err := s.allocateParams(cx, stack)
		if err != nil {
			return err
		}
		for i, p := range s.Type.Params {
			if err := cx.Store(args[i], p.Type, ptr+s.params.Offset(i)); err != nil {
				return located(err, "argument ", p.Name)
			}
		}
		return nil
	}
	for i, p := range s.Type.Params {
		if err := cx.lowerFlat(args[i], p.Type, stack[s.slots[i]:]); err != nil {
			return located(err, "argument ", p.Name)
		}
	}
	return nil
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
	cx.Begin()
	switch {
	case s.Type.Result == nil:
		return nil
	case !s.SpillResult:
		return located(cx.lowerFlat(result, s.Type.Result, stack), "result", "")
	}
	if err := s.spilledResult(cx, ptr); err != nil {
		return err
	}
	return located(cx.Store(result, s.Type.Result, ptr), "result", "")
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
