package abi

import (
	"fmt"
	"math"
	"reflect"

	"github.com/patchbay-go/patchbay/component/types"
)

func (c *binder) variant(goType reflect.Type, t *types.Type, at place) error {
	o := operation{
		width: uint8(t.DiscriminantSize()), count: uint32(t.Len()),
		detail: &detail{typ: t, payload: t.PayloadOffset(), slots: t.FlatCount()},
	}
	switch t.Kind() {
	case types.Enum:
		return c.enum(goType, t, at, o)
	case types.Option:
		return c.option(goType, t, at, o)
	case types.Result:
		return c.result(goType, t, at, o)
	case types.Variant:
		return c.cases(goType, t, at, o)
	}
	return fmt.Errorf("%v has no Go type yet", t)
}

func (c *binder) enum(goType reflect.Type, t *types.Type, at place, o operation) error {
	if goType.Kind() == reflect.String {
		c.add(opEnumText, at, o)
		return nil
	}
	if !hasRoom(goType, t.Len()) {
		return mismatch(goType, t)
	}
	o.goSize = uint8(goType.Size())
	c.add(opEnum, at, o)
	return nil
}

// hasRoom reports whether goType is an integer type with n values from 0 on.
func hasRoom(goType reflect.Type, n int) bool {
	switch goType.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return uint64(n-1) <= uint64(math.MaxInt64)>>(64-goType.Bits())
	}
	return isUnsigned(goType) && uint64(n-1) <= math.MaxUint64>>(64-goType.Bits())
}

func isUnsigned(goType reflect.Type) bool {
	switch goType.Kind() {
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

func (c *binder) option(goType reflect.Type, t *types.Type, at place, o operation) (err error) {
	if _, maybe := goType.MethodByName("IsMaybe"); maybe && goType.Kind() == reflect.Struct {
		if o.detail.elem, err = c.bind(goType.Field(0).Type, t.Elem()); err != nil {
			return inPart("case", "some", err)
		}
		o.detail.valid = uint32(goType.Field(1).Offset)
		c.add(opMaybe, at, o)
		return nil
	}
	if goType.Kind() != reflect.Pointer || goType == reflect.TypeFor[*types.Handle]() || isHolder(goType) {
		return mismatch(goType, t)
	}
	if o.detail.elem, err = c.bind(goType.Elem(), t.Elem()); err != nil {
		return inPart("case", "some", err)
	}
	c.add(opPointer, at, o)
	return nil
}

func (c *binder) result(goType reflect.Type, t *types.Type, at place, o operation) error {
	if _, outcome := goType.MethodByName("IsOutcome"); !outcome || goType.Kind() != reflect.Struct {
		return c.cases(goType, t, at, o)
	}
	for i, part := range t.Fields() {
		field := goType.Field(i)
		bound := goCase{name: part.Name, offset: uint32(field.Offset)}
		if part.Type == nil {
			if field.Type.Size() != 0 {
				return inPart("case", part.Name, fmt.Errorf("%v for no payload; want struct{}", field.Type))
			}
		} else {
			var err error
			if bound.payload, err = c.bind(field.Type, part.Type); err != nil {
				return inPart("case", part.Name, err)
			}
		}
		o.detail.cases = append(o.detail.cases, bound)
	}
	o.detail.valid = uint32(goType.Field(2).Offset)
	c.add(opOutcome, at, o)
	return nil
}

func (c *binder) cases(goType reflect.Type, t *types.Type, at place, o operation) error {
	if goType.Kind() != reflect.Struct {
		return c.sealed(goType, t, at, o)
	}
	fields, err := fieldsByName(goType, t)
	if err != nil {
		return err
	}
	for i, part := range t.Fields() {
		bound, err := c.namedCase(fields[i], part)
		if err != nil {
			return inPart("case", part.Name, err)
		}
		o.detail.cases = append(o.detail.cases, bound)
	}
	c.add(opCases, at, o)
	return nil
}

func (c *binder) namedCase(field goField, part types.Field) (bound goCase, err error) {
	bound = goCase{name: part.Name, offset: field.offset}
	switch {
	case part.Type == nil && field.typ.Kind() == reflect.Bool:
		return bound, nil
	case part.Type == nil:
		return bound, fmt.Errorf("%v for no payload; want bool", field.typ)
	case field.typ.Kind() != reflect.Pointer:
		return bound, fmt.Errorf("%v for a payload; want a pointer to it", field.typ)
	}
	bound.pointer = true
	bound.payload, err = c.bind(field.typ.Elem(), part.Type)
	return bound, err
}
