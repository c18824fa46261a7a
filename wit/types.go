package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// Types makes component types of WIT's. Types of the same definition are the
// same pointer. The zero value is ready; it is not safe for concurrent use.
type Types struct {
	// Resources are the types of resources by their definitions, those behind
	// all other names. One that is missing is added with a type of its own.
	Resources map[*TypeDef]*types.ResourceType

	made map[*TypeDef]*types.Type
}

// Func returns the type of a function.
func (c *Types) Func(f *Function) (*types.FuncType, error) {
	result := &types.FuncType{Async: f.Async}
	for _, p := range f.Params {
		t, err := c.Type(p.Type)
		if err != nil {
			return nil, fmt.Errorf("parameter %q: %w", p.Name, err)
		}
		result.Params = append(result.Params, types.Param{Name: p.Name, Type: t})
	}
	t, err := c.Type(f.Result)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	result.Result = t
	return result, nil
}

var primitiveTypes = map[Kind]types.Kind{
	Bool: types.Bool, U8: types.U8, U16: types.U16, U32: types.U32, U64: types.U64, S8: types.S8, S16: types.S16,
	S32: types.S32, S64: types.S64, F32: types.F32, F64: types.F64, Char: types.Char, String: types.String,
	ErrorContext: types.ErrorContext,
}

// Type returns the type; nil for None. The error is that of [types.Type.Check]:
// not all that WIT can say is a type that a component may have.
func (c *Types) Type(t Type) (*types.Type, error) {
	switch t.Kind {
	case None:
		return nil, nil
	case Defined:
		return c.defined(t.Def)
	}
	return primitiveTypes[t.Kind].Type(), nil
}

func (c *Types) defined(def *TypeDef) (*types.Type, error) {
	if known := c.made[def]; known != nil {
		return known, nil
	}
	t, err := c.make(def)
	if err == nil {
		err = t.Check()
	}
	if err != nil {
		return nil, err
	}
	if c.made == nil {
		c.made = make(map[*TypeDef]*types.Type)
	}
	c.made[def] = t
	return t, nil
}

func (c *Types) make(def *TypeDef) (*types.Type, error) {
	if def.Kind == Alias {
		return c.Type(def.Types[0])
	}
	parts := make([]*types.Type, len(def.Types))
	for i, part := range def.Types {
		t, err := c.Type(part)
		if err != nil {
			return nil, err
		}
		parts[i] = t
	}
	switch def.Kind {
	case Tuple:
		return types.TupleOf(parts...), nil
	case Option:
		return types.OptionOf(parts[0]), nil
	case Result:
		return types.ResultOf(parts[0], parts[1]), nil
	case List:
		return types.ListOf(parts[0]), nil
	case FixedList:
		return types.FixedListOf(parts[0], def.Size), nil
	case Map:
		return types.MapOf(parts[0], parts[1]), nil
	case Future:
		return types.FutureOf(parts[0]), nil
	case Stream:
		return types.StreamOf(parts[0]), nil
	case Own, Resource:
		return types.OwnOf(c.resource(def)), nil
	case Borrow:
		return types.BorrowOf(c.resource(def)), nil
	}
	return c.withMembers(def)
}

func (c *Types) withMembers(def *TypeDef) (*types.Type, error) {
	fields := make([]types.Field, len(def.Members))
	labels := make([]string, len(def.Members))
	for i, m := range def.Members {
		t, err := c.Type(m.Type)
		if err != nil {
			return nil, err
		}
		fields[i], labels[i] = types.Field{Name: m.Name, Type: t}, m.Name
	}
	switch def.Kind {
	case Record:
		return types.RecordOf(fields...), nil
	case Variant:
		return types.VariantOf(fields...), nil
	case Enum:
		return types.EnumOf(labels...), nil
	}
	return types.FlagsOf(labels...), nil
}

// resource returns the resource's type of a handle or a resource.
func (c *Types) resource(def *TypeDef) *types.ResourceType {
	if def.Target != nil {
		def = def.Target
	}
	def = def.Resolved()
	if known := c.Resources[def]; known != nil {
		return known
	}
	if c.Resources == nil {
		c.Resources = make(map[*TypeDef]*types.ResourceType)
	}
	t := &types.ResourceType{Name: def.Name}
	c.Resources[def] = t
	return t
}
