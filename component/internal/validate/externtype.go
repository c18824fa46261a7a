package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// externType makes what the type of an import or export says.
func (v *validator) externType(s *scope, t *componentbinary.ExternType) (e entity, err error) {
	switch t.Sort {
	case componentbinary.CoreSortModule:
		var def *CoreType
		if def, err = s.coreTypeAt(t.Index); err == nil && def.Module == nil {
			err = bad("core type index %d is not a module type", t.Index)
		}
		if err == nil {
			e = entity{kind: types.ExternModule, module: def.Module}
		}
	case componentbinary.SortFunc:
		e.kind = types.ExternFunc
		e.fn, err = s.funcTypeAt(t.Index)
	case componentbinary.SortValue:
		return v.valueBound(s, t)
	case componentbinary.SortType:
		return v.typeBound(s, t)
	case componentbinary.SortComponent:
		var def typ
		if def, err = s.typeAt(t.Index); err == nil && def.component == nil {
			err = bad("type index %d is not a component type", t.Index)
		}
		e = entity{kind: types.ExternComponent, component: def.component}
	default:
		var def typ
		if def, err = s.typeAt(t.Index); err == nil && def.instance == nil {
			err = bad("type index %d is not an instance type", t.Index)
		}
		e = entity{kind: types.ExternInstance, instance: def.instance}
	}
	return e, err
}

func (v *validator) typeBound(s *scope, t *componentbinary.ExternType) (entity, error) {
	e := entity{kind: types.ExternType}
	if t.Bound == componentbinary.BoundOther {
		e.fresh = true
		e.typ.resource = &resourceName{&types.ResourceType{}}
		return e, nil
	}
	def, err := s.typeAt(t.Index)
	e.typ = v.renamed(def)
	return e, err
}

func (v *validator) valueBound(s *scope, t *componentbinary.ExternType) (entity, error) {
	e := entity{kind: types.ExternValue}
	if err := need(v.Features.Values, FeatureValues, "values"); err != nil {
		return e, err
	}
	if t.Bound == componentbinary.BoundEqual {
		value, err := at(s.out.Values, t.Index, "value")
		if err == nil {
			e.value = value.Type
		}
		return e, err
	}
	var err error
	e.value, err = v.value(s, t.Value)
	return e, err
}

// renamed returns a new name for a type, if it is one that has names.
func (v *validator) renamed(t typ) typ {
	switch {
	case t.resource != nil:
		t.resource = &resourceName{t.resource.resource}
	case t.value != nil && isNamed(t.value):
		t.value = t.value.Distinct()
	}
	return t
}

// isNamed reports whether imports and exports refer to types like t only by a
// name.
func isNamed(t *types.Type) bool {
	switch t.Kind() {
	case types.Record, types.Variant, types.Flags, types.Enum:
		return true
	}
	return false
}
