package validate

import "github.com/patchbay-go/patchbay/component/types"

// maxWeight bounds the types that are counted together in one: as many as
// [types.MaxWeight].
const maxWeight = types.MaxWeight

// A typ is a type as an index space has it. One of the pointers is set.
type typ struct {
	value     *types.Type
	fn        *types.FuncType
	component *componentType
	instance  *instanceType
	resource  *resourceName
}

// A resourceName is a name of a resource type: an import, an export or a
// definition of it. Handles refer to a resource type by one of its names, and
// which one decides whether a function may be exported (Explainer.md,
// "External Visibility of Types").
type resourceName struct {
	resource *types.ResourceType
}

// An entity is the type of an import or export.
type entity struct {
	kind      types.ExternKind
	module    *types.ModuleType
	fn        *types.FuncType
	value     *types.Type // of a value
	typ       typ         // of a type: the name that the import or export brings
	fresh     bool        // of a resource type: it is a new one
	component *componentType
	instance  *instanceType
}

// A member is an import or export.
type member struct {
	name string
	entity
	attributes *attributes // nil without any
}

type attributes struct {
	implements, versionSuffix, externalID string
}

// members are imports or exports in order.
type members struct {
	list  []member
	index map[string]int // once there are many
}

// fewMembers is how many members are looked through faster than a map finds one.
const fewMembers = 8

// newMembers makes room for so many.
func newMembers(n int) members {
	return members{list: make([]member, 0, n)}
}

func (m *members) add(name string, e entity, a *attributes) {
	m.list = append(m.list, member{name, e, a})
	switch n := len(m.list); {
	case m.index != nil:
		m.index[name] = n - 1
	case n > fewMembers:
		m.index = make(map[string]int, cap(m.list))
		for i := range m.list {
			m.index[m.list[i].name] = i
		}
	}
}

func (m *members) get(name string) (entity, bool) {
	if i := m.find(name); i >= 0 {
		return m.list[i].entity, true
	}
	return entity{}, false
}

// find returns the index of the member of that name, or -1.
func (m *members) find(name string) int {
	if m.index != nil {
		if i, ok := m.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range m.list {
		if m.list[i].name == name {
			return i
		}
	}
	return -1
}

// A pathTo leads to a resource type: the index of an import or export, and if
// that is an instance the index of one of its exports, and so on.
type pathTo struct {
	resource *types.ResourceType
	path     []int
}

// An instanceType is the type of an instance, or a type of which there may be
// instances: then each has its own types for those that are defined.
type instanceType struct {
	exports members
	defined []*types.ResourceType
	named   []pathTo // the resource types among the exports
	weight  uint64
	depth   uint32 // of nesting

	public *types.InstanceType
}

// A componentType is the type of a component. Each instance has types for those
// that are imported from who instantiates it, and its own for those that are
// defined.
type componentType struct {
	imports  members
	exports  members
	imported []pathTo
	defined  []pathTo
	named    []pathTo // the resource types among the exports
	weight   uint64
	depth    uint32 // of nesting

	public *types.ComponentType
}

// weight returns how many types there are in e.
func (e entity) weight() uint64 {
	switch e.kind {
	case types.ExternFunc:
		return funcWeight(e.fn)
	case types.ExternValue:
		return uint64(e.value.Weight())
	case types.ExternType:
		return e.typ.weight()
	case types.ExternInstance:
		return e.instance.weight
	case types.ExternComponent:
		return e.component.weight
	case types.ExternModule:
		return 1 + uint64(len(e.module.Imports)+len(e.module.Exports))
	}
	return 1
}

func (t typ) weight() uint64 {
	switch {
	case t.value != nil:
		return uint64(t.value.Weight())
	case t.fn != nil:
		return funcWeight(t.fn)
	case t.instance != nil:
		return t.instance.weight
	case t.component != nil:
		return t.component.weight
	}
	return 1
}

func funcWeight(f *types.FuncType) uint64 {
	n := uint64(1)
	for _, p := range f.Params {
		n += uint64(p.Type.Weight())
	}
	if f.Result != nil {
		n += uint64(f.Result.Weight())
	}
	return n
}

// depth returns how deeply types nest in e.
func (e entity) depth() uint32 {
	switch e.kind {
	case types.ExternFunc:
		return funcDepth(e.fn)
	case types.ExternValue:
		return e.value.Depth()
	case types.ExternInstance:
		return e.instance.depth
	case types.ExternComponent:
		return e.component.depth
	case types.ExternType:
		return e.typ.depth()
	}
	return 1
}

func (t typ) depth() uint32 {
	switch {
	case t.value != nil:
		return t.value.Depth()
	case t.fn != nil:
		return funcDepth(t.fn)
	case t.instance != nil:
		return t.instance.depth
	case t.component != nil:
		return t.component.depth
	}
	return 1
}

func funcDepth(f *types.FuncType) uint32 {
	deepest := uint32(0)
	for _, p := range f.Params {
		deepest = max(deepest, p.Type.Depth())
	}
	if f.Result != nil {
		deepest = max(deepest, f.Result.Depth())
	}
	return deepest + 1
}

// describe says what an entity is, as messages do.
func (e entity) describe() string {
	if e.kind == types.ExternModule {
		return "module"
	}
	return e.kind.String()
}

// describe says what a type is, as messages do.
func (t typ) describe() string {
	switch {
	case t.value != nil:
		return "defined type"
	case t.fn != nil:
		return "func type"
	case t.instance != nil:
		return "instance type"
	case t.component != nil:
		return "component type"
	}
	return "resource"
}
