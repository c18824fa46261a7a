package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// A scopeKind says what definitions stand in.
type scopeKind byte

const (
	scopeComponent scopeKind = iota
	scopeComponentType
	scopeInstanceType
)

// A scope is a component, component type or instance type while its definitions
// are validated. Types have index spaces of the same form as components, of
// which they use a part.
type scope struct {
	kind   scopeKind
	around *scope
	out    *Component // its lists are the index spaces

	imports, exports         members
	importKeys, exportKeys   uniqueNames
	importNames, exportNames resourceNames

	// visibleImports and visibleExports are the names of types that imports, and
	// exports, may refer to: of *types.Type or *resourceName.
	visibleImports, visibleExports map[any]bool

	imported []pathTo
	defined  []*types.ResourceType
	reps     map[*types.ResourceType]types.CoreValueType // of those that are defined here
	named    map[*types.ResourceType][]int               // how exports lead to them

	weight  uint64
	depth   uint32              // of the types of imports and exports
	context types.CoreValueType // of context.get and context.set
	starts  int

	typ        *componentType
	lastNested *componentType
}

// resourceNames are the resource types that imports, or exports, of a scope have
// names for: those that methods can be of.
type resourceNames struct {
	byName map[*resourceName]string
	known  map[string]bool
}

func (n *resourceNames) add(name string, r *resourceName) {
	if n.byName == nil {
		n.byName, n.known = map[*resourceName]string{}, map[string]bool{}
	}
	n.byName[r] = name
	n.known[name] = true
}

// newScope makes a scope with room for what a component, or a type, has.
func newScope(kind scopeKind, around *scope, has room) *scope {
	return &scope{
		kind: kind, around: around, out: has.component(kind == scopeComponent),
		imports: newMembers(has.imports), exports: newMembers(has.exports),
		visibleImports: map[any]bool{}, visibleExports: map[any]bool{},
		reps: map[*types.ResourceType]types.CoreValueType{}, named: map[*types.ResourceType][]int{},
	}
}

// step notes a definition; nobody instantiates those of types.
func (s *scope) step(sort componentbinary.Sort, n int) {
	if s.kind != scopeComponent {
		return
	}
	s.out.Steps = append(s.out.Steps, Step{Sort: sort, Index: uint32(n)})
}

func (s *scope) addFunc(f Func) {
	s.step(componentbinary.SortFunc, len(s.out.Funcs))
	s.out.Funcs = append(s.out.Funcs, f)
}

func (s *scope) addType(origin Origin, t typ) {
	s.step(componentbinary.SortType, len(s.out.Types))
	entry := Type{Origin: origin, Value: t.value, Func: t.fn, def: t}
	if t.resource != nil {
		entry.Resource = t.resource.resource
	}
	s.out.Types = append(s.out.Types, entry)
}

func (s *scope) addComponent(c ComponentDef) {
	s.step(componentbinary.SortComponent, len(s.out.Components))
	s.out.Components = append(s.out.Components, c)
}

func (s *scope) addInstance(i Instance) {
	s.step(componentbinary.SortInstance, len(s.out.Instances))
	s.out.Instances = append(s.out.Instances, i)
}

func (s *scope) addValue(value Value) {
	s.step(componentbinary.SortValue, len(s.out.Values))
	s.out.Values = append(s.out.Values, value)
}

func (s *scope) addModule(m Module) {
	s.step(componentbinary.CoreSortModule, len(s.out.CoreModules))
	s.out.CoreModules = append(s.out.CoreModules, m)
}

func (s *scope) addCoreFunc(f CoreFunc) {
	s.step(componentbinary.CoreSortFunc, len(s.out.CoreFuncs))
	s.out.CoreFuncs = append(s.out.CoreFuncs, f)
}

func (s *scope) addCoreType(t CoreType) {
	s.step(componentbinary.CoreSortType, len(s.out.CoreTypes))
	s.out.CoreTypes = append(s.out.CoreTypes, t)
}

// addCoreItem appends to the space of a table, memory, global or tag.
func (s *scope) addCoreItem(sort componentbinary.Sort, item CoreItem) {
	space := s.coreItems(sort)
	s.step(sort, len(*space))
	*space = append(*space, item)
}

func (s *scope) coreItems(sort componentbinary.Sort) *[]CoreItem {
	switch sort {
	case componentbinary.CoreSortTable:
		return &s.out.CoreTables
	case componentbinary.CoreSortMemory:
		return &s.out.CoreMemories
	case componentbinary.CoreSortGlobal:
		return &s.out.CoreGlobals
	}
	return &s.out.CoreTags
}

// at returns the entry of an index space, which is called by that name.
func at[T any](space []T, index uint32, name string) (*T, error) {
	if uint64(index) >= uint64(len(space)) {
		return nil, bad("unknown %s %d: %s index out of bounds", name, index, name)
	}
	return &space[index], nil
}

func (s *scope) funcAt(index uint32) (*types.FuncType, error) {
	f, err := at(s.out.Funcs, index, "function")
	if err != nil {
		return nil, err
	}
	return f.Type, nil
}

func (s *scope) typeAt(index uint32) (typ, error) {
	t, err := at(s.out.Types, index, "type")
	if err != nil {
		return typ{}, err
	}
	return t.def, nil
}

// valueTypeAt returns the type of values of that index.
func (s *scope) valueTypeAt(index uint32) (*types.Type, error) {
	t, err := s.typeAt(index)
	if err == nil && t.value == nil {
		err = bad("type index %d is not a defined type", index)
	}
	return t.value, err
}

func (s *scope) funcTypeAt(index uint32) (*types.FuncType, error) {
	t, err := s.typeAt(index)
	if err == nil && t.fn == nil {
		err = bad("type index %d is not a function type", index)
	}
	return t.fn, err
}

func (s *scope) resourceAt(index uint32) (*resourceName, error) {
	t, err := s.typeAt(index)
	if err == nil && t.resource == nil {
		err = bad("type index %d is not a resource type", index)
	}
	return t.resource, err
}

func (s *scope) componentAt(index uint32) (*ComponentDef, error) {
	return at(s.out.Components, index, "component")
}

func (s *scope) instanceAt(index uint32) (*instanceType, error) {
	i, err := at(s.out.Instances, index, "instance")
	if err != nil {
		return nil, err
	}
	return i.typ, nil
}

func (s *scope) moduleAt(index uint32) (*Module, error) {
	return at(s.out.CoreModules, index, "module")
}

func (s *scope) coreFuncAt(index uint32) (*CoreFunc, error) {
	return at(s.out.CoreFuncs, index, "core function")
}

func (s *scope) coreTypeAt(index uint32) (*CoreType, error) {
	return at(s.out.CoreTypes, index, "core type")
}

// useValue returns the type of a value, which is used up: each is used once.
func (s *scope) useValue(index uint32) (*types.Type, error) {
	value, err := at(s.out.Values, index, "value")
	if err != nil {
		return nil, err
	}
	if value.used {
		return nil, bad("value %d cannot be used more than once", index)
	}
	value.used = true
	return value.Type, nil
}

// finishValues wants every value to be used.
func (s *scope) finishValues() error {
	for i := range s.out.Values {
		if !s.out.Values[i].used {
			return bad("value index %d was not used as part of an instantiation, start function, or export", i)
		}
	}
	return nil
}

// outer returns the scope so many around s; 0 is s itself.
func (s *scope) outer(count uint32) (*scope, error) {
	target := s
	for n := count; n > 0 && target != nil; n-- {
		target = target.around
	}
	if target == nil {
		return nil, bad("invalid outer alias count of %d", count)
	}
	return target, nil
}

// grow counts the types that an import or export brings.
func (s *scope) grow(e entity) error {
	s.depth = max(s.depth, e.depth())
	if s.depth >= types.MaxDepth {
		return exceeds("nesting", "type nesting is too deep: more than %d", types.MaxDepth)
	}
	if s.weight += e.weight(); s.weight > maxWeight {
		return exceeds("type size", "effective type size exceeds the limit of %d", maxWeight)
	}
	return nil
}
