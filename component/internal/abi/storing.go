package abi

import (
	"fmt"
	"strconv"

	"github.com/patchbay-go/patchbay/component/types"
)

// Store writes v, a value of type t, at ptr, where there is room for it. An
// error that is no trap says what of v is not of type t.
func (cx *Context) Store(v types.Value, t *types.Type, ptr uint32) error {
	if err := fits(v, t); err != nil {
		return err
	}
	switch kind := t.Kind(); {
	case kind == types.String:
		begin, tagged, err := cx.storeText(v.Text())
		return cx.storePair(ptr, begin, tagged, err)
	case t.IsList():
		begin, err := cx.storeList(v, t)
		return cx.storePair(ptr, begin, uint32(v.Len()), err)
	case kind == types.FixedList:
		return cx.storeElems(v, t, ptr)
	case t.IsRecord():
		return cx.storeRecord(v, t, ptr)
	case t.IsVariant():
		return cx.storeVariant(v, t, ptr)
	}
	bits, err := cx.lowerScalar(v, t)
	if err == nil {
		cx.storeInt(ptr, uint32(t.Size()), bits)
	}
	return err
}

func (cx *Context) storePair(ptr, first, second uint32, err error) error {
	if err != nil {
		return err
	}
	cx.storeInt(ptr, 4, uint64(first))
	cx.storeInt(ptr+4, 4, uint64(second))
	return nil
}

// fits compares the types of v and t, whose parts are compared when it is their
// turn, and how many there are. Resource types are compared with each handle.
func fits(v types.Value, t *types.Type) error {
	switch {
	case v.Type() != t && !v.Type().SameShape(t):
		return fmt.Errorf("want %v, have %v", t, v.Type())
	case (t.Kind() == types.FixedList || t.IsRecord()) && v.Len() != t.Len():
		return fmt.Errorf("want %v, have one with %d elements", t, v.Len())
	}
	return nil
}

// lowerScalar returns the bits of v on the stack: small integers with a sign
// extend it to 32 bits.
func (cx *Context) lowerScalar(v types.Value, t *types.Type) (uint64, error) {
	switch bits := v.Bits(); t.Kind() {
	case types.Bool:
		if bits != 0 {
			bits = 1
		}
		return bits, nil
	case types.S8:
		return uint64(uint32(int8(bits))), nil
	case types.S16:
		return uint64(uint32(int16(bits))), nil
	case types.U8:
		return uint64(uint8(bits)), nil
	case types.U16:
		return uint64(uint16(bits)), nil
	case types.S64, types.U64, types.F64:
		return bits, nil
	case types.Char:
		if bits > 1<<32 || !validChar(uint32(bits)) {
			return 0, fmt.Errorf("%#x is no char", bits)
		}
		return bits, nil
	case types.Flags:
		if bits&^flagsMask(t) != 0 {
			return 0, fmt.Errorf("flags %#x for %d labels", bits, t.Len())
		}
		return bits, nil
	case types.Own, types.Borrow, types.Stream, types.Future, types.ErrorContext:
		return cx.lowerHandle(v.Handle(), t)
	default:
		return uint64(uint32(bits)), nil
	}
}

func (cx *Context) lowerHandle(handle *types.Handle, t *types.Type) (uint64, error) {
	if handle == nil {
		return 0, fmt.Errorf("%v: no handle", t)
	}
	rep, err := cx.Holder.Release(t, handle)
	if err != nil {
		return 0, err
	}
	index, err := cx.Handles.LowerHandle(t, rep)
	return uint64(index), err
}

// storeList is store_list_into_range.
func (cx *Context) storeList(v types.Value, t *types.Type) (uint32, error) {
	elem := t.Elem()
	size := uint64(v.Len()) * elem.Size()
	if size > maxBytes {
		return 0, fmt.Errorf("the list takes %d bytes, more than 2^28-1", size)
	}
	ptr, err := cx.allocate(elem.Align(), uint32(size))
	if err != nil {
		return 0, err
	}
	return ptr, cx.storeElems(v, t, ptr)
}

func (cx *Context) storeElems(v types.Value, t *types.Type, ptr uint32) error {
	elem := t.Elem()
	if raw, packed := v.Packed(); packed {
		return cx.storePacked(raw[:v.Len()*elem.PackedSize()], elem, ptr)
	}
	for i, e := range v.All() {
		if err := cx.Store(e, elem, ptr); err != nil {
			return located(err, "element ", strconv.Itoa(i))
		}
		ptr += uint32(elem.Size())
	}
	return nil
}

// storePacked copies scalars as a block, after a look at those whose bits can be
// wrong: whoever made the value was not asked.
func (cx *Context) storePacked(raw string, elem *types.Type, ptr uint32) error {
	if !elem.Kind().IsNumber() {
		size := int(elem.Size())
		for i := 0; i+size <= len(raw); i += size {
			bits := littleEndianInt([]byte(raw[i : i+size]))
			if same, err := cx.normal(elem, bits); err != nil || same != bits {
				return fmt.Errorf("element %d: %#x is no %v", i/size, bits, elem)
			}
		}
	}
	copy(cx.memory[ptr:], raw)
	return nil
}

func (cx *Context) storeRecord(v types.Value, t *types.Type, ptr uint32) error {
	for i, f := range t.Fields() {
		if err := cx.Store(v.Index(i), f.Type, ptr+t.Offset(i)); err != nil {
			return located(err, "field ", f.Name)
		}
	}
	return nil
}

func (cx *Context) storeVariant(v types.Value, t *types.Type, ptr uint32) error {
	c, payload, err := matchCase(v, t)
	if err != nil {
		return err
	}
	cx.storeInt(ptr, t.DiscriminantSize(), v.Bits())
	if c.Type == nil {
		return nil
	}
	if err := cx.Store(payload, c.Type, ptr+t.PayloadOffset()); err != nil {
		return located(err, "case ", c.Name)
	}
	return nil
}

// matchCase returns the case of v and its payload.
func matchCase(v types.Value, t *types.Type) (types.Field, types.Value, error) {
	cases := t.Fields()
	if v.Bits() >= uint64(len(cases)) {
		return types.Field{}, types.Value{}, fmt.Errorf("case %d of %v", v.Bits(), t)
	}
	c := cases[v.Bits()]
	payload, has := v.Payload()
	switch {
	case has && c.Type == nil:
		return c, payload, fmt.Errorf("case %s has no payload", c.Name)
	case !has && c.Type != nil:
		return c, payload, fmt.Errorf("case %s needs a payload", c.Name)
	}
	return c, payload, nil
}
