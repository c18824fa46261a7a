package validate

import (
	"encoding/binary"
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// coreTypes validates a core type definition: a module type, or the functions of
// a group.
func (v *validator) coreTypes(s *scope, def componentbinary.CoreType, i int) error {
	origin := Origin{Kind: Defined, Index: uint32(i)}
	if def, ok := def.(*componentbinary.ModuleType); ok {
		t, err := v.moduleType(s, def)
		if err == nil {
			s.addCoreType(CoreType{Origin: origin, Module: t})
		}
		return err
	}
	group := def.(componentbinary.CoreFuncs)
	added, err := v.coreFuncs(s.out.CoreTypes, group)
	for _, t := range added {
		t.Origin = origin
		s.addCoreType(t)
	}
	return err
}

// A coreSpace is an index space of core types: those before a group, those of it
// that are made, and how many there will be.
type coreSpace struct {
	before, made []CoreType
	count        int
}

func spaceOf(types []CoreType) coreSpace { return coreSpace{before: types, count: len(types)} }

// coreFuncs makes entries of function types that go after those in space, and may
// refer to them and to each other.
func (v *validator) coreFuncs(before []CoreType, group []corewasm.FuncType) ([]CoreType, error) {
	space := coreSpace{before, make([]CoreType, 0, len(group)), len(before) + len(group)}
	for _, f := range group {
		t, err := space.funcType(f)
		if err != nil {
			return nil, err
		}
		space.made = append(space.made, CoreType{Func: t, value: v.coreRef(t)})
	}
	return space.made, nil
}

func (s coreSpace) funcType(f corewasm.FuncType) (t types.CoreFuncType, err error) {
	if t.Params, err = s.values(f.Params); err == nil {
		t.Results, err = s.values(f.Results)
	}
	return t, err
}

func (s coreSpace) values(values []corewasm.ValueType) ([]types.CoreValueType, error) {
	if len(values) == 0 {
		return nil, nil
	}
	converted := make([]types.CoreValueType, len(values))
	for i, value := range values {
		t, err := s.value(value)
		if err != nil {
			return nil, err
		}
		converted[i] = t
	}
	return converted, nil
}

// aheadRef marks references to types of the same group that come later: they are
// by distance.
const aheadRef = 1 << 56

func (s coreSpace) value(value corewasm.ValueType) (types.CoreValueType, error) {
	index, ok := value.TypeIndex()
	i, nullness := int64(index), types.CoreValueType(value.Byte())
	made := int64(len(s.before) + len(s.made))
	switch {
	case !ok:
		return types.CoreValueType(value), nil
	case i < int64(len(s.before)) && s.before[i].Module != nil:
		return 0, bad("type index %d is a module type", index)
	case i < int64(len(s.before)):
		return s.before[i].value | nullness, nil
	case i < made:
		return s.made[i-int64(len(s.before))].value | nullness, nil
	case i < int64(s.count):
		return aheadRef | types.CoreValueType(i-made)<<8 | nullness, nil
	}
	return 0, bad("unknown type %d: type index out of bounds", index)
}

// coreRef returns what stands for a function type in references to it: the same
// for equal types.
func (v *validator) coreRef(t types.CoreFuncType) types.CoreValueType {
	key := binary.LittleEndian.AppendUint32(nil, uint32(len(t.Params)))
	for _, value := range slices.Concat(t.Params, t.Results) {
		key = binary.LittleEndian.AppendUint64(key, uint64(value))
	}
	id, ok := v.cores[string(key)]
	if !ok {
		id = types.CoreValueType(len(v.cores)) << 8
		v.cores[string(key)] = id
	}
	return id
}

// coreExtern makes the type of an import or export of a module.
func coreExtern(space []CoreType, desc corewasm.Desc) (types.CoreType, error) {
	t := types.CoreType{
		Kind: types.CoreKind(desc.Kind), Mutable: desc.Mutable,
		Limits: types.CoreLimits{
			Min: uint64(desc.Limits.Min), Max: uint64(desc.Limits.Max),
			HasMax: desc.Limits.HasMax, Shared: desc.Limits.Shared,
		},
	}
	var err error
	switch desc.Kind {
	case corewasm.KindFunc, corewasm.KindTag:
		var def *CoreType
		if def, err = at(space, desc.Type, "type"); err != nil {
			return t, err
		}
		if def.Module != nil {
			return t, bad("type index %d is a module type", desc.Type)
		}
		t.Func = def.Func
		if desc.Kind == corewasm.KindTag && len(t.Func.Results) > 0 {
			return t, bad("tag type must not have results")
		}
	case corewasm.KindTable, corewasm.KindGlobal:
		t.Value, err = spaceOf(space).value(desc.Value)
	}
	return t, err
}

// moduleType makes the type of a module. Its declarations have an index space of
// their own.
func (v *validator) moduleType(s *scope, def *componentbinary.ModuleType) (*types.ModuleType, error) {
	space := make([]CoreType, 0, countTypes(def.Decls))
	b := newModuleTypeBuilder(0, 0)
	v.path.Enter("declaration", 0)
	for i := range def.Decls {
		v.path.Next(i)
		d := &def.Decls[i]
		if err := v.moduleDecl(s, &space, b, d); err != nil {
			return nil, located(err, v.path.String(), d.Offset)
		}
	}
	v.path.Leave()
	v.moduleExports[b.module] = b.exports
	return b.module, nil
}

// countTypes returns how many entries declarations add to the index space of types,
// or fewer: a group may have several.
func countTypes(decls []componentbinary.ModuleDecl) (n int) {
	for i := range decls {
		switch decls[i].Def.(type) {
		case componentbinary.CoreFuncs, componentbinary.CoreAlias:
			n++
		}
	}
	return n
}

func (v *validator) moduleDecl(s *scope, space *[]CoreType, b *moduleTypeBuilder, d *componentbinary.ModuleDecl) error {
	switch def := d.Def.(type) {
	case componentbinary.CoreFuncs:
		added, err := v.coreFuncs(*space, def)
		*space = append(*space, added...)
		return err
	case componentbinary.CoreAlias:
		t, err := coreAlias(s, *space, def)
		*space = append(*space, t)
		return err
	case corewasm.Import:
		t, err := coreExtern(*space, def.Desc)
		if err != nil {
			return err
		}
		return b.add(def.Module, def.Name, t)
	default:
		export := def.(componentbinary.CoreExportDecl)
		t, err := coreExtern(*space, export.Desc)
		if err != nil {
			return err
		}
		return b.export(export.Name, t)
	}
}

// coreAlias returns the core type of the module type itself, or of a scope
// around it.
func coreAlias(s *scope, own []CoreType, a componentbinary.CoreAlias) (CoreType, error) {
	space := own
	if a.Count > 0 {
		outer, err := s.outer(a.Count - 1)
		if err != nil {
			return CoreType{}, bad("invalid outer alias count of %d", a.Count)
		}
		space = outer.out.CoreTypes
	}
	t, err := at(space, a.Index, "core type")
	if err != nil {
		return CoreType{}, err
	}
	if t.Module != nil {
		return CoreType{}, bad("not implemented: aliasing core module types into a core module's types index space")
	}
	return *t, nil
}

// A moduleTypeBuilder wants the names of imports and exports to be unique.
type moduleTypeBuilder struct {
	module  *types.ModuleType
	imports map[[2]string]bool
	exports map[string]int // indices
}

func newModuleTypeBuilder(imports, exports int) *moduleTypeBuilder {
	return &moduleTypeBuilder{
		&types.ModuleType{
			Imports: make([]types.CoreImport, 0, imports),
			Exports: make([]types.CoreExport, 0, exports),
		},
		make(map[[2]string]bool, imports), make(map[string]int, exports),
	}
}

func (b *moduleTypeBuilder) add(module, name string, t types.CoreType) error {
	key := [2]string{module, name}
	if b.imports[key] {
		return bad("duplicate import name `%s:%s`", module, name)
	}
	b.imports[key] = true
	b.module.Imports = append(b.module.Imports, types.CoreImport{Module: module, Name: name, Type: t})
	return nil
}

func (b *moduleTypeBuilder) export(name string, t types.CoreType) error {
	if _, twice := b.exports[name]; twice {
		return bad("export name `%s` already defined", name)
	}
	b.exports[name] = len(b.module.Exports)
	b.module.Exports = append(b.module.Exports, types.CoreExport{Name: name, Type: t})
	return nil
}
