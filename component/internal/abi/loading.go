package abi

import (
	"unicode/utf8"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// valueSize is what a types.Value takes on the host, in bytes.
const valueSize = uint64(unsafe.Sizeof(types.Value{}))

// Load returns the value of type t at ptr, where it is aligned and within the
// memory.
func (cx *Context) Load(t *types.Type, ptr uint32) (types.Value, error) {
	switch kind := t.Kind(); {
	case kind == types.String:
		return cx.loadText(uint32(cx.loadInt(ptr, 4)), uint32(cx.loadInt(ptr+4, 4)))
	case t.IsList():
		return cx.loadList(t, uint32(cx.loadInt(ptr, 4)), uint32(cx.loadInt(ptr+4, 4)))
	case kind == types.FixedList:
		return cx.loadElems(t, ptr, uint32(t.Len()))
	case t.IsRecord():
		return cx.loadRecord(t, ptr)
	case t.IsVariant():
		return cx.loadVariant(t, ptr)
	}
	return cx.liftScalar(t, cx.loadInt(ptr, uint32(t.Size())))
}

// liftScalar returns the value of type t that bits are, which come from memory
// or from a slot of the stack: what is above the type's width is ignored.
func (cx *Context) liftScalar(t *types.Type, bits uint64) (types.Value, error) {
	switch t.Kind() {
	case types.Bool:
		if uint32(bits) != 0 {
			return types.ScalarValue(t, 1), nil
		}
		return types.ScalarValue(t, 0), nil
	case types.S8:
		bits = uint64(int8(bits))
	case types.U8:
		bits = uint64(uint8(bits))
	case types.S16:
		bits = uint64(int16(bits))
	case types.U16:
		bits = uint64(uint16(bits))
	case types.S32:
		bits = uint64(int32(bits))
	case types.U32, types.F32:
		bits = uint64(uint32(bits))
	case types.Char:
		bits = uint64(uint32(bits))
		if !validChar(uint32(bits)) {
			return types.Value{}, cx.trap(faultChar)
		}
	case types.Flags:
		bits &= flagsMask(t)
	case types.Own, types.Borrow, types.Stream, types.Future, types.ErrorContext:
		return cx.liftHandle(t, uint32(bits))
	}
	return types.ScalarValue(t, bits), nil
}

func validChar(c uint32) bool {
	return c <= utf8.MaxRune && (c < 0xd800 || c > 0xdfff)
}

func flagsMask(t *types.Type) uint64 { return 1<<t.Len() - 1 }

func (cx *Context) liftHandle(t *types.Type, index uint32) (types.Value, error) {
	handle, err := cx.liftHeld(t, index)
	if err != nil {
		return types.Value{}, err
	}
	return types.HandleValue(t, handle), nil
}

// liftHeld turns a handle of the guest into one of the host.
func (cx *Context) liftHeld(t *types.Type, index uint32) (*types.Handle, error) {
	rep, err := cx.Handles.LiftHandle(t, index)
	if err != nil {
		return nil, err
	}
	return cx.Holder.Hold(t, rep)
}

func (cx *Context) loadText(ptr, tagged uint32) (types.Value, error) {
	text, err := cx.loadString(ptr, tagged)
	return types.StringValue(text), err
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

func (cx *Context) loadList(t *types.Type, ptr, count uint32) (types.Value, error) {
	if err := cx.listBounds(t.Elem(), ptr, count); err != nil {
		return types.Value{}, err
	}
	return cx.loadElems(t, ptr, count)
}

// loadElems is load_list_from_valid_range.
func (cx *Context) loadElems(t *types.Type, ptr, count uint32) (types.Value, error) {
	elem := t.Elem()
	if size := elem.PackedSize(); size > 0 && t.Kind() != types.Map {
		return cx.loadPacked(t, ptr, count*uint32(size))
	}
	if err := cx.spend(uint64(count) * valueSize); err != nil {
		return types.Value{}, err
	}
	elems := make([]types.Value, count)
	for i := range elems {
		var err error
		if elems[i], err = cx.Load(elem, ptr); err != nil {
			return types.Value{}, err
		}
		ptr += uint32(elem.Size())
	}
	return types.ListValue(t, elems...), nil
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

func (cx *Context) loadRecord(t *types.Type, ptr uint32) (types.Value, error) {
	fields := t.Fields()
	if err := cx.spend(uint64(len(fields)) * valueSize); err != nil {
		return types.Value{}, err
	}
	values := make([]types.Value, len(fields))
	for i, f := range fields {
		var err error
		if values[i], err = cx.Load(f.Type, ptr+t.Offset(i)); err != nil {
			return types.Value{}, err
		}
	}
	return types.RecordValue(t, values...), nil
}

func (cx *Context) loadVariant(t *types.Type, ptr uint32) (types.Value, error) {
	payload, index, err := cx.liftCase(t, cx.loadInt(ptr, t.DiscriminantSize()))
	if err != nil || payload == nil {
		return types.VariantValue(t, index), err
	}
	v, err := cx.Load(payload, ptr+t.PayloadOffset())
	if err != nil {
		return types.Value{}, err
	}
	return cx.withPayload(t, index, v)
}

// liftCase checks a discriminant and returns the type of the payload, or nil.
func (cx *Context) liftCase(t *types.Type, discriminant uint64) (payload *types.Type, index int, err error) {
	cases := t.Fields()
	if discriminant >= uint64(len(cases)) {
		return nil, 0, noCase(discriminant, len(cases))
	}
	return cases[discriminant].Type, int(discriminant), nil
}

func (cx *Context) withPayload(t *types.Type, index int, payload types.Value) (types.Value, error) {
	if err := cx.spend(valueSize); err != nil {
		return types.Value{}, err
	}
	return types.VariantValue(t, index, payload), nil
}
