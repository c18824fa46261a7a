package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

func (v *validator) alias(s *scope, a *componentbinary.Alias) error {
	switch a.Target {
	case componentbinary.AliasExport:
		return v.aliasExport(s, a)
	case componentbinary.AliasCoreExport:
		return aliasCoreExport(s, a)
	}
	outer, err := s.outer(a.Count)
	if err != nil {
		return err
	}
	origin := Origin{Kind: Outer, Index: a.Index, Outer: a.Count}
	switch a.Sort {
	case componentbinary.SortType:
		return v.aliasOuterType(s, outer, a, origin)
	case componentbinary.SortComponent:
		c, err := outer.componentAt(a.Index)
		if err == nil {
			s.addComponent(ComponentDef{Origin: origin, Component: c.Component, typ: c.typ})
		}
		return err
	case componentbinary.CoreSortModule:
		m, err := outer.moduleAt(a.Index)
		if err == nil {
			s.addModule(Module{Origin: origin, Embedded: m.Embedded, Type: m.Type})
		}
		return err
	default:
		t, err := outer.coreTypeAt(a.Index)
		if err == nil {
			s.addCoreType(CoreType{Origin: origin, Func: t.Func, Module: t.Module, value: t.value})
		}
		return err
	}
}

// aliasOuterType takes a type from a scope around. A component stands on its own,
// so no resource type gets into it that way.
func (v *validator) aliasOuterType(s, outer *scope, a *componentbinary.Alias, origin Origin) error {
	t, err := outer.typeAt(a.Index)
	if err != nil {
		return err
	}
	if s.leaves(outer) && v.hasResources(t) {
		return bad("cannot alias outer type which transitively refers to resources not defined in the current component")
	}
	s.addType(origin, t)
	return nil
}

// leaves reports whether there is the border of a component between s and outer.
func (s *scope) leaves(outer *scope) bool {
	for ; s != outer; s = s.around {
		if s.kind == scopeComponent {
			return true
		}
	}
	return false
}

func (v *validator) aliasExport(s *scope, a *componentbinary.Alias) error {
	if a.Sort == componentbinary.SortValue {
		if err := need(v.Features.Values, FeatureValues, "values"); err != nil {
			return err
		}
	}
	instance, err := s.instanceAt(a.Instance)
	if err != nil {
		return err
	}
	e, ok := instance.exports.get(a.Name)
	if !ok {
		return bad("instance %d has no export named `%s`", a.Instance, a.Name)
	}
	if externKind(a.Sort) != e.kind {
		return bad("export `%s` for instance %d is not a %s", a.Name, a.Instance, entity{kind: externKind(a.Sort)}.describe())
	}
	return v.add(s, e, Origin{Kind: Aliased, Index: a.Instance, Name: a.Name}, false)
}

// externKind returns the kind of what has that sort, or 0.
func externKind(sort componentbinary.Sort) types.ExternKind {
	switch sort {
	case componentbinary.CoreSortModule:
		return types.ExternModule
	case componentbinary.SortFunc:
		return types.ExternFunc
	case componentbinary.SortValue:
		return types.ExternValue
	case componentbinary.SortType:
		return types.ExternType
	case componentbinary.SortComponent:
		return types.ExternComponent
	case componentbinary.SortInstance:
		return types.ExternInstance
	}
	return 0
}

func aliasCoreExport(s *scope, a *componentbinary.Alias) error {
	instance, err := at(s.out.CoreInstances, a.Instance, "core instance")
	if err != nil {
		return err
	}
	x, ok := instance.export(a.Name)
	switch {
	case !ok:
		return bad("core instance %d has no export named `%s`", a.Instance, a.Name)
	case x.Kind != coreKind(a.Sort):
		return bad("export `%s` for core instance %d is not a %s", a.Name, a.Instance, coreKind(a.Sort))
	}
	origin := Origin{Kind: Aliased, Index: a.Instance, Name: a.Name}
	if a.Sort == componentbinary.CoreSortFunc {
		s.addCoreFunc(CoreFunc{Origin: origin, Type: x.Func})
	} else {
		s.addCoreItem(a.Sort, CoreItem{Origin: origin, Type: *x})
	}
	return nil
}
