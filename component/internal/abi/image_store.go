package abi

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// A stored is an image that is given to a guest. Nobody has checked it but for
// being long enough for the value that it begins with. What is in gaps stays
// there: it may come from another guest.
type stored struct {
	cx    *Context
	bytes []byte // only read
}

// storeImage gives a value to the guest if it is an image: a record at that place,
// or the elements of a list.
func (cx *Context) storeImage(s *valueStep, v *types.Value, at guestPlace) error {
	image, offset, count, ok := v.Image()
	if !ok {
		return nil
	}
	m := stored{cx, unsafe.Slice(unsafe.StringData(image), len(image))}
	if s.code == valueRecord {
		return m.storeRecord(s, offset, at)
	}
	return m.storeAll(s.parts, offset, count, at)
}

// store gives values to the guest, as the steps say; they begin at that offset. An
// error is of the value at that index.
func (m *stored) store(steps []valueStep, offset uint32, at guestPlace) (int, error) {
	for i := range steps {
		s := &steps[i]
		var err error
		switch here := offset + s.mem; s.code {
		case valueUnsigned, valueSigned:
			m.cx.putBits(s, &at, s.lowered(m.int(s, here)))
		case valueBool:
			m.cx.putBits(s, &at, truth(m.int(s, here)))
		case valueString:
			err = m.storeText(s, here, &at)
		case valueRecord:
			err = m.storeRecord(s, here, s.place(&at))
		default:
			err = m.storeOther(s, here, &at)
		}
		if err != nil {
			return i, err
		}
	}
	return 0, nil
}

func (m *stored) storeRecord(s *valueStep, offset uint32, at guestPlace) error {
	if i, err := m.store(s.parts, offset, at); err != nil {
		return s.inField(i, err)
	}
	return nil
}

// int returns the number or discriminant at an offset.
func (m *stored) int(s *valueStep, offset uint32) uint64 {
	switch b := m.bytes[offset:]; s.width {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	default:
		return binary.LittleEndian.Uint64(b)
	}
}

// content returns where the content of a string or list is and how many elements
// of that size there are.
func (m *stored) content(s *valueStep, offset uint32, size uint64) (start, count uint32, err error) {
	pair := binary.LittleEndian.Uint64(m.bytes[offset:])
	start, count = uint32(pair), uint32(pair>>32)
	if uint64(start)+uint64(count)*size > uint64(len(m.bytes)) {
		return 0, 0, fmt.Errorf("the image of %v ends within it", s.typ)
	}
	return start, count, nil
}

func (m *stored) storeText(s *valueStep, offset uint32, at *guestPlace) error {
	start, size, err := m.content(s, offset, 1)
	if err != nil {
		return err
	}
	b := m.bytes[start:][:size]
	ptr, tagged, err := m.cx.storeText(unsafe.String(unsafe.SliceData(b), len(b)))
	if err == nil {
		m.cx.putValuePair(s, at, ptr, tagged)
	}
	return err
}

func (m *stored) storeOther(s *valueStep, offset uint32, at *guestPlace) error {
	switch s.code {
	case valuePacked, valueList:
		return m.storeList(s, offset, at)
	case valueArray:
		return m.storeAll(s.parts, offset, s.count, s.place(at))
	case valueVariant:
		return m.storeCase(s, offset, at)
	}
	v := types.ScalarValue(s.typ, m.int(s, offset))
	return m.cx.storeOther(s, &v, at)
}

func (m *stored) storeList(s *valueStep, offset uint32, at *guestPlace) error {
	elem := s.typ.Elem()
	start, count, err := m.content(s, offset, elem.Size())
	if err != nil {
		return err
	}
	ptr, err := m.cx.allocateList(elem, uint64(count))
	if err != nil {
		return err
	}
	m.cx.putValuePair(s, at, ptr, count)
	return m.storeAll(s.parts, start, count, guestPlace{ptr: ptr})
}

// storeAll gives elements to the guest, which are one after the other on either
// side.
func (m *stored) storeAll(part []valueStep, offset, count uint32, at guestPlace) error {
	elem := part[0].typ
	size := uint32(elem.Size())
	if elem.PackedSize() > 0 && at.slots == nil {
		raw := m.bytes[offset:][:count*size]
		return m.cx.storePacked(unsafe.String(unsafe.SliceData(raw), len(raw)), elem, at.ptr)
	}
	for i := range count {
		if _, err := m.store(part, offset, at); err != nil {
			return located(err, "element ", strconv.Itoa(int(i)))
		}
		offset += size
		if at.slots != nil {
			at.slots = at.slots[part[0].slots:]
		}
		at.ptr += size
	}
	return nil
}

func (m *stored) storeCase(s *valueStep, offset uint32, at *guestPlace) error {
	index := m.int(s, offset)
	if index >= uint64(s.count) {
		return fmt.Errorf("case %d of %v", index, s.typ)
	}
	if at.slots != nil {
		clear(at.slots[s.slot:][:s.slots])
	}
	m.cx.putBits(s, at, index)
	if !s.hasPayload(index) {
		return nil
	}
	if _, err := m.store(s.parts[index:][:1], offset, s.place(at)); err != nil {
		return located(err, "case ", s.typ.Fields()[index].Name)
	}
	return nil
}
