package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// A direction says which way a name leads.
type direction byte

const (
	inward  direction = iota // import
	outward                  // export
	nowhere                  // alias
)

func (d direction) String() string {
	if d == inward {
		return "import"
	}
	return "export"
}

func (v *validator) imported(s *scope, d *componentbinary.Import, i int) error {
	e, err := v.externType(s, &d.Type)
	if err != nil {
		return err
	}
	origin := Origin{Kind: Imported, Index: uint32(i), Name: d.Name.Name}
	if err := v.addNamed(s, &e, origin, d.Name.Name, inward); err != nil {
		return err
	}
	return v.checkExtern(&d.Name, inward, e, &s.importNames, &s.importKeys, &s.imports)
}

// exportDecl validates the declaration of an export in a type.
func (v *validator) exportDecl(s *scope, d *componentbinary.ExportDecl) error {
	e, err := v.externType(s, &d.Type)
	if err != nil {
		return err
	}
	return v.addExport(s, &d.Name, &e, Origin{Kind: Exported})
}

// exported validates an export of a component.
func (v *validator) exported(s *scope, d *componentbinary.Export) error {
	e, err := v.item(s, d.Item)
	if err != nil {
		return err
	}
	e.typ = v.renamed(e.typ)
	if d.Ascribed {
		ascribed, err := v.externType(s, &d.Type)
		if err != nil {
			return err
		}
		if err := v.subtype(e, ascribed); err != nil {
			return within(err, "ascribed type of export is not compatible with item's type")
		}
		e = ascribed
	}
	export := Export{Name: d.Name.Name, Item: d.Item, New: uint32(s.size(e.kind))}
	if err := v.addExport(s, &d.Name, &e, Origin{Kind: Exported, Index: uint32(len(s.out.Exports))}); err != nil {
		return err
	}
	s.out.Exports = append(s.out.Exports, export)
	return nil
}

func (v *validator) addExport(s *scope, n *componentbinary.ExternName, e *entity, origin Origin) error {
	if err := v.addNamed(s, e, origin, n.Name, outward); err != nil {
		return err
	}
	return v.checkExtern(n, outward, *e, &s.exportNames, &s.exportKeys, &s.exports)
}

// size returns how many entries the index space of a kind has.
func (s *scope) size(kind types.ExternKind) int {
	switch kind {
	case types.ExternModule:
		return len(s.out.CoreModules)
	case types.ExternFunc:
		return len(s.out.Funcs)
	case types.ExternValue:
		return len(s.out.Values)
	case types.ExternType:
		return len(s.out.Types)
	case types.ExternComponent:
		return len(s.out.Components)
	}
	return len(s.out.Instances)
}

// item returns the type of what an index refers to. A value is used up by that.
func (v *validator) item(s *scope, item componentbinary.SortIndex) (e entity, err error) {
	switch item.Sort {
	case componentbinary.CoreSortModule:
		var m *Module
		if m, err = s.moduleAt(item.Index); err == nil {
			e = entity{kind: types.ExternModule, module: m.Type}
		}
	case componentbinary.SortFunc:
		e.kind = types.ExternFunc
		e.fn, err = s.funcAt(item.Index)
	case componentbinary.SortValue:
		if err = need(v.Features.Values, FeatureValues, "values"); err == nil {
			e.kind = types.ExternValue
			e.value, err = s.useValue(item.Index)
		}
	case componentbinary.SortType:
		e.kind = types.ExternType
		e.typ, err = s.typeAt(item.Index)
	case componentbinary.SortComponent:
		var c *ComponentDef
		if c, err = s.componentAt(item.Index); err == nil {
			e = entity{kind: types.ExternComponent, component: c.typ}
		}
	default:
		e.kind = types.ExternInstance
		e.instance, err = s.instanceAt(item.Index)
	}
	return e, err
}

// addNamed appends an import or export to the index space that it is for.
func (v *validator) addNamed(s *scope, e *entity, origin Origin, name string, d direction) error {
	if err := s.grow(*e); err != nil {
		return err
	}
	switch e.kind {
	case types.ExternInstance:
		if d == inward {
			v.importInstance(s, e)
		} else {
			v.exportInstance(s, e)
		}
	case types.ExternType:
		s.introduce(e, d)
	}
	if err := v.add(s, *e, origin, d == outward); err != nil {
		return err
	}
	if e.kind == types.ExternType && e.typ.resource != nil {
		names := &s.importNames
		if d == outward {
			names = &s.exportNames
		}
		names.add(name, e.typ.resource)
		if r := e.typ.resource.resource; r.Name == "" {
			r.Name = name
		}
	}
	if !v.visible(s, *e, d) {
		return bad("%s not valid to be used as %s", e.describe(), d)
	}
	return nil
}

// introduce notes resource types that an import or export of a type brings, and
// how they are reached.
func (s *scope) introduce(e *entity, d direction) {
	if e.typ.resource == nil {
		return
	}
	r := e.typ.resource.resource
	if d == inward {
		if e.fresh {
			s.imported = append(s.imported, pathTo{r, []int{len(s.imports.list)}})
		}
		return
	}
	if e.fresh {
		s.defined = append(s.defined, r)
	}
	s.named[r] = []int{len(s.exports.list)}
}

// importInstance gives an imported instance resource types of its own for those
// that its type defines.
func (v *validator) importInstance(s *scope, e *entity) {
	if len(e.instance.defined) == 0 {
		return
	}
	paths := pathsOf(e.instance.named)
	m := v.newRemapping()
	for _, r := range e.instance.defined {
		fresh := &types.ResourceType{Name: r.Name}
		m.resources[r] = fresh
		s.imported = append(s.imported, pathTo{fresh, append([]int{len(s.imports.list)}, paths[r]...)})
	}
	e.instance = m.concrete(e.instance)
}

// exportInstance does the same for the declaration of an exported instance, and
// notes how the resource types of any instance are reached.
func (v *validator) exportInstance(s *scope, e *entity) {
	if len(e.instance.defined) > 0 {
		m := v.newRemapping()
		for _, r := range e.instance.defined {
			fresh := &types.ResourceType{Name: r.Name}
			m.resources[r] = fresh
			s.defined = append(s.defined, fresh)
		}
		e.instance = m.concrete(e.instance)
	}
	v.spend(len(e.instance.named))
	for _, n := range e.instance.named {
		s.named[n.resource] = append([]int{len(s.exports.list)}, n.path...)
	}
}

func pathsOf(named []pathTo) map[*types.ResourceType][]int {
	paths := make(map[*types.ResourceType][]int, len(named))
	for _, n := range named {
		paths[n.resource] = n.path
	}
	return paths
}

// add appends an entry to the index space of its kind.
func (v *validator) add(s *scope, e entity, origin Origin, used bool) error {
	switch e.kind {
	case types.ExternModule:
		s.addModule(Module{Origin: origin, Type: e.module})
	case types.ExternFunc:
		s.addFunc(Func{Origin: origin, Type: e.fn})
	case types.ExternValue:
		s.addValue(Value{Origin: origin, Type: e.value, used: used})
	case types.ExternType:
		s.addType(origin, e.typ)
	case types.ExternComponent:
		s.addComponent(ComponentDef{Origin: origin, typ: e.component})
	case types.ExternInstance:
		if len(s.out.Instances) >= maxInstances {
			return exceeds("instances", "instances count exceeds limit of %d", maxInstances)
		}
		s.addInstance(Instance{Origin: origin, typ: e.instance})
	}
	return nil
}
