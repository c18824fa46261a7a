package abi

import (
	"fmt"
	"strconv"

	"github.com/patchbay-go/patchbay/component/types"
)

// storeValues gives values to the guest, as the steps say: arguments, the fields
// of a record, or one. An error that is no trap says what of the value at that
// index is not of its type. Types of parts are compared when it is their turn,
// and resource types with each handle.
func (cx *Context) storeValues(steps []valueStep, values []types.Value, at guestPlace) (int, error) {
	for i := range steps {
		s, v := &steps[i], &values[i]
		if t := v.Type(); t != s.typ && !t.SameShape(s.typ) {
			return i, fmt.Errorf("want %v, have %v", s.typ, t)
		}
		switch s.code {
		case valueUnsigned, valueSigned:
			cx.putBits(s, &at, s.lowered(v.Bits()))
		case valueBool:
			cx.putBits(s, &at, truth(v.Bits()))
		case valueString:
			ptr, tagged, err := cx.storeText(v.Text())
			if err != nil {
				return i, err
			}
			cx.putValuePair(s, &at, ptr, tagged)
		case valueRecord:
			if err := cx.storeRecord(s, v, s.place(&at)); err != nil {
				return i, err
			}
		default:
			if err := cx.storeOther(s, v, &at); err != nil {
				return i, err
			}
		}
	}
	return 0, nil
}

// lowered returns the bits of a number with the guest: of small ones with a sign
// 32 bits.
func (s *valueStep) lowered(bits uint64) uint64 {
	if s.code == valueSigned {
		return uint64(uint32(int64(bits<<s.shift) >> s.shift))
	}
	return bits & s.mask
}

func (cx *Context) storeOther(s *valueStep, v *types.Value, at *guestPlace) error {
	switch s.code {
	case valuePacked, valueList:
		ptr, err := cx.storeList(s, v)
		if err == nil {
			cx.putValuePair(s, at, ptr, uint32(v.Len()))
		}
		return err
	case valueArray:
		if v.Len() != int(s.count) {
			return s.wrongCount(v)
		}
		if at.slots != nil {
			return cx.lowerArray(s, v, at.slots[s.slot:])
		}
		return cx.storeElems(s, v, at.ptr+s.mem)
	case valueVariant, valueEnum:
		return cx.storeVariant(s, v, at)
	}
	bits, err := cx.lowerScalar(s, v)
	if err == nil {
		cx.putBits(s, at, bits)
	}
	return err
}

// putBits writes a number, a discriminant or a handle.
func (cx *Context) putBits(s *valueStep, at *guestPlace, bits uint64) {
	if at.slots != nil {
		at.slots[s.slot] = bits
		return
	}
	cx.storeInt(at.ptr+s.mem, uint32(s.width), bits)
}

func (cx *Context) putValuePair(s *valueStep, at *guestPlace, first, second uint32) {
	if at.slots != nil {
		at.slots[s.slot], at.slots[s.slot+1] = uint64(first), uint64(second)
		return
	}
	cx.storeInt(at.ptr+s.mem, 8, uint64(first)|uint64(second)<<32)
}

func (cx *Context) storePair(ptr, first, second uint32, err error) error {
	if err != nil {
		return err
	}
	cx.storeInt(ptr, 4, uint64(first))
	cx.storeInt(ptr+4, 4, uint64(second))
	return nil
}

func (s *valueStep) wrongCount(v *types.Value) error {
	return fmt.Errorf("want %v, have one with %d elements", s.typ, v.Len())
}

// lowerScalar returns what a char, flags or a handle is with the guest.
func (cx *Context) lowerScalar(s *valueStep, v *types.Value) (uint64, error) {
	if s.code == valueHandle {
		return cx.lowerHandle(v.Handle(), s.typ)
	}
	bits := v.Bits()
	switch s.code {
	case valueChar:
		if bits > 1<<32 || !validChar(uint32(bits)) {
			return 0, fmt.Errorf("%#x is no char", bits)
		}
	case valueFlags:
		if bits&^s.mask != 0 {
			return 0, fmt.Errorf("flags %#x for %d labels", bits, s.typ.Len())
		}
	}
	return bits, nil
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
	if err != nil && t.Kind() == types.Own {
		handle.Gone = false // the guest has not got it
	}
	return uint64(index), err
}

// storeList is store_list_into_range.
func (cx *Context) storeList(s *valueStep, v *types.Value) (uint32, error) {
	ptr, err := cx.allocateList(s.typ.Elem(), uint64(v.Len()))
	if err != nil {
		return 0, err
	}
	return ptr, cx.storeElems(s, v, ptr)
}

// allocateList asks for memory for so many elements.
func (cx *Context) allocateList(elem *types.Type, count uint64) (uint32, error) {
	size := count * elem.Size()
	if size > maxBytes {
		return 0, fmt.Errorf("the list takes %d bytes, more than 2^28-1", size)
	}
	return cx.allocate(elem.Align(), uint32(size))
}

func (cx *Context) storeElems(s *valueStep, v *types.Value, ptr uint32) error {
	elem := s.typ.Elem()
	if raw, packed := v.Packed(); packed {
		return cx.storePacked(raw[:v.Len()*elem.PackedSize()], elem, ptr)
	}
	elems, size := v.Elems(), uint32(elem.Size())
	for i := range elems {
		if _, err := cx.storeValues(s.parts, elems[i:], guestPlace{ptr: ptr}); err != nil {
			return located(err, "element ", strconv.Itoa(i))
		}
		ptr += size
	}
	if elems != nil {
		return nil
	}
	return cx.storeImage(s, v, guestPlace{ptr: ptr})
}

// storePart gives one value to the guest. Where it was inlined into a loop, the
// value would be on the heap.
//
//go:noinline
func (cx *Context) storePart(part []valueStep, v types.Value, at guestPlace) error {
	one := [1]types.Value{v}
	_, err := cx.storeValues(part[:1], one[:], at)
	return err
}

// lowerArray puts a list of fixed length on the stack.
func (cx *Context) lowerArray(s *valueStep, v *types.Value, slots []uint64) error {
	for i, e := range v.All() {
		if err := cx.storePart(s.parts, e, guestPlace{slots: slots}); err != nil {
			return located(err, "element ", strconv.Itoa(i))
		}
		slots = slots[s.parts[0].slots:]
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

func (cx *Context) storeRecord(s *valueStep, v *types.Value, at guestPlace) error {
	if v.Len() != int(s.count) {
		return s.wrongCount(v)
	}
	if fields := v.Elems(); fields != nil {
		if i, err := cx.storeValues(s.parts, fields, at); err != nil {
			return s.inField(i, err)
		}
		return nil
	}
	return cx.storeImage(s, v, at)
}

func (s *valueStep) inField(i int, err error) error {
	return located(err, "field ", s.typ.Fields()[i].Name)
}

// storeVariant sets the slots that the case does not use to zero.
func (cx *Context) storeVariant(s *valueStep, v *types.Value, at *guestPlace) error {
	index := v.Bits()
	payload, has := v.Payload()
	if index >= uint64(s.count) || has != s.hasPayload(index) {
		return wrongCase(v, s.typ)
	}
	if at.slots != nil {
		clear(at.slots[s.slot:][:s.slots])
	}
	cx.putBits(s, at, index)
	if !has {
		return nil
	}
	there := s.place(at)
	if part := &s.parts[index]; part.isNumber() && payload.Type() == part.typ {
		cx.putBits(part, &there, part.lowered(payload.Bits()))
		return nil
	}
	if err := cx.storePart(s.parts[index:], payload, there); err != nil {
		return located(err, "case ", s.typ.Fields()[index].Name)
	}
	return nil
}

func (s *valueStep) hasPayload(index uint64) bool {
	return s.parts != nil && s.parts[index].code != valueNone
}

// wrongCase says what is wrong with the case of v or with its payload.
func wrongCase(v *types.Value, t *types.Type) error {
	if v.Bits() >= uint64(t.Len()) {
		return fmt.Errorf("case %d of %v", v.Bits(), t)
	}
	if _, has := v.Payload(); has {
		return fmt.Errorf("case %s has no payload", v.Case())
	}
	return fmt.Errorf("case %s needs a payload", v.Case())
}
