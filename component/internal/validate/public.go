package validate

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// publish fills in the types of a component's index spaces as callers see them.
func (v *validator) publish(s *scope) {
	for i := range s.out.Types {
		t := &s.out.Types[i]
		t.Component, t.Instance = v.publicComponent(t.def.component), v.publicInstance(t.def.instance)
	}
	for i := range s.out.Components {
		c := &s.out.Components[i]
		c.Type = v.publicComponent(c.typ)
	}
	for i := range s.out.Instances {
		x := &s.out.Instances[i]
		x.Type = v.publicInstance(x.typ)
	}
	for i := range s.out.Exports {
		s.out.Exports[i].Type = v.publicExtern(s.exports.list[i].entity)
	}
	if s.around != nil {
		s.around.lastNested = s.typ
	}
}

func (v *validator) publicMembers(m members) []types.NamedExtern {
	public := make([]types.NamedExtern, len(m.list))
	for i, x := range m.list {
		public[i] = types.NamedExtern{Name: x.name, Extern: v.publicExtern(x.entity)}
		if a := x.attributes; a != nil {
			public[i].Implements, public[i].VersionSuffix, public[i].ExternalID = a.implements, a.versionSuffix, a.externalID
		}
	}
	return public
}

func (v *validator) publicExtern(e entity) types.Extern {
	x := types.Extern{
		Kind: e.kind, Module: e.module, Func: e.fn, Value: e.value, Fresh: e.fresh,
		Component: v.publicComponent(e.component), Instance: v.publicInstance(e.instance),
	}
	if e.kind == types.ExternType {
		x.Value, x.Func = e.typ.value, e.typ.fn
		x.Component, x.Instance = v.publicComponent(e.typ.component), v.publicInstance(e.typ.instance)
		if e.typ.resource != nil {
			x.Resource = e.typ.resource.resource
		}
	}
	return x
}

// publicInstance turns each type once, however often it occurs.
func (v *validator) publicInstance(t *instanceType) *types.InstanceType {
	if t == nil {
		return nil
	}
	if t.public == nil {
		t.public = &types.InstanceType{Exports: v.publicMembers(t.exports)}
	}
	return t.public
}

func (v *validator) publicComponent(t *componentType) *types.ComponentType {
	if t == nil {
		return nil
	}
	if t.public == nil {
		t.public = &types.ComponentType{Imports: v.publicMembers(t.imports), Exports: v.publicMembers(t.exports)}
		own := map[*types.InstanceType]bool{}
		for _, p := range t.defined {
			freshen(t.public.Exports, p.path, own)
		}
	}
	return t.public
}

// freshen says of the export at the end of the path that it brings its resource
// type into being. The types of instances on the way are shared with others, so
// they are copied, once: own has the copies.
func freshen(exports []types.NamedExtern, path []int, own map[*types.InstanceType]bool) {
	x := &exports[path[0]]
	if len(path) == 1 {
		x.Fresh = true
		return
	}
	if !own[x.Instance] {
		x.Instance = &types.InstanceType{Exports: slices.Clone(x.Instance.Exports)}
		own[x.Instance] = true
	}
	freshen(x.Instance.Exports, path[1:], own)
}
