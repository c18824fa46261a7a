package abi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// put writes the value of an operation, which is zero above its width.
func (cx *Context) put(at *guestPlace, o *operation, v uint64) {
	if at.slots != nil {
		at.slots[o.slot] = v
		return
	}
	cx.storeInt(at.ptr+o.mem, uint32(o.width), v)
}

// putPair writes a pointer and a length.
func (cx *Context) putPair(at *guestPlace, o *operation, ptr, length uint32, err error) error {
	if err != nil {
		return err
	}
	if at.slots != nil {
		at.slots[o.slot], at.slots[o.slot+1] = uint64(ptr), uint64(length)
		return nil
	}
	cx.storeInt(at.ptr+o.mem, 4, uint64(ptr))
	cx.storeInt(at.ptr+o.mem+4, 4, uint64(length))
	return nil
}

// store gives the Go value at src to the guest.
func (cx *Context) store(b *Binding, src unsafe.Pointer, at guestPlace) (err error) {
	if at.slots != nil {
		_, err = cx.storeFlat(b.operations, src, at.slots)
	} else {
		_, err = cx.storeMemory(b.memory, src, at.ptr)
	}
	return err
}

// number returns what a number is on the stack, whatever its type.
func (o *operation) number(p unsafe.Pointer) uint64 {
	switch o.code {
	case op32:
		return uint64(*(*uint32)(p))
	case op64:
		return *(*uint64)(p)
	case opS8:
		return uint64(uint32(*(*int8)(p)))
	case opS16:
		return uint64(uint32(*(*int16)(p)))
	case opU16:
		return uint64(*(*uint16)(p))
	}
	return uint64(*(*uint8)(p)) // opU8, opBool
}

// storeFlat puts what steps are for on the stack, from src. Next to an error is the
// step that failed. Of what is no number it knows strings, which are most of that.
func (cx *Context) storeFlat(steps []operation, src unsafe.Pointer, slots []uint64) (int, error) {
	for i := range steps {
		o := &steps[i]
		p := unsafe.Add(src, o.go_)
		switch o.code {
		case op32:
			slots[o.slot] = uint64(*(*uint32)(p))
		case op64:
			slots[o.slot] = *(*uint64)(p)
		case opS8:
			slots[o.slot] = uint64(uint32(*(*int8)(p)))
		case opU8, opBool:
			slots[o.slot] = uint64(*(*uint8)(p))
		case opS16:
			slots[o.slot] = uint64(uint32(*(*int16)(p)))
		case opU16:
			slots[o.slot] = uint64(*(*uint16)(p))
		case opString:
			ptr, tagged, err := cx.storeText(*(*string)(p))
			if err != nil {
				return i, err
			}
			slots[o.slot], slots[o.slot+1] = uint64(ptr), uint64(tagged)
		case opOutcome:
			failed := *(*uint8)(unsafe.Add(p, o.detail.valid))
			if err := cx.storePayload(o, p, &guestPlace{slots: slots}, uint64(failed)); err != nil {
				return i, err
			}
		default:
			if err := cx.storeComposite(o, p, &guestPlace{slots: slots}); err != nil {
				return i, err
			}
		}
	}
	return 0, nil
}

// storeMemory is storeFlat for memory, from ptr on.
func (cx *Context) storeMemory(steps []operation, src unsafe.Pointer, ptr uint32) (int, error) {
	for i := range steps {
		o := &steps[i]
		p := unsafe.Add(src, o.go_)
		switch o.code {
		case opS8, opU8, opBool:
			cx.memory[ptr+o.mem] = *(*uint8)(p)
		case opS16, opU16:
			binary.LittleEndian.PutUint16(cx.memory[ptr+o.mem:], *(*uint16)(p))
		case op32:
			binary.LittleEndian.PutUint32(cx.memory[ptr+o.mem:], *(*uint32)(p))
		case op64:
			binary.LittleEndian.PutUint64(cx.memory[ptr+o.mem:], *(*uint64)(p))
		case opBlock:
			copy(cx.memory[ptr+o.mem:], unsafe.Slice((*byte)(p), o.count))
		default:
			if err := cx.storeComposite(o, p, &guestPlace{ptr: ptr}); err != nil {
				return i, err
			}
		}
	}
	return 0, nil
}

func (cx *Context) storeComposite(o *operation, p unsafe.Pointer, at *guestPlace) error {
	switch o.code {
	case opChar:
		c := *(*uint32)(p)
		if !validChar(c) {
			return fmt.Errorf("%#x is no char", c)
		}
		cx.put(at, o, uint64(c))
	case opString:
		ptr, tagged, err := cx.storeText(*(*string)(p))
		return cx.putPair(at, o, ptr, tagged, err)
	case opList:
		s := *(*[]byte)(p) // only its header: it is of another type
		ptr, err := cx.storeSlice(o.detail, unsafe.Pointer(unsafe.SliceData(s)), len(s))
		return cx.putPair(at, o, ptr, uint32(len(s)), err)
	case opArray:
		return cx.storeArray(o, p, at)
	case opFlags:
		bits := goInt(p, o.goSize)
		if bits>>o.count != 0 {
			return fmt.Errorf("flags %#x for %d labels", bits, o.count)
		}
		cx.put(at, o, bits)
	case opFlagBools:
		var bits uint64
		for i, offset := range o.detail.flagOffsets {
			bits |= uint64(*(*uint8)(unsafe.Add(p, offset))) << i
		}
		cx.put(at, o, bits)
	case opHandle:
		bits, err := cx.lowerHandle(*(**types.Handle)(p), o.detail.typ)
		cx.put(at, o, bits)
		return err
	case opHolder:
		return cx.storeHolder(o, p, at)
	case opGoValue:
		return cx.storeGoValue(o, p, at)
	default:
		return cx.storeCase(o, p, at)
	}
	return nil
}

// storeCase gives a variant to the guest.
func (cx *Context) storeCase(o *operation, p unsafe.Pointer, at *guestPlace) error {
	d := o.detail
	switch o.code {
	case opEnum:
		index := goInt(p, o.goSize)
		if index >= uint64(o.count) {
			return fmt.Errorf("case %d of %v", index, d.typ)
		}
		cx.put(at, o, index)
		return nil
	case opEnumText:
		index := d.typ.FieldIndex(*(*string)(p))
		if index < 0 {
			return fmt.Errorf("%q is no case of %v", *(*string)(p), d.typ)
		}
		cx.put(at, o, uint64(index))
		return nil
	case opPointer:
		return cx.storeOption(o, *(*unsafe.Pointer)(p), at)
	case opMaybe:
		if !*(*bool)(unsafe.Add(p, d.valid)) {
			p = nil
		}
		return cx.storeOption(o, p, at)
	case opSealed:
		return cx.storeSealed(o, p, at)
	case opOutcome:
		return cx.storePayload(o, p, at, uint64(*(*uint8)(unsafe.Add(p, d.valid))))
	}
	index, err := setCase(d.cases, p)
	if err != nil {
		return fmt.Errorf("%v: %w", d.typ, err)
	}
	return cx.storePayload(o, p, at, index)
}

// begin writes the discriminant, and zero to the slots of the payload.
func (cx *Context) begin(o *operation, at *guestPlace, index uint64) {
	if at.slots != nil {
		clear(at.slots[o.slot+1:][:o.detail.slots-1])
	}
	cx.put(at, o, index)
}

func (cx *Context) storeOption(o *operation, value unsafe.Pointer, at *guestPlace) error {
	if value == nil {
		cx.begin(o, at, 0)
		return nil
	}
	cx.begin(o, at, 1)
	return cx.store(o.detail.elem, value, at.payload(o))
}

var errNoCase, errManyCases = errors.New("no case is set"), errors.New("more than one case is set")

// setCase returns which field of a struct for a variant is set.
func setCase(cases []goCase, p unsafe.Pointer) (uint64, error) {
	found := -1
	for i := range cases {
		field := unsafe.Add(p, cases[i].offset)
		set := false
		if cases[i].pointer {
			set = *(*unsafe.Pointer)(field) != nil
		} else {
			set = *(*bool)(field)
		}
		switch {
		case set && found >= 0:
			return 0, errManyCases
		case set:
			found = i
		}
	}
	if found < 0 {
		return 0, errNoCase
	}
	return uint64(found), nil
}

func (cx *Context) storePayload(o *operation, p unsafe.Pointer, at *guestPlace, index uint64) error {
	cx.begin(o, at, index)
	c := &o.detail.cases[index]
	if c.payload == nil {
		return nil
	}
	field := unsafe.Add(p, c.offset)
	if c.pointer {
		field = *(*unsafe.Pointer)(field)
	}
	if at.slots != nil && c.payload.IsNumber() {
		at.slots[o.slot+1] = c.payload.Number(field)
		return nil
	}
	return located(cx.store(c.payload, field, at.payload(o)), "case ", c.name)
}

func (cx *Context) storeArray(o *operation, p unsafe.Pointer, at *guestPlace) error {
	elem := o.detail.elem
	if at.slots == nil {
		return cx.storeElements(elem, p, at.ptr+o.mem, int(o.count))
	}
	slots := at.slots[o.slot:]
	for i := range uintptr(o.count) {
		if err := cx.store(elem, unsafe.Add(p, i*elem.goSize), guestPlace{slots: slots}); err != nil {
			return located(err, "element ", strconv.Itoa(int(i)))
		}
		slots = slots[elem.Type.FlatCount():]
	}
	return nil
}

// storeSlice stores n elements from p on.
func (cx *Context) storeSlice(d *detail, p unsafe.Pointer, n int) (uint32, error) {
	size := uint64(n) * d.typ.Elem().Size()
	if size > maxBytes {
		return 0, fmt.Errorf("the list takes %d bytes, more than 2^28-1", size)
	}
	ptr, err := cx.allocate(d.typ.Elem().Align(), uint32(size))
	if err != nil {
		return 0, err
	}
	return ptr, cx.storeElements(d.elem, p, ptr, n)
}

func (cx *Context) storeElements(elem *Binding, p unsafe.Pointer, ptr uint32, n int) error {
	if elem.plain {
		copy(cx.memory[ptr:], unsafe.Slice((*byte)(p), uintptr(n)*elem.goSize))
		return nil
	}
	size := uint32(elem.Type.Size())
	for i := range uintptr(n) {
		if err := cx.store(elem, unsafe.Add(p, i*elem.goSize), guestPlace{ptr: ptr}); err != nil {
			return located(err, "element ", strconv.Itoa(int(i)))
		}
		ptr += size
	}
	return nil
}
