package abi

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// GoValues are the resources of a type of the host, each a Go value of one
// interface type. It is what the Host field of such a [types.ResourceType] holds.
// It is safe for concurrent use.
type GoValues interface {
	// GoType is the interface type.
	GoType() reflect.Type

	// Put keeps the value at p, and returns what stands for it.
	Put(p unsafe.Pointer) (rep uint32)

	// Get sets the value at p; it is nil if there is none for rep.
	Get(rep uint32, p unsafe.Pointer)

	// Remove forgets a value.
	Remove(rep uint32)
}

// Owners are pointers that handles get which are structs: see [Bind].
type Owners map[reflect.Type]unsafe.Pointer

// handle binds a handle to one of the three Go types that there are for it.
func (c *binder) handle(goType reflect.Type, t *types.Type, at place) error {
	o := operation{width: 4, detail: &detail{typ: t, goType: goType}}
	switch {
	case goType == reflect.TypeFor[*types.Handle]():
		c.add(opHandle, at, o)
	case goType.Kind() == reflect.Interface && goType.NumMethod() > 0:
		c.add(opGoValue, at, o)
	case isHolder(goType):
		if goType.Elem().NumField() > 1 {
			o.detail.owner = c.owners[goType.Elem().Field(1).Type]
		}
		c.add(opHolder, at, o)
	default:
		return mismatch(goType, t)
	}
	return nil
}

// isHolder reports whether the type is a pointer to a struct that holds a handle.
func isHolder(goType reflect.Type) bool {
	if goType.Kind() != reflect.Pointer || goType.Elem().Kind() != reflect.Struct {
		return false
	}
	s := goType.Elem()
	return (s.NumField() == 1 || s.NumField() == 2 && s.Field(1).Type.Kind() == reflect.Pointer) &&
		s.Field(0).Type == reflect.TypeFor[*types.Handle]()
}

// A holder is what both fields of such a struct are.
type holder struct {
	handle *types.Handle
	owner  unsafe.Pointer
}

func (cx *Context) loadHolder(o *operation, p unsafe.Pointer, at *guestPlace) error {
	handle, err := cx.liftHeld(o.detail.typ, uint32(cx.first(at, o)))
	if err != nil {
		return err
	}
	held := reflect.New(o.detail.goType.Elem()).UnsafePointer()
	*(**types.Handle)(held) = handle
	if o.detail.owner != nil {
		(*holder)(held).owner = o.detail.owner
	}
	*(*unsafe.Pointer)(p) = held
	return nil
}

func (cx *Context) storeHolder(o *operation, p unsafe.Pointer, at *guestPlace) error {
	held := *(**holder)(p)
	if held == nil {
		return fmt.Errorf("%v: no handle", o.detail.typ)
	}
	bits, err := cx.lowerHandle(held.handle, o.detail.typ)
	cx.put(at, o, bits)
	return err
}

// errHostType is the error of handles that are bound to an interface.
var errHostType = errors.New("the resource type is not one whose resources are Go values of that type")

// goValues returns where the values of a handle's type are.
func (cx *Context) goValues(d *detail) (GoValues, error) {
	typ, err := cx.Holder.Resource(d.typ)
	if err != nil {
		return nil, err
	}
	values, ok := typ.Host.(GoValues)
	if !ok || values.GoType() != d.goType {
		return nil, fmt.Errorf("%v as Go type %v: %w", d.typ, d.goType, errHostType)
	}
	return values, nil
}

func (cx *Context) loadGoValue(o *operation, p unsafe.Pointer, at *guestPlace) error {
	values, err := cx.goValues(o.detail)
	if err != nil {
		return err
	}
	rep, err := cx.Handles.LiftHandle(o.detail.typ, uint32(cx.first(at, o)))
	if err != nil {
		return err
	}
	values.Get(rep, unsafe.Pointer(&cx.value)) // and not at p, which would have to be on the heap
	*(*interfaceWords)(p), cx.value = cx.value, interfaceWords{}
	if o.detail.typ.Kind() == types.Own {
		cx.Holder.Took(o.detail.typ, values, rep)
	}
	return nil
}

func (cx *Context) storeGoValue(o *operation, p unsafe.Pointer, at *guestPlace) error {
	values, err := cx.goValues(o.detail)
	switch {
	case err != nil:
		return err
	case (*interfaceWords)(p).typ == nil:
		return fmt.Errorf("%v: the %v is nil", o.detail.typ, o.detail.goType)
	}
	rep := cx.keep(values, p)
	index, err := cx.Handles.LowerHandle(o.detail.typ, rep)
	if err != nil {
		values.Remove(rep)
		return err
	}
	cx.Holder.Put(o.detail.typ, values, rep)
	if o.detail.typ.Kind() == types.Own {
		cx.gave++
	}
	cx.put(at, o, uint64(index))
	return nil
}

// keep has values keep the Go value at p, which need not be on the heap for that.
func (cx *Context) keep(values GoValues, p unsafe.Pointer) (rep uint32) {
	cx.value = *(*interfaceWords)(p)
	rep = values.Put(unsafe.Pointer(&cx.value))
	cx.value = interfaceWords{}
	return rep
}
