package abi

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// Bind returns how values of the Go type stand for those of t. What stands for
// what:
//
//	bool                     bool
//	s8 … u64, f32, f64       int8 … uint64, float32, float64
//	char                     rune
//	string                   string
//	list<T>, map<K, V>       []T; a map is a slice of structs of key and value
//	list<T, N>               [N]T
//	record                   a struct with a field for each of its own, found by the tag
//	                         `wit:"name"` or by name: FirstName is first-name
//	tuple                    a struct with as many fields, or an array
//	option<T>                *T, or types.Maybe[T]
//	result<T, E>             types.Outcome[T, E], with struct{} where there is no payload, or as a
//	                         variant of ok and error
//	variant                  a struct with a field for each case, found as in a record: *T, or
//	                         bool where there is no payload; exactly one of them is set; or a
//	                         sealed interface, whose only method is not exported and has one
//	                         parameter: a struct with a field for each case, of a type that
//	                         implements the interface, a struct with one field or none
//	enum                     an integer type that has room, or string
//	flags                    an unsigned integer type that has room, or a struct of bools
//	own<R>, borrow<R>        *types.Handle, or a pointer to a struct with one as its only field,
//	                         or with a second one that is a pointer; the interface of a
//	                         resource type whose resources are Go values
//
// Types defined from these do as well. Struct fields that are not exported or
// have the tag `wit:"-"` are left alone. An error says both types, and where in
// them they differ.
func Bind(goType reflect.Type, t *types.Type) (*Binding, error) {
	return BindFor(nil, goType, t)
}

// BindFor is Bind for handles that are structs whose second field gets the owner
// of its type.
func BindFor(owners Owners, goType reflect.Type, t *types.Type) (*Binding, error) {
	b, err := (&binder{owners: owners}).bind(goType, t)
	if err != nil {
		return nil, fmt.Errorf("binding Go type %v to %v: %w", goType, t, err)
	}
	return b, nil
}

// bind binds what is a value of its own: the whole, an element, a payload.
func (c *binder) bind(goType reflect.Type, t *types.Type) (*Binding, error) {
	switch {
	case goType == nil || t == nil:
		return nil, mismatch(goType, t)
	case goType.Size() > math.MaxUint32 || t.Size() >= types.MaxSize:
		return nil, fmt.Errorf("%v for %v: too large", goType, t)
	}
	b := &Binding{Go: goType, Type: t, goSize: goType.Size()}
	inner := binder{owners: c.owners}
	if err := inner.value(goType, t, place{}); err != nil {
		return nil, err
	}
	b.operations = inner.operations
	b.memory = coalesce(inner.operations)
	b.plain = isPlain(b.memory, t.Size(), uint64(b.goSize))
	b.slice = reflect.SliceOf(goType)
	b.shape = shapeOf(goType)
	for _, o := range b.operations {
		if o.code == opList && o.detail.elem.isWhole() {
			b.lists = append(b.lists, o.go_)
		}
	}
	slices.Sort(b.lists)
	return b, nil
}

func mismatch(goType reflect.Type, t *types.Type) error {
	return fmt.Errorf("%v does not stand for %v", goType, t)
}

// inPart says where in both types err is.
func inPart(part, name string, err error) error {
	return fmt.Errorf("%s %s: %w", part, name, err)
}

// A place is where a value is on both sides, relative to what is bound.
type place struct{ mem, slot, offset uint32 }

// A binder collects operations.
type binder struct {
	owners     Owners
	operations []operation
}

func (c *binder) add(code opcode, at place, o operation) {
	o.code, o.mem, o.slot, o.go_ = code, at.mem, at.slot, at.offset
	c.operations = append(c.operations, o)
}

var numberKinds = [...]struct {
	kind reflect.Kind
	code opcode
}{
	types.S8: {reflect.Int8, opS8}, types.U8: {reflect.Uint8, opU8},
	types.S16: {reflect.Int16, opS16}, types.U16: {reflect.Uint16, opU16},
	types.S32: {reflect.Int32, op32}, types.U32: {reflect.Uint32, op32},
	types.S64: {reflect.Int64, op64}, types.U64: {reflect.Uint64, op64},
	types.F32: {reflect.Float32, op32}, types.F64: {reflect.Float64, op64},
	types.Bool: {reflect.Bool, opBool}, types.Char: {reflect.Int32, opChar}, types.String: {reflect.String, opString},
}

func (c *binder) value(goType reflect.Type, t *types.Type, at place) error {
	switch kind := t.Kind(); {
	case int(kind) < len(numberKinds):
		if goType.Kind() != numberKinds[kind].kind {
			return mismatch(goType, t)
		}
		c.add(numberKinds[kind].code, at, operation{width: uint8(t.Size())})
		return nil
	case t.IsList():
		return c.list(goType, t, at)
	case kind == types.FixedList:
		return c.fixedList(goType, t, at)
	case kind == types.Record:
		return c.record(goType, t, at)
	case kind == types.Tuple:
		return c.tuple(goType, t, at)
	case kind == types.Flags:
		return c.flags(goType, t, at)
	case kind == types.Own, kind == types.Borrow:
		return c.handle(goType, t, at)
	}
	return c.variant(goType, t, at)
}

func (c *binder) list(goType reflect.Type, t *types.Type, at place) error {
	if goType.Kind() != reflect.Slice {
		return mismatch(goType, t)
	}
	elem, err := c.bind(goType.Elem(), t.Elem())
	if err != nil {
		return inPart("element of", t.Kind().String(), err)
	}
	c.add(opList, at, operation{detail: &detail{typ: t, elem: elem}})
	return nil
}

func (c *binder) fixedList(goType reflect.Type, t *types.Type, at place) error {
	if goType.Kind() != reflect.Array || goType.Len() != t.Len() {
		return mismatch(goType, t)
	}
	elem, err := c.bind(goType.Elem(), t.Elem())
	if err != nil {
		return inPart("element of", t.Kind().String(), err)
	}
	c.add(opArray, at, operation{count: uint32(t.Len()), detail: &detail{typ: t, elem: elem}})
	return nil
}

func (c *binder) record(goType reflect.Type, t *types.Type, at place) error {
	if goType.Kind() != reflect.Struct {
		return mismatch(goType, t)
	}
	fields, err := fieldsByName(goType, t)
	if err != nil {
		return err
	}
	return c.parts(fields, t, at)
}

// parts binds the fields of a record or tuple to Go fields in the same order.
func (c *binder) parts(fields []goField, t *types.Type, at place) error {
	slot := at.slot
	for i, f := range t.Fields() {
		part := place{mem: at.mem + t.Offset(i), slot: slot, offset: at.offset + fields[i].offset}
		if err := c.value(fields[i].typ, f.Type, part); err != nil {
			return inPart("field", f.Name, err)
		}
		slot += f.Type.FlatCount()
	}
	return nil
}

func (c *binder) tuple(goType reflect.Type, t *types.Type, at place) error {
	fields := fieldsInOrder(goType)
	if goType.Kind() == reflect.Array {
		fields = elementsOf(goType, t.Len())
	}
	if len(fields) != t.Len() {
		return mismatch(goType, t)
	}
	return c.parts(fields, t, at)
}

func (c *binder) flags(goType reflect.Type, t *types.Type, at place) error {
	if goType.Kind() == reflect.Struct {
		return c.flagBools(goType, t, at)
	}
	if !isUnsigned(goType) || goType.Bits() < t.Len() {
		return mismatch(goType, t)
	}
	c.add(opFlags, at, operation{
		width: uint8(t.Size()), goSize: uint8(goType.Size()), count: uint32(t.Len()), detail: &detail{typ: t}})
	return nil
}

func (c *binder) flagBools(goType reflect.Type, t *types.Type, at place) error {
	fields, err := fieldsByName(goType, t)
	if err != nil {
		return err
	}
	offsets := make([]uint32, len(fields))
	for i, f := range fields {
		if f.typ.Kind() != reflect.Bool {
			return inPart("flag", t.Fields()[i].Name, fmt.Errorf("%v is no bool", f.typ))
		}
		offsets[i] = f.offset
	}
	c.add(opFlagBools, at, operation{width: uint8(t.Size()), count: uint32(t.Len()),
		detail: &detail{typ: t, flagOffsets: offsets}})
	return nil
}
