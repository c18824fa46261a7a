package abi

import "github.com/patchbay-go/patchbay/component/types"

// liftFlat returns the value of type t that begins at slots[0]. The slots of a
// variant's payload hold whichever type they were joined from in their low bits,
// so that the coercions of lift_flat_variant need no code.
func (cx *Context) liftFlat(t *types.Type, slots []uint64) (types.Value, error) {
	switch kind := t.Kind(); {
	case kind == types.String:
		return cx.loadText(uint32(slots[0]), uint32(slots[1]))
	case t.IsList():
		return cx.loadList(t, uint32(slots[0]), uint32(slots[1]))
	case kind == types.FixedList:
		return cx.liftFlatList(t, slots)
	case t.IsRecord():
		return cx.liftFlatRecord(t, slots)
	case t.IsVariant():
		return cx.liftFlatVariant(t, slots)
	}
	return cx.liftScalar(t, slots[0])
}

func (cx *Context) liftFlatList(t *types.Type, slots []uint64) (types.Value, error) {
	elems := make([]types.Value, t.Len())
	for i := range elems {
		var err error
		if elems[i], err = cx.liftFlat(t.Elem(), slots); err != nil {
			return types.Value{}, err
		}
		slots = slots[t.Elem().FlatCount():]
	}
	return types.ListValue(t, elems...), nil
}

func (cx *Context) liftFlatRecord(t *types.Type, slots []uint64) (types.Value, error) {
	fields := t.Fields()
	values := make([]types.Value, len(fields))
	for i, f := range fields {
		var err error
		if values[i], err = cx.liftFlat(f.Type, slots); err != nil {
			return types.Value{}, err
		}
		slots = slots[f.Type.FlatCount():]
	}
	return types.RecordValue(t, values...), nil
}

func (cx *Context) liftFlatVariant(t *types.Type, slots []uint64) (types.Value, error) {
	payload, index, err := cx.liftCase(t, uint64(uint32(slots[0])))
	if err != nil || payload == nil {
		return types.VariantValue(t, index), err
	}
	v, err := cx.liftFlat(payload, slots[1:])
	if err != nil {
		return types.Value{}, err
	}
	return types.VariantValue(t, index, v), nil
}

// LiftParams appends the arguments of a call of the lowered function, whose
// parameters are on stack.
func (s *Signature) LiftParams(cx *Context, dst []types.Value, stack []uint64) ([]types.Value, error) {
	cx.Begin()
	if s.SpillParams {
		ptr := uint32(stack[0])
		if err := s.spilledParams(cx, ptr); err != nil {
			return dst, err
		}
		for i, p := range s.Type.Params {
			v, err := cx.Load(p.Type, ptr+s.params.Offset(i))
			if err != nil {
				return dst, located(err, "argument ", p.Name)
			}
			dst = append(dst, v)
		}
		return dst, nil
	}
	for i, p := range s.Type.Params {
		v, err := cx.liftFlat(p.Type, stack[s.slots[i]:])
		if err != nil {
			return dst, located(err, "argument ", p.Name)
		}
		dst = append(dst, v)
	}
	return dst, nil
}

// LiftResult returns the result of a call of the core function, whose results
// are on stack; the zero Value if the function has none.
func (s *Signature) LiftResult(cx *Context, stack []uint64) (types.Value, error) {
	cx.Begin()
	switch {
	case s.Type.Result == nil:
		return types.Value{}, nil
	case !s.SpillResult:
		return cx.liftFlat(s.Type.Result, stack)
	}
	ptr := uint32(stack[0])
	if err := s.spilledResult(cx, ptr); err != nil {
		return types.Value{}, err
	}
	return cx.Load(s.Type.Result, ptr)
}
