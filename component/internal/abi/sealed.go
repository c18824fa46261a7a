package abi

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// An interfaceWords is how Go keeps the value of an interface with methods: what
// says its type, and a pointer to the value, or the value itself if it is a
// pointer.
type interfaceWords struct{ typ, value unsafe.Pointer }

// casesOf returns the struct that says which types a sealed interface has: its
// only method is not exported, and has that struct as its only parameter. It is
// nil for other types.
func casesOf(goType reflect.Type) reflect.Type {
	if goType.Kind() != reflect.Interface || goType.NumMethod() != 1 {
		return nil
	}
	marker := goType.Method(0)
	if marker.PkgPath == "" || marker.Type.NumIn() != 1 || marker.Type.NumOut() != 0 || marker.Type.In(0).Kind() != reflect.Struct {
		return nil
	}
	return marker.Type.In(0)
}

// sealed binds a variant to a sealed interface.
func (c *binder) sealed(goType reflect.Type, t *types.Type, at place, o operation) error {
	cases := casesOf(goType)
	if cases == nil {
		return mismatch(goType, t)
	}
	fields, err := fieldsByName(cases, t)
	if err != nil {
		return err
	}
	for i, part := range t.Fields() {
		bound, err := c.sealedCase(goType, fields[i].typ, part)
		if err != nil {
			return inPart("case", part.Name, err)
		}
		o.detail.cases = append(o.detail.cases, bound)
	}
	c.add(opSealed, at, o)
	return nil
}

func (c *binder) sealedCase(goType, caseType reflect.Type, part types.Field) (bound goCase, err error) {
	bound = goCase{name: part.Name, typ: caseType, direct: IsPointerShaped(caseType)}
	switch {
	case caseType.Kind() != reflect.Struct || !caseType.Implements(goType):
		return bound, fmt.Errorf("%v is no struct that implements %v", caseType, goType)
	case part.Type == nil && caseType.NumField() == 0:
	case part.Type == nil:
		return bound, fmt.Errorf("%v for no payload; want a struct without fields", caseType)
	case caseType.NumField() != 1:
		return bound, fmt.Errorf("%v for a payload; want a struct with one field", caseType)
	default:
		bound.payload, err = c.bind(caseType.Field(0).Type, part.Type)
	}
	value := reflect.New(goType)
	value.Elem().SetZero()
	value.Elem().Set(reflect.Zero(caseType))
	bound.zero = *(*interfaceWords)(value.UnsafePointer())
	return bound, err
}

// IsPointerShaped reports whether Go keeps values of the type in an interface
// themselves; of others it has a pointer there.
func IsPointerShaped(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	case reflect.Struct:
		return t.NumField() == 1 && IsPointerShaped(t.Field(0).Type)
	case reflect.Array:
		return t.Len() == 1 && IsPointerShaped(t.Elem())
	}
	return false
}

// storeSealed gives the value of a sealed interface to the guest.
func (cx *Context) storeSealed(o *operation, p unsafe.Pointer, at *guestPlace) error {
	words, cases := (*interfaceWords)(p), o.detail.cases
	for i := range cases {
		c := &cases[i]
		if c.zero.typ != words.typ {
			continue
		}
		cx.begin(o, at, uint64(i))
		switch {
		case c.payload == nil:
			return nil
		case c.direct:
			return located(cx.store(c.payload, unsafe.Pointer(&words.value), at.payload(o)), "case ", c.name)
		}
		return located(cx.store(c.payload, words.value, at.payload(o)), "case ", c.name)
	}
	if words.typ == nil {
		return fmt.Errorf("%v: %w", o.detail.typ, errNoCase)
	}
	return fmt.Errorf("%v: a type that is none of its cases, perhaps a pointer to one", o.detail.typ)
}

// loadSealed makes the value of a sealed interface.
func (cx *Context) loadSealed(o *operation, p unsafe.Pointer, at *guestPlace, index uint32) error {
	words, c := (*interfaceWords)(p), &o.detail.cases[index]
	switch {
	case c.payload == nil:
		*words = c.zero
		return nil
	case c.direct: // complete before it has a type
		if err := cx.load(c.payload, unsafe.Pointer(&words.value), at.payload(o)); err != nil {
			words.value = nil
			return err
		}
		words.typ = c.zero.typ
		return nil
	}
	if err := cx.spend(uint64(c.typ.Size())); err != nil {
		return err
	}
	value := reflect.New(c.typ).UnsafePointer()
	words.typ, words.value = c.zero.typ, value
	return cx.load(c.payload, value, at.payload(o))
}
