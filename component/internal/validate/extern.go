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
	return v.checkExtern(&d.Name, inward, e, &s.importNames, s.importKeys, &s.imports)
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
	return v.checkExtern(n, outward, *e, &s.exportNames, s.exportKeys, &s.exports)
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
		if err = need(v.Features.Values, featureValues, "values"); err == nil {
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
	if err := need(v.Features.Values, featureValues, "values"); err != nil {
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

// checkExtern checks the name of an import or export and adds it to those of the
// same direction.
func (v *validator) checkExtern(
	n *componentbinary.ExternName, d direction, e entity,
	names *resourceNames, keys map[string]string, items *members,
) error {
	parsed, err := parseName(n.Name, v.Features)
	if err != nil {
		return within(err, "%s name `%s` is not a valid extern name", d, n.Name)
	}
	if d == outward && e.kind == types.ExternValue && e.value.Contains(types.HasBorrow) {
		return bad("exported value cannot contain a `borrow` type")
	}
	if d == outward && parsed.kind > interfaceName {
		return bad("name `%s` is not a valid export name", n.Name)
	}
	a, suffix, err := v.attributes(n.Attributes, parsed, e)
	if err != nil {
		return err
	}
	if err := parsed.checkName(v, e, names, suffix); err != nil {
		return within(err, "%s name `%s` is not valid", d, n.Name)
	}
	key := parsed.key()
	if before, ok := keys[key]; ok {
		return bad("%s name `%s` conflicts with previous name `%s`", d, n.Name, before)
	}
	keys[key] = n.Name
	items.add(n.Name, e, a)
	return nil
}

// attributes checks what a name has besides itself.
func (v *validator) attributes(syntax *componentbinary.Attributes, n name, e entity) (a *attributes, suffix *string, err error) {
	if syntax == nil {
		return nil, nil, nil
	}
	has := func(attribute int) bool { return syntax.Has&(1<<attribute) != 0 }
	if has(componentbinary.AttributeImplements) {
		if err := v.implements(syntax.Implements, n, e); err != nil {
			return a, nil, err
		}
	}
	if has(componentbinary.AttributeVersionSuffix) {
		if err := need(v.Features.VersionSuffix, featureVersionSuffix, "attribute versionsuffix"); err != nil {
			return a, nil, err
		}
		if e.kind != types.ExternInstance {
			return a, nil, bad("only instances can have an `versionsuffix`")
		}
		suffix = &syntax.VersionSuffix
	}
	if has(componentbinary.AttributeExternalID) {
		err = need(v.Features.Attributes, featureAttributes, "the `cm-implements` feature is not active")
	}
	return &attributes{syntax.Implements, syntax.VersionSuffix, syntax.ExternalID}, suffix, err
}

func (v *validator) implements(text string, n name, e entity) error {
	if err := need(v.Features.Attributes, featureAttributes, "the `cm-implements` feature is not active"); err != nil {
		return err
	}
	switch {
	case n.kind != labelName:
		return bad("name `%s` is not valid with `implements`", n.text)
	case e.kind != types.ExternInstance:
		return bad("only instances can have an `implements`")
	}
	implemented, err := parseName(text, v.Features)
	if err != nil {
		return within(err, "`%s` is not a valid name", text)
	}
	if implemented.kind != interfaceName {
		return bad("name `%s` must be an interface", text)
	}
	return within(implemented.checkVersion(nil, v.Features), "`implements` name `%s`", text)
}
