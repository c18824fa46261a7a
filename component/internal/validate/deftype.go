package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

func (v *validator) funcType(s *scope, def *componentbinary.Func) (*types.FuncType, error) {
	if def.Async {
		if err := need(v.Features.Async, FeatureAsync, "async function type"); err != nil {
			return nil, err
		}
	}
	f := &types.FuncType{Async: def.Async}
	if err := v.params(s, f, def.Params); err != nil {
		return nil, err
	}
	var err error
	f.Result, err = v.optional(s, def.Result)
	switch {
	case err != nil:
		return nil, err
	case f.Result.Contains(types.HasBorrow):
		return nil, bad("function result cannot contain a `borrow` type")
	case funcWeight(f) > maxWeight:
		return nil, exceeds("type size", "effective type size exceeds the limit of %d", maxWeight)
	}
	return f, nil
}

func (v *validator) params(s *scope, f *types.FuncType, syntax []componentbinary.Labelled) error {
	if len(syntax) == 0 {
		return nil
	}
	f.Params = make([]types.Param, len(syntax))
	v.labels.begin("function parameter", "parameter")
	for i := range syntax {
		t, err := v.labelled(s, &syntax[i])
		if err != nil {
			return err
		}
		f.Params[i] = types.Param{Name: syntax[i].Label, Type: t}
	}
	return nil
}

// resourceType makes a new resource type.
func (v *validator) resourceType(s *scope, def *componentbinary.Resource) (*resourceName, error) {
	if s.kind != scopeComponent {
		return nil, bad("resources can only be defined within a concrete component")
	}
	rep := types.CoreValueType(def.Rep)
	switch {
	case def.Rep == corewasm.I64:
		if err := need(v.Features.Memory64, FeatureMemory64, "resources with `i64` require the `cm64` feature to be enabled"); err != nil {
			return nil, err
		}
	case def.Rep != corewasm.I32:
		return nil, badAt(def.RepAt, "resources can only be represented by `i32` or `i64`")
	}
	if def.HasDtor {
		f, err := s.coreFuncAt(def.Dtor)
		if err != nil {
			return nil, err
		}
		if !f.Type.Equal(types.CoreFuncType{Params: []types.CoreValueType{rep}}) {
			return nil, bad("core function %d has wrong signature for a destructor", def.Dtor)
		}
	}
	r := &types.ResourceType{}
	s.defined = append(s.defined, r)
	s.reps[r] = rep
	return &resourceName{r}, nil
}

func (v *validator) componentType(s *scope, def *componentbinary.ComponentType) (*componentType, error) {
	v.spend(stepsPerScope)
	inner := newScope(scopeComponentType, s, roomForDecls(def.Decls))
	if err := v.decls(inner, def.Decls); err != nil {
		return nil, err
	}
	return v.finish(inner)
}

func (v *validator) instanceType(s *scope, def *componentbinary.InstanceType) (*instanceType, error) {
	v.spend(stepsPerScope)
	inner := newScope(scopeInstanceType, s, roomForDecls(def.Decls))
	if err := v.decls(inner, def.Decls); err != nil {
		return nil, err
	}
	t := &instanceType{exports: inner.exports, defined: inner.defined, weight: inner.weight + 1, depth: inner.depth + 1}
	for r, path := range inner.named {
		t.named = append(t.named, pathTo{r, path})
	}
	return t, nil
}

// decls validates the declarations of a type.
func (v *validator) decls(s *scope, decls []componentbinary.Decl) error {
	if len(decls) == 0 {
		return nil
	}
	v.path.Enter("declaration", 0)
	for i := range decls {
		v.path.Next(i)
		err := v.decl(s, &decls[i])
		if err == nil {
			err = v.exhausted()
		}
		if err != nil {
			return located(err, v.path.String(), decls[i].Offset)
		}
	}
	v.path.Leave()
	return nil
}

func (v *validator) decl(s *scope, d *componentbinary.Decl) error {
	switch def := d.Def.(type) {
	case componentbinary.Alias:
		if def.Target == componentbinary.AliasCoreExport ||
			def.Sort != componentbinary.SortType && def.Sort != componentbinary.SortInstance && def.Sort != componentbinary.CoreSortType ||
			def.Target == componentbinary.AliasOuter && def.Sort == componentbinary.SortInstance {
			return bad("aliases in a component or instance type may only refer to types or instances")
		}
		return v.alias(s, &def)
	case componentbinary.Import:
		return v.imported(s, &def, 0)
	case componentbinary.ExportDecl:
		return v.exportDecl(s, &def)
	case componentbinary.CoreFuncs:
		return v.coreTypes(s, def, 0)
	case *componentbinary.ModuleType:
		return v.coreTypes(s, def, 0)
	}
	t, err := v.typ(s, d.Def)
	if err == nil {
		s.addType(Origin{}, t)
	}
	return err
}
