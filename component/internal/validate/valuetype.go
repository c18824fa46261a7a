package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// typeDef validates a type definition of a component.
func (v *validator) typeDef(s *scope, d *componentbinary.TypeDef, i int) error {
	t, err := v.typ(s, d.Type)
	if err != nil {
		return err
	}
	s.addType(Origin{Kind: Defined, Index: uint32(i)}, t)
	return nil
}

// typ makes the type that a definition says.
func (v *validator) typ(s *scope, def componentbinary.Type) (t typ, err error) {
	switch def := def.(type) {
	case *componentbinary.Func:
		t.fn, err = v.funcType(s, def)
	case *componentbinary.ComponentType:
		t.component, err = v.componentType(s, def)
	case *componentbinary.InstanceType:
		t.instance, err = v.instanceType(s, def)
	case *componentbinary.Resource:
		t.resource, err = v.resourceType(s, def)
	default:
		t.value, err = v.definedType(s, def)
		if err == nil {
			err = checkSize(t.value)
		}
	}
	return t, err
}

// checkSize holds a type of values against the limits.
func checkSize(t *types.Type) error {
	switch {
	case t.Depth() > types.MaxDepth:
		return exceeds("nesting", "type nesting is too deep: more than %d", types.MaxDepth)
	case t.Weight() > types.MaxWeight:
		return exceeds("type size", "effective type size exceeds the limit of %d", types.MaxWeight)
	case t.Size64() >= types.MaxSize:
		return exceeds("value size", "type exceeds maximum byte size: a value has %d bytes, not less than %d", t.Size64(), types.MaxSize)
	}
	return nil
}

// definedType makes a type of values.
func (v *validator) definedType(s *scope, def componentbinary.Type) (*types.Type, error) {
	switch def := def.(type) {
	case componentbinary.Primitive:
		return v.value(s, def.Type)
	case *componentbinary.Record:
		return v.record(s, def)
	case *componentbinary.Variant:
		return v.variant(s, def)
	case *componentbinary.Tuple:
		return v.tuple(s, def)
	case *componentbinary.Flags:
		return v.flags(def)
	case *componentbinary.Enum:
		return v.enum(def)
	case *componentbinary.Result:
		return v.result(s, def)
	case componentbinary.Own:
		return v.handle(s, def.Resource, types.OwnOf)
	case componentbinary.Borrow:
		return v.handle(s, def.Resource, types.BorrowOf)
	case *componentbinary.Stream:
		return v.stream(s, def)
	case *componentbinary.Future:
		return v.future(s, def)
	case *componentbinary.Map:
		return v.mapType(s, def)
	case *componentbinary.FixedList:
		return v.fixedList(s, def)
	case *componentbinary.List:
		return v.wrap(s, def.Element, types.ListOf)
	default:
		return v.wrap(s, def.(*componentbinary.Option).Element, types.OptionOf)
	}
}

// value returns the type of values that stands in a definition.
func (v *validator) value(s *scope, t componentbinary.ValueType) (*types.Type, error) {
	if index, ok := t.Index(); ok {
		return s.valueTypeAt(index)
	}
	if t == componentbinary.ErrorContext {
		err := need(v.Features.ErrorContext, featureErrorContext, "type error-context")
		return types.ErrorContext.Type(), err
	}
	return (types.Bool + types.Kind(componentbinary.Bool-t)).Type(), nil
}

// optional is value, where there may be none.
func (v *validator) optional(s *scope, t componentbinary.ValueType) (*types.Type, error) {
	if t == componentbinary.None {
		return nil, nil
	}
	return v.value(s, t)
}

func (v *validator) wrap(s *scope, element componentbinary.ValueType, of func(*types.Type) *types.Type) (*types.Type, error) {
	t, err := v.value(s, element)
	if err != nil {
		return nil, err
	}
	return of(t), nil
}

func (v *validator) record(s *scope, def *componentbinary.Record) (*types.Type, error) {
	if len(def.Fields) == 0 {
		return nil, bad("record type must have at least one field")
	}
	fields, err := v.fields(s, def.Fields, "record field", "field")
	if err != nil {
		return nil, err
	}
	return types.RecordOf(fields...), nil
}

func (v *validator) variant(s *scope, def *componentbinary.Variant) (*types.Type, error) {
	if len(def.Cases) == 0 {
		return nil, bad("variant type must have at least one case")
	}
	cases, err := v.fields(s, def.Cases, "variant case", "case")
	if err != nil {
		return nil, err
	}
	return types.VariantOf(cases...), nil
}

// fields makes fields or cases, which go by these words in errors.
func (v *validator) fields(s *scope, syntax []componentbinary.Labelled, of, short string) ([]types.Field, error) {
	fields := make([]types.Field, len(syntax))
	v.labels.begin(of, short)
	for i := range syntax {
		t, err := v.labelled(s, &syntax[i])
		if err != nil {
			return nil, err
		}
		fields[i] = types.Field{Name: syntax[i].Label, Type: t}
	}
	return fields, nil
}

// labelled takes a label and returns its type.
func (v *validator) labelled(s *scope, f *componentbinary.Labelled) (*types.Type, error) {
	if err := v.labels.add(f.Label); err != nil {
		return nil, atOffset(err, f.Offset)
	}
	t, err := v.optional(s, f.Type)
	return t, atOffset(err, f.Offset)
}

func (v *validator) tuple(s *scope, def *componentbinary.Tuple) (*types.Type, error) {
	if len(def.Elements) == 0 {
		return nil, bad("tuple type must have at least one type")
	}
	elements := make([]*types.Type, len(def.Elements))
	for i, e := range def.Elements {
		t, err := v.value(s, e)
		if err != nil {
			return nil, err
		}
		elements[i] = t
	}
	return types.TupleOf(elements...), nil
}

func (v *validator) flags(def *componentbinary.Flags) (*types.Type, error) {
	switch {
	case len(def.Labels) == 0:
		return nil, bad("flags must have at least one entry")
	case len(def.Labels) > types.MaxFlags:
		return nil, bad("cannot have more than %d flags", types.MaxFlags)
	}
	if err := v.addLabels("flag", "flag", def.Labels); err != nil {
		return nil, err
	}
	return types.FlagsOf(def.Labels...), nil
}

func (v *validator) enum(def *componentbinary.Enum) (*types.Type, error) {
	if len(def.Labels) == 0 {
		return nil, bad("enum type must have at least one variant")
	}
	if err := v.addLabels("enum tag", "tag", def.Labels); err != nil {
		return nil, err
	}
	return types.EnumOf(def.Labels...), nil
}

func (v *validator) result(s *scope, def *componentbinary.Result) (*types.Type, error) {
	ok, err := v.optional(s, def.OK)
	if err != nil {
		return nil, err
	}
	failure, err := v.optional(s, def.Err)
	if err != nil {
		return nil, err
	}
	return types.ResultOf(ok, failure), nil
}

// handle makes own or borrow, and remembers by which name it refers to the
// resource type.
func (v *validator) handle(s *scope, index uint32, of func(*types.ResourceType) *types.Type) (*types.Type, error) {
	name, err := s.resourceAt(index)
	if err != nil {
		return nil, err
	}
	return v.handleOf(name, of), nil
}

func (v *validator) handleOf(name *resourceName, of func(*types.ResourceType) *types.Type) *types.Type {
	t := of(name.resource)
	v.handles[t] = name
	return t
}

func (v *validator) stream(s *scope, def *componentbinary.Stream) (*types.Type, error) {
	if err := need(v.Features.Async, FeatureAsync, "type stream"); err != nil {
		return nil, err
	}
	t, err := v.later(s, def.Element, "stream")
	if err != nil {
		return nil, err
	}
	if t.Kind() == types.Char {
		return nil, bad("`stream<char>` is not valid at this time, use `stream<u8>` with a defined by encoding instead for now")
	}
	return types.StreamOf(t), nil
}

func (v *validator) future(s *scope, def *componentbinary.Future) (*types.Type, error) {
	if err := need(v.Features.Async, FeatureAsync, "type future"); err != nil {
		return nil, err
	}
	t, err := v.later(s, def.Element, "future")
	if err != nil {
		return nil, err
	}
	return types.FutureOf(t), nil
}

// later returns the type of what comes later: a borrow would have ended by then.
func (v *validator) later(s *scope, element componentbinary.ValueType, in string) (*types.Type, error) {
	t, err := v.optional(s, element)
	if err == nil && t.Contains(types.HasBorrow) {
		err = bad("%s cannot contain a `borrow` type", in)
	}
	return t, err
}

func (v *validator) mapType(s *scope, def *componentbinary.Map) (*types.Type, error) {
	if err := need(v.Features.Map, featureMap, "type map"); err != nil {
		return nil, err
	}
	key, err := v.value(s, def.Key)
	if err != nil {
		return nil, err
	}
	if k := key.Kind(); !k.IsPrimitive() || k == types.F32 || k == types.F64 || k == types.ErrorContext {
		return nil, bad("map key cannot be of type %s", key.Kind())
	}
	value, err := v.value(s, def.Value)
	if err != nil {
		return nil, err
	}
	return types.MapOf(key, value), nil
}

// maxFixedLength is more elements than any list of a valid size can have.
const maxFixedLength = 1 << 30

func (v *validator) fixedList(s *scope, def *componentbinary.FixedList) (*types.Type, error) {
	if err := need(v.Features.FixedLengthLists, featureFixedLists, "list of fixed length"); err != nil {
		return nil, err
	}
	switch {
	case def.Length == 0:
		return nil, bad("Fixed-length lists must have more than zero elements")
	case def.Length > maxFixedLength:
		return nil, exceeds("value size", "fixed-length list element count exceeds limit of %d", maxFixedLength)
	}
	t, err := v.value(s, def.Element)
	if err != nil {
		return nil, err
	}
	return types.FixedListOf(t, def.Length), nil
}
