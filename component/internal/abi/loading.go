package abi

import (
	"unicode/utf8"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// loadValues makes the values that the steps say: those of parameters, of a
// record's fields, or one. What is above a number's width is ignored; so are, on
// the stack, the types that slots of a variant's payload were joined from.
func (cx *Context) loadValues(steps []valueStep, dst []types.Value, at guestPlace) error {
	for i := range steps {
		s := &steps[i]
		switch s.code {
		case valueUnsigned, valueSigned:
			dst[i] = types.ScalarValue(s.typ, s.lifted(cx.valueBits(s, &at)))
		case valueBool:
			dst[i] = types.ScalarValue(s.typ, truth(uint64(uint32(cx.valueBits(s, &at)))))
		case valueString:
			ptr, tagged := cx.valuePair(s, &at)
			text, err := cx.loadString(ptr, tagged)
			if err != nil {
				return err
			}
			dst[i] = types.StringValue(text)
		case valueRecord:
			if s.image && at.slots == nil {
				v, err := cx.loadImage(s, at.ptr+s.mem, uint32(s.typ.Size()), 0)
				if err != nil {
					return err
				}
				dst[i] = v
				continue
			}
			if err := cx.loadRecord(s, dst[i:i+1], &at); err != nil {
				return err
			}
		default:
			if err := cx.loadOther(s, dst[i:i+1], &at); err != nil {
				return err
			}
		}
	}
	return nil
}

// lifted returns a number of the guest's as [types.Value] has it.
func (s *valueStep) lifted(bits uint64) uint64 {
	if s.code == valueSigned {
		return uint64(int64(bits<<s.shift) >> s.shift)
	}
	return bits & s.mask
}

// loadRecord makes a record of values.
func (cx *Context) loadRecord(s *valueStep, dst []types.Value, at *guestPlace) error {
	fields, err := cx.take(uint64(s.count), 0)
	if err != nil {
		return err
	}
	dst[0] = types.RecordValue(s.typ, fields...)
	return cx.loadValues(s.parts, fields, s.place(at))
}

// loadOther makes the value in dst.
func (cx *Context) loadOther(s *valueStep, dst []types.Value, at *guestPlace) error {
	switch s.code {
	case valuePacked, valueList:
		ptr, count := cx.valuePair(s, at)
		if err := cx.listBounds(s.typ.Elem(), ptr, count); err != nil {
			return err
		}
		return cx.loadElems(s, dst, ptr, count)
	case valueArray:
		if at.slots != nil {
			return cx.liftArray(s, dst, at.slots[s.slot:])
		}
		return cx.loadElems(s, dst, at.ptr+s.mem, s.count)
	case valueVariant:
		return cx.loadVariant(s, dst, at)
	case valueHandle:
		handle, err := cx.liftHeld(s.typ, uint32(cx.valueBits(s, at)))
		dst[0] = types.HandleValue(s.typ, handle)
		return err
	}
	bits, err := cx.normal(s.typ, uint64(uint32(cx.valueBits(s, at))))
	dst[0] = types.ScalarValue(s.typ, bits)
	return err
}

// valueBits returns the number, the discriminant or the handle that s moves.
func (cx *Context) valueBits(s *valueStep, at *guestPlace) uint64 {
	if at.slots != nil {
		return at.slots[s.slot]
	}
	return cx.loadInt(at.ptr+s.mem, uint32(s.width))
}

// valuePair returns a pointer and a length.
func (cx *Context) valuePair(s *valueStep, at *guestPlace) (uint32, uint32) {
	if at.slots != nil {
		return uint32(at.slots[s.slot]), uint32(at.slots[s.slot+1])
	}
	pair := cx.loadInt(at.ptr+s.mem, 8)
	return uint32(pair), uint32(pair >> 32)
}

// truth returns the bits of a bool.
func truth(bits uint64) uint64 {
	if bits != 0 {
		return 1
	}
	return 0
}

func validChar(c uint32) bool {
	return c <= utf8.MaxRune && (c < 0xd800 || c > 0xdfff)
}

func flagsMask(t *types.Type) uint64 { return 1<<t.Len() - 1 }

// liftHeld turns a handle of the guest into one of the host.
func (cx *Context) liftHeld(t *types.Type, index uint32) (*types.Handle, error) {
	rep, err := cx.Handles.LiftHandle(t, index)
	if err != nil {
		return nil, err
	}
	return cx.Holder.Hold(t, rep)
}

// listBounds checks that count elements of type elem are at ptr: the checks of
// load_list_from_range.
func (cx *Context) listBounds(elem *types.Type, ptr, count uint32) error {
	size := uint64(count) * elem.Size()
	switch {
	case size > maxBytes:
		return cx.trap(faultListLength)
	case ptr&(elem.Align()-1) != 0:
		return cx.trap(faultListAlign)
	case !cx.within(ptr, size):
		return cx.trap(faultListBounds)
	}
	return nil
}

// loadElems is load_list_from_valid_range.
func (cx *Context) loadElems(s *valueStep, dst []types.Value, ptr, count uint32) error {
	part := &s.parts[0]
	size := uint32(part.typ.Size())
	packed := s.code != valueList && part.typ.PackedSize() > 0
	if s.image && !packed {
		v, err := cx.loadImage(s, ptr, count*size, count)
		dst[0] = v
		return err
	}
	if err := cx.spend(uint64(count) * part.names); err != nil {
		return err
	}
	if packed {
		v, err := cx.loadPacked(s.typ, ptr, count*size)
		dst[0] = v
		return err
	}
	elems, err := cx.take(uint64(count), uint64(part.inner))
	if err != nil {
		return err
	}
	for i := range elems {
		if err := cx.loadValues(s.parts, elems[i:], guestPlace{ptr: ptr}); err != nil {
			return err
		}
		ptr += size
	}
	dst[0] = types.ListValue(s.typ, elems...)
	return nil
}

// loadPacked copies a list of scalars as a block. Where not every pattern of
// bits is a value, it looks at each.
func (cx *Context) loadPacked(t *types.Type, ptr, size uint32) (types.Value, error) {
	if err := cx.spend(uint64(size)); err != nil {
		return types.Value{}, err
	}
	raw := []byte(nil)
	raw = append(raw, cx.memory[ptr:][:size]...)
	if !t.Elem().Kind().IsNumber() {
		if err := cx.normalize(raw, t.Elem()); err != nil {
			return types.Value{}, err
		}
	}
	return types.PackedValue(t, unsafe.String(unsafe.SliceData(raw), len(raw))), nil
}

// normalize checks the scalars of type t in raw and gives each the bits that
// lowering gives it.
func (cx *Context) normalize(raw []byte, t *types.Type) error {
	size := int(t.Size())
	for i := 0; i < len(raw); i += size {
		b := raw[i : i+size]
		bits, err := cx.normal(t, littleEndianInt(b))
		if err != nil {
			return err
		}
		putLittleEndian(b, bits)
	}
	return nil
}

// normal returns the bits of a bool, char, flags or enum as lowering has them.
func (cx *Context) normal(t *types.Type, bits uint64) (uint64, error) {
	switch kind := t.Kind(); {
	case kind == types.Bool && bits != 0:
		return 1, nil
	case kind == types.Char && !validChar(uint32(bits)):
		return 0, cx.trap(faultChar)
	case kind == types.Flags:
		return bits & flagsMask(t), nil
	case kind == types.Enum && bits >= uint64(t.Len()):
		return 0, noCase(bits, t.Len())
	}
	return bits, nil
}

func littleEndianInt(b []byte) (n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n
}

func putLittleEndian(b []byte, n uint64) {
	for i := range b {
		b[i] = byte(n)
		n >>= 8
	}
}

// loadVariant makes a variant of its payload, which is in the place of it first.
func (cx *Context) loadVariant(s *valueStep, dst []types.Value, at *guestPlace) error {
	index := uint32(cx.valueBits(s, at))
	if index >= s.count {
		return noCase(uint64(index), int(s.count))
	}
	part := s.parts[index : index+1]
	if part[0].code == valueNone {
		dst[0] = types.VariantValue(s.typ, int(index))
		return nil
	}
	if part[0].isNumber() {
		there := s.place(at)
		bits := part[0].lifted(cx.valueBits(&part[0], &there))
		dst[0] = types.VariantValue(s.typ, int(index), types.ScalarValue(part[0].typ, bits))
		return nil
	}
	if err := cx.spend(valueSize); err != nil { // it may need a place of its own
		return err
	}
	if err := cx.loadValues(part, dst, s.place(at)); err != nil {
		return err
	}
	dst[0] = types.VariantValue(s.typ, int(index), dst[0])
	return nil
}
