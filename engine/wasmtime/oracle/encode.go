//go:build cgo

package oracle

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// The kinds of values on the way to and from C, as in capi.h and shim.h.
const (
	kindString = iota + 12
	kindList
	kindRecord
	kindTuple
	kindVariant
	kindEnum
	kindOption
	kindResult
	kindFlags
	kindResource

	kindPacked       = 100
	kindHostResource = 101
)

// scalarKind returns the kind of a number, bool or char.
func scalarKind(k types.Kind) byte { return byte(k - types.Bool) }

// appendText appends a text with its length before it.
func appendText(to []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(to, uint32(len(text))), text...)
}

// append appends a value.
func (h handles) append(to []byte, v types.Value) []byte {
	switch k := v.Kind(); k {
	case types.String:
		return appendText(append(to, kindString), v.Text())
	case types.List:
		return h.appendList(to, v)
	case types.Record, types.Tuple:
		return h.appendFields(to, v)
	case types.Variant:
		return h.appendPayload(appendText(append(to, kindVariant), v.Case()), v)
	case types.Enum:
		return appendText(append(to, kindEnum), v.Case())
	case types.Option:
		return h.appendPayload(append(to, kindOption), v)
	case types.Result:
		return h.appendPayload(append(to, kindResult, byte(1-v.Bits())), v)
	case types.Flags:
		return appendFlags(to, v)
	case types.Own, types.Borrow:
		return h.appendHandle(to, v.Handle())
	default:
		return binary.LittleEndian.AppendUint64(append(to, scalarKind(k)), v.Bits())
	}
}

func (h handles) appendList(to []byte, v types.Value) []byte {
	elem := v.Type().Elem().Kind()
	if elements, ok := v.Packed(); ok && elem <= types.Char {
		size := v.Type().Elem().PackedSize()
		to = binary.LittleEndian.AppendUint32(append(to, kindPacked, scalarKind(elem), byte(size)), uint32(v.Len()))
		return append(to, elements...)
	}
	to = binary.LittleEndian.AppendUint32(append(to, kindList), uint32(v.Len()))
	for _, e := range v.All() {
		to = h.append(to, e)
	}
	return to
}

func (h handles) appendFields(to []byte, v types.Value) []byte {
	record := v.Kind() == types.Record
	kind := byte(kindTuple)
	if record {
		kind = kindRecord
	}
	to = binary.LittleEndian.AppendUint32(append(to, kind), uint32(v.Len()))
	for i, field := range v.All() {
		if record {
			to = appendText(to, v.Type().Fields()[i].Name)
		}
		to = h.append(to, field)
	}
	return to
}

func (h handles) appendPayload(to []byte, v types.Value) []byte {
	payload, ok := v.Payload()
	if !ok {
		return append(to, 0)
	}
	return h.append(append(to, 1), payload)
}

func appendFlags(to []byte, v types.Value) []byte {
	var names []string
	for i, f := range v.Type().Fields() {
		if v.Bits()>>i&1 != 0 {
			names = append(names, f.Name)
		}
	}
	to = binary.LittleEndian.AppendUint32(append(to, kindFlags), uint32(len(names)))
	for _, name := range names {
		to = appendText(to, name)
	}
	return to
}

// handles are the resources of guests that Go has a handle of.
type handles map[*types.Handle]unsafe.Pointer

func (h handles) appendHandle(to []byte, handle *types.Handle) []byte {
	if at, ok := h[handle]; ok {
		return binary.LittleEndian.AppendUint64(append(to, kindResource), uint64(uintptr(at)))
	}
	owned := byte(0)
	if handle.Owned {
		owned = 1
	}
	return binary.LittleEndian.AppendUint32(append(to, kindHostResource, owned), handle.Rep)
}

// A reader reads values that C wrote.
type reader struct {
	handles handles
	rest    []byte
}

func (r *reader) byte() byte {
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) count() int {
	n := binary.LittleEndian.Uint32(r.rest)
	r.rest = r.rest[4:]
	return int(n)
}

func (r *reader) word() uint64 {
	n := binary.LittleEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return n
}

func (r *reader) take(n int) string {
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

func (r *reader) text() string { return r.take(r.count()) }

// value reads a value of type t.
func (r *reader) value(t *types.Type) types.Value {
	switch kind := r.byte(); kind {
	case kindString:
		return types.StringValue(r.text())
	case kindPacked:
		size := int(r.rest[1])
		r.rest = r.rest[2:]
		return types.PackedValue(t, r.take(size*r.count()))
	case kindList:
		return types.ListValue(t, r.values(func(int) *types.Type { return t.Elem() })...)
	case kindRecord, kindTuple:
		return types.RecordValue(t, r.values(func(i int) *types.Type { return t.Fields()[i].Type })...)
	case kindVariant:
		return r.payload(t, t.FieldIndex(r.text()))
	case kindEnum:
		return types.VariantValue(t, t.FieldIndex(r.text()))
	case kindOption:
		return r.payload(t, int(r.rest[0]))
	case kindResult:
		return r.payload(t, int(1-r.byte()))
	case kindFlags:
		return r.flags(t)
	case kindResource, kindHostResource:
		return types.HandleValue(t, r.handle(kind, t.Resource()))
	default:
		return types.ScalarValue(t, r.word())
	}
}

func (r *reader) values(typeOf func(int) *types.Type) []types.Value {
	values := make([]types.Value, r.count())
	for i := range values {
		values[i] = r.value(typeOf(i))
	}
	return values
}

func (r *reader) payload(t *types.Type, which int) types.Value {
	if r.byte() == 0 {
		return types.VariantValue(t, which)
	}
	return types.VariantValue(t, which, r.value(t.Fields()[which].Type))
}

func (r *reader) flags(t *types.Type) types.Value {
	var bits uint32
	for range r.count() {
		bits |= 1 << t.FieldIndex(r.text())
	}
	return types.FlagsValue(t, bits)
}

func (r *reader) handle(kind byte, resource *types.ResourceType) *types.Handle {
	handle := &types.Handle{Resource: resource, Owned: r.byte() != 0}
	if kind == kindHostResource {
		handle.Rep = uint32(r.count())
		return handle
	}
	r.handles[handle] = pointer(r.word())
	return handle
}

// all reads the arguments of a function.
func (r *reader) all(params []types.Param) []types.Value {
	values := make([]types.Value, len(params))
	for i, p := range params {
		values[i] = r.value(p.Type)
	}
	if len(r.rest) > 0 {
		panic(fmt.Sprintf("oracle: %d bytes are left", len(r.rest)))
	}
	return values
}
