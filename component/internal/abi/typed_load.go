package abi

import (
	"encoding/binary"
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// A guestPlace is where a value is on the guest's side: at an address, or in
// slots of the stack if slots is not nil.
type guestPlace struct {
	slots []uint64
	ptr   uint32
}

// first returns the value of an operation as a number: what is in memory, or in
// its slot, of which the width may be only a part.
func (cx *Context) first(at *guestPlace, o *operation) uint64 {
	if at.slots != nil {
		return at.slots[o.slot]
	}
	return cx.loadInt(at.ptr+o.mem, uint32(o.width))
}

// pair returns a pointer and a length.
func (cx *Context) pair(at *guestPlace, o *operation) (uint32, uint32) {
	if at.slots != nil {
		return uint32(at.slots[o.slot]), uint32(at.slots[o.slot+1])
	}
	ptr := at.ptr + o.mem
	return uint32(cx.loadInt(ptr, 4)), uint32(cx.loadInt(ptr+4, 4))
}

// payload returns where the payload of a variant is.
func (at *guestPlace) payload(o *operation) guestPlace {
	if at.slots != nil {
		return guestPlace{slots: at.slots[o.slot+1:]}
	}
	return guestPlace{ptr: at.ptr + o.mem + o.detail.payload}
}

// load makes the Go value at dst, which is zero.
func (cx *Context) load(b *Binding, dst unsafe.Pointer, at guestPlace) (err error) {
	if at.slots != nil {
		_, err = cx.loadFlat(b.operations, dst, at.slots)
	} else {
		_, err = cx.loadMemory(b.memory, dst, at.ptr)
	}
	return err
}

// setNumber sets the number at p to what is on the stack.
func (o *operation) setNumber(p unsafe.Pointer, v uint64) {
	switch o.code {
	case op32:
		*(*uint32)(p) = uint32(v)
	case op64:
		*(*uint64)(p) = v
	case opS16, opU16:
		*(*uint16)(p) = uint16(v)
	case opBool:
		*(*bool)(p) = uint32(v) != 0
	default: // opS8, opU8
		*(*uint8)(p) = uint8(v)
	}
}

// loadFlat makes what steps are for, at dst, which is zero, from what is on the
// stack. Next to an error is the step that failed.
func (cx *Context) loadFlat(steps []operation, dst unsafe.Pointer, slots []uint64) (int, error) {
	for i := range steps {
		o := &steps[i]
		p := unsafe.Add(dst, o.go_)
		switch o.code {
		case op32:
			*(*uint32)(p) = uint32(slots[o.slot])
		case op64:
			*(*uint64)(p) = slots[o.slot]
		case opS8, opU8:
			*(*uint8)(p) = uint8(slots[o.slot])
		case opS16, opU16:
			*(*uint16)(p) = uint16(slots[o.slot])
		case opBool:
			*(*bool)(p) = uint32(slots[o.slot]) != 0
		case opString:
			text, err := cx.loadString(uint32(slots[o.slot]), uint32(slots[o.slot+1]))
			if err != nil {
				return i, err
			}
			*(*string)(p) = text
		case opOutcome:
			if err := cx.loadCase(o, p, &guestPlace{slots: slots}); err != nil {
				return i, err
			}
		default:
			if err := cx.loadComposite(o, p, &guestPlace{slots: slots}); err != nil {
				return i, err
			}
		}
	}
	return 0, nil
}

// loadMemory is loadFlat for memory, from ptr on.
func (cx *Context) loadMemory(steps []operation, dst unsafe.Pointer, ptr uint32) (int, error) {
	for i := range steps {
		o := &steps[i]
		p := unsafe.Add(dst, o.go_)
		b := cx.memory[ptr+o.mem:]
		switch o.code {
		case opS8, opU8:
			*(*uint8)(p) = b[0]
		case opS16, opU16:
			*(*uint16)(p) = binary.LittleEndian.Uint16(b)
		case op32:
			*(*uint32)(p) = binary.LittleEndian.Uint32(b)
		case op64:
			*(*uint64)(p) = binary.LittleEndian.Uint64(b)
		case opBool:
			*(*bool)(p) = b[0] != 0
		case opBlock:
			copy(unsafe.Slice((*byte)(p), o.count), b)
		case opString:
			text, err := cx.loadString(binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]))
			if err != nil {
				return i, err
			}
			*(*string)(p) = text
		case opOutcome, opCases:
			if err := cx.loadCase(o, p, &guestPlace{ptr: ptr}); err != nil {
				return i, err
			}
		default:
			if err := cx.loadComposite(o, p, &guestPlace{ptr: ptr}); err != nil {
				return i, err
			}
		}
	}
	return 0, nil
}

func (cx *Context) loadComposite(o *operation, p unsafe.Pointer, at *guestPlace) (err error) {
	switch o.code {
	case opChar:
		c := uint32(cx.first(at, o))
		if !validChar(c) {
			return cx.trap(faultChar)
		}
		*(*rune)(p) = rune(c)
	case opList:
		ptr, count := cx.pair(at, o)
		return cx.loadSlice(o.detail, p, ptr, count)
	case opArray:
		return cx.loadArray(o, p, at)
	case opFlags:
		putGoInt(p, o.goSize, cx.first(at, o)&(1<<o.count-1))
	case opFlagBools:
		bits := cx.first(at, o)
		for i, offset := range o.detail.flagOffsets {
			*(*bool)(unsafe.Add(p, offset)) = bits>>i&1 != 0
		}
	case opHandle:
		*(**types.Handle)(p), err = cx.liftHeld(o.detail.typ, uint32(cx.first(at, o)))
	case opHolder:
		return cx.loadHolder(o, p, at)
	case opGoValue:
		return cx.loadGoValue(o, p, at)
	default:
		return cx.loadCase(o, p, at)
	}
	return err
}

// loadCase makes a Go value for a variant.
func (cx *Context) loadCase(o *operation, p unsafe.Pointer, at *guestPlace) error {
	index := uint32(cx.first(at, o))
	if index >= o.count {
		return noCase(uint64(index), int(o.count))
	}
	d := o.detail
	switch o.code {
	case opEnum:
		putGoInt(p, o.goSize, uint64(index))
	case opEnumText:
		*(*string)(p) = d.typ.Fields()[index].Name
	case opPointer:
		if index == 1 {
			return cx.loadNew(d.elem, p, at.payload(o))
		}
	case opMaybe:
		if index == 1 {
			*(*bool)(unsafe.Add(p, d.valid)) = true
			return cx.load(d.elem, p, at.payload(o))
		}
	case opOutcome, opCases:
		return cx.loadNamedCase(o, p, at, index)
	case opSealed:
		return cx.loadSealed(o, p, at, index)
	}
	return nil
}

func (cx *Context) loadNamedCase(o *operation, p unsafe.Pointer, at *guestPlace, index uint32) error {
	c := &o.detail.cases[index]
	field := unsafe.Add(p, c.offset)
	if o.code == opOutcome {
		*(*bool)(unsafe.Add(p, o.detail.valid)) = index == 1
	}
	switch {
	case c.pointer:
		return cx.loadNew(c.payload, field, at.payload(o))
	case c.payload != nil:
		return cx.load(c.payload, field, at.payload(o))
	case o.code == opCases:
		*(*bool)(field) = true
	}
	return nil
}

// loadNew allocates a value and sets the pointer at p to it.
func (cx *Context) loadNew(b *Binding, p unsafe.Pointer, at guestPlace) error {
	if err := cx.spend(uint64(b.goSize)); err != nil {
		return err
	}
	value := b.allocate()
	*(*unsafe.Pointer)(p) = value
	return cx.load(b, value, at)
}

// allocate returns a zero value. Of small ones that have no pointers the garbage
// collector needs not know the type.
func (b *Binding) allocate() unsafe.Pointer {
	switch {
	case b.HasPointers() || b.goSize > 16:
		return reflect.New(b.Go).UnsafePointer()
	case b.goSize > 8:
		return unsafe.Pointer(new([2]uint64))
	}
	return unsafe.Pointer(new(uint64))
}

func (cx *Context) loadArray(o *operation, p unsafe.Pointer, at *guestPlace) error {
	elem := o.detail.elem
	if at.slots == nil {
		return cx.loadElements(elem, p, at.ptr+o.mem, o.count)
	}
	slots := at.slots[o.slot:]
	for i := range uintptr(o.count) {
		if err := cx.load(elem, unsafe.Add(p, i*elem.goSize), guestPlace{slots: slots}); err != nil {
			return err
		}
		slots = slots[elem.Type.FlatCount():]
	}
	return nil
}

// loadElements makes count Go values from p on.
func (cx *Context) loadElements(elem *Binding, p unsafe.Pointer, ptr, count uint32) error {
	if elem.plain {
		copy(unsafe.Slice((*byte)(p), uintptr(count)*elem.goSize), cx.memory[ptr:])
		return nil
	}
	size := uint32(elem.Type.Size())
	for i := range uintptr(count) {
		if err := cx.load(elem, unsafe.Add(p, i*elem.goSize), guestPlace{ptr: ptr}); err != nil {
			return err
		}
		ptr += size
	}
	return nil
}

// loadSlice makes the slice at p, which is nil, or empty if its memory is to be used
// again where there is room.
func (cx *Context) loadSlice(d *detail, p unsafe.Pointer, ptr, count uint32) error {
	if err := cx.listBounds(d.typ.Elem(), ptr, count); err != nil {
		return err
	}
	if err := cx.spend(uint64(count) * uint64(d.elem.goSize)); err != nil {
		return err
	}
	list := (*[]byte)(p) // only its header: it may be of another type
	switch {
	case *list != nil && int(count) <= cap(*list):
		*list = (*list)[:count]
	case d.elem.plain && d.elem.goSize == 1:
		*list = append([]byte{}, cx.memory[ptr:][:count]...)
		return nil
	default:
		cx.allocateSlice(d.elem, list, int(count))
	}
	return cx.loadElements(d.elem, unsafe.Pointer(unsafe.SliceData(*list)), ptr, count)
}

// allocateSlice sets the header at s, which is of a slice of b's Go type, to one
// of n zero values. The memory is made as what the garbage collector has to know
// of it: nothing, strings, or the type itself, which only reflect can make; it
// does that in the context's own header so that s need not be on the heap.
func (cx *Context) allocateSlice(b *Binding, s *[]byte, n int) {
	var data unsafe.Pointer
	switch b.shape {
	case sliceBytes:
		data = unsafe.Pointer(unsafe.SliceData(make([]byte, uintptr(n)*b.goSize)))
	case sliceWords:
		data = unsafe.Pointer(unsafe.SliceData(make([]uint64, (uintptr(n)*b.goSize+7)/8)))
	case sliceStrings:
		data = unsafe.Pointer(unsafe.SliceData(make([]string, n)))
	default:
		scratch := reflect.NewAt(b.slice, unsafe.Pointer(&cx.scratch)).Elem()
		scratch.Grow(n)
		data = unsafe.Pointer(unsafe.SliceData(cx.scratch))
		cx.scratch = nil
	}
	*s = unsafe.Slice((*byte)(data), n)
}

// putGoInt sets the integer of size bytes at p.
func putGoInt(p unsafe.Pointer, size uint8, v uint64) {
	switch size {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = v
	}
}

// goInt returns the integer of size bytes at p.
func goInt(p unsafe.Pointer, size uint8) uint64 {
	switch size {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}
