package abi

import (
	"fmt"
	"reflect"

	"github.com/patchbay-go/patchbay/component/types"
)

var goKinds = map[types.Kind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.String: reflect.TypeFor[string](), types.Char: reflect.TypeFor[rune](),
	types.S8: reflect.TypeFor[int8](), types.U8: reflect.TypeFor[uint8](), types.S16: reflect.TypeFor[int16](),
	types.U16: reflect.TypeFor[uint16](), types.S32: reflect.TypeFor[int32](), types.U32: reflect.TypeFor[uint32](),
	types.S64: reflect.TypeFor[int64](), types.U64: reflect.TypeFor[uint64](), types.F32: reflect.TypeFor[float32](),
	types.F64: reflect.TypeFor[float64](),
}

// goTypeOf returns a Go type that stands for t. Where there are several, deeper
// ones take turns.
func goTypeOf(t *types.Type, depth int) reflect.Type {
	if k := goKinds[t.Kind()]; k != nil {
		return k
	}
	switch t.Kind() {
	case types.List, types.Map:
		return reflect.SliceOf(goTypeOf(t.Elem(), depth+1))
	case types.FixedList:
		return reflect.ArrayOf(t.Len(), goTypeOf(t.Elem(), depth+1))
	case types.Option:
		return reflect.PointerTo(goTypeOf(t.Elem(), depth+1))
	case types.Enum:
		return []reflect.Type{reflect.TypeFor[uint16](), reflect.TypeFor[string](), reflect.TypeFor[int]()}[depth%3]
	case types.Flags:
		if depth%2 == 0 {
			return reflect.TypeFor[uint32]()
		}
	}
	var fields []reflect.StructField
	for i, f := range t.Fields() {
		field := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[bool]()}
		if t.Kind() != types.Tuple {
			field.Tag = reflect.StructTag(fmt.Sprintf("wit:%q", f.Name))
		}
		if f.Type != nil {
			field.Type = goTypeOf(f.Type, depth+1)
			if t.IsVariant() {
				field.Type = reflect.PointerTo(field.Type)
			}
		}
		fields = append(fields, field)
	}
	return reflect.StructOf(fields)
}

// goValue returns a pointer to the Go value for v.
func goValue(typ reflect.Type, v types.Value) reflect.Value {
	p := reflect.New(typ)
	setGo(p.Elem(), v)
	return p
}

func setGo(dst reflect.Value, v types.Value) {
	t := v.Type()
	switch kind := t.Kind(); {
	case kind == types.Bool:
		dst.SetBool(v.Bool())
	case kind == types.String:
		dst.SetString(v.Text())
	case kind == types.F32, kind == types.F64:
		dst.SetFloat(v.Float())
	case t.IsList():
		dst.Set(reflect.MakeSlice(dst.Type(), v.Len(), v.Len()))
		fallthrough
	case kind == types.FixedList:
		for i, e := range v.All() {
			setGo(dst.Index(i), e)
		}
	case t.IsRecord():
		for i, e := range v.All() {
			setGo(dst.Field(i), e)
		}
	case kind == types.Enum && dst.Kind() == reflect.String:
		dst.SetString(v.Case())
	case kind == types.Flags && dst.Kind() == reflect.Struct:
		for i := range dst.NumField() {
			dst.Field(i).SetBool(v.Bits()>>i&1 != 0)
		}
	case kind == types.Option:
		if payload, ok := v.Payload(); ok {
			dst.Set(goValue(dst.Type().Elem(), payload))
		}
	case kind == types.Variant, kind == types.Result:
		field := dst.Field(int(v.Bits()))
		if payload, ok := v.Payload(); ok {
			field.Set(goValue(field.Type().Elem(), payload))
		} else {
			field.SetBool(true)
		}
	case dst.CanInt():
		dst.SetInt(v.Int())
	default:
		dst.SetUint(v.Uint())
	}
}

// fromGo returns the value of type t that a Go value stands for.
func fromGo(v reflect.Value, t *types.Type) types.Value {
	switch kind := t.Kind(); {
	case kind == types.Bool:
		return types.BoolValue(v.Bool())
	case kind == types.String:
		return types.StringValue(v.String())
	case kind == types.F32:
		return types.F32Value(float32(v.Float()))
	case kind == types.F64:
		return types.F64Value(v.Float())
	case t.IsList(), kind == types.FixedList:
		elems := make([]types.Value, v.Len())
		for i := range elems {
			elems[i] = fromGo(v.Index(i), t.Elem())
		}
		return types.ListValue(t, elems...)
	case t.IsRecord():
		fields := make([]types.Value, v.NumField())
		for i := range fields {
			fields[i] = fromGo(v.Field(i), t.Fields()[i].Type)
		}
		return types.RecordValue(t, fields...)
	case kind == types.Enum && v.Kind() == reflect.String:
		return types.CaseValue(t, v.String())
	case kind == types.Flags && v.Kind() == reflect.Struct:
		var bits uint32
		for i := range v.NumField() {
			if v.Field(i).Bool() {
				bits |= 1 << i
			}
		}
		return types.FlagsValue(t, bits)
	case kind == types.Option:
		if v.IsNil() {
			return types.NoneValue(t)
		}
		return types.SomeValue(t, fromGo(v.Elem(), t.Elem()))
	case kind == types.Variant, kind == types.Result:
		return variantFromGo(v, t)
	case kind == types.Enum && v.CanInt():
		return types.VariantValue(t, int(v.Int()))
	case kind == types.Enum:
		return types.VariantValue(t, int(v.Uint()))
	case v.CanInt():
		return types.ScalarValue(t, uint64(v.Int()))
	}
	return types.ScalarValue(t, v.Uint())
}

func variantFromGo(v reflect.Value, t *types.Type) types.Value {
	for i, c := range t.Fields() {
		field := v.Field(i)
		switch {
		case c.Type == nil && field.Bool():
			return types.VariantValue(t, i)
		case c.Type != nil && !field.IsNil():
			return types.VariantValue(t, i, fromGo(field.Elem(), c.Type))
		}
	}
	return types.Value{}
}

func lowerGo(sig *Signature, cx *Context, b *Binding, p reflect.Value, stack []uint64) error {
	return sig.LowerGo(cx, one(b), p.UnsafePointer(), stack)
}

func liftGo(sig *Signature, cx *Context, b *Binding, stack []uint64) (reflect.Value, error) {
	p := reflect.New(b.Go)
	err := sig.LiftGo(cx, one(b), p.UnsafePointer(), stack)
	return p.Elem(), err
}

// one are the parameters of a function with one.
func one(b *Binding) *Params {
	p := unary(b.Type).NewParams([]*Binding{b}, []uintptr{0}, nil)
	return &p
}
