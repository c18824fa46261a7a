package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A Component is a valid component. It and everything in it is immutable.
type Component struct {
	// Syntax is what was decoded; origins refer to its lists.
	Syntax *componentbinary.Component

	// Type is the component's imports and exports.
	Type *types.ComponentType

	// Steps are the definitions in the order of the binary, which is the order
	// of instantiation.
	Steps []Step

	// The index spaces.
	Funcs         []Func
	Values        []Value
	Types         []Type
	Components    []ComponentDef
	Instances     []Instance
	CoreFuncs     []CoreFunc
	CoreTables    []CoreItem
	CoreMemories  []CoreItem
	CoreGlobals   []CoreItem
	CoreTags      []CoreItem
	CoreTypes     []CoreType
	CoreModules   []Module
	CoreInstances []CoreInstance

	// Nested are the components that are defined in this one, in the order of
	// Syntax.Components.
	Nested []*Component

	// Embedded are the core modules that are defined in this component, in the
	// order of Syntax.Modules.
	Embedded []*EmbeddedModule

	// Exports are what the component exports, in the order of Syntax.Exports.
	Exports []Export
}

// A Step is one definition. Of most sorts it appends one entry, of that index, to
// the index space of the sort. An import or export of a component is a step of
// its sort. A start function is a step of [componentbinary.SortValue] at the
// first of its results, with Start set.
type Step struct {
	Sort  componentbinary.Sort
	Index uint32
	Start *Start
}

// A Start is the call of a function with values, whose results are appended to
// the values.
type Start struct {
	Func    uint32
	Args    []uint32
	Results int
}

// An OriginKind says how an entry of an index space came to be.
type OriginKind byte

// The kinds of origins.
const (
	// Defined is what a section for it defines: Index is that in the list of
	// Syntax for the sort (Modules, Components, Types, CoreTypes, CoreInstances,
	// Instances, Canons, Values).
	Defined OriginKind = iota

	// Imported is an import: Index is that in Syntax.Imports, Name its name.
	Imported

	// Aliased is the export of that Name of the instance, or core instance, of
	// that Index.
	Aliased

	// Outer is the entry of that Index in the same index space of a component
	// around this one: 1 is the one next to it.
	Outer

	// Exported is what an export defines: Index is that in Exports.
	Exported

	// Returned is a result of the start function.
	Returned
)

// An Origin says where an entry of an index space comes from.
type Origin struct {
	Kind  OriginKind
	Index uint32
	Outer uint32
	Name  string
}

// A Func is an entry of the functions: one that is lifted if it is Defined.
type Func struct {
	Origin Origin
	Type   *types.FuncType
	Canon  *Canon // if it is Defined
}

// A Value is an entry of the values.
type Value struct {
	Origin Origin
	Type   *types.Type
	used   bool
}

// A Type is an entry of the types: one of its pointers is set. A resource type
// that is Defined has its representation and destructor in Syntax.Types.
type Type struct {
	Origin    Origin
	Value     *types.Type
	Func      *types.FuncType
	Component *types.ComponentType
	Instance  *types.InstanceType
	Resource  *types.ResourceType

	def typ
}

// A ComponentDef is an entry of the components. Component is nil if it is
// imported, or an export of something that is.
type ComponentDef struct {
	Origin    Origin
	Component *Component
	Type      *types.ComponentType

	typ *componentType
}

// An Instance is an entry of the instances. If it is Defined,
// Syntax.Instances has the component and arguments, or the exports of a bag.
type Instance struct {
	Origin Origin
	Type   *types.InstanceType

	// Resources leads from the resource types that the component defines or
	// imports, as its own types have them, to those of this instance; only if the
	// instance is Defined by instantiation.
	Resources types.Substitution

	typ *instanceType
}

// A CoreFunc is an entry of the core functions: a canonical definition if it is
// Defined.
type CoreFunc struct {
	Origin Origin
	Type   types.CoreFuncType
	Canon  *Canon // if it is Defined
}

// A CoreItem is an entry of the core tables, memories, globals or tags. Its
// origin is always Aliased.
type CoreItem struct {
	Origin Origin
	Type   types.CoreType
}

// A CoreType is an entry of the core types: a function type, or that of a module.
type CoreType struct {
	Origin Origin
	Func   types.CoreFuncType
	Module *types.ModuleType // nil if it is a function type

	value types.CoreValueType // what stands for it in references
}

// A Module is an entry of the core modules. Embedded is nil if it is imported, or
// an export of something that is.
type Module struct {
	Origin   Origin
	Embedded *EmbeddedModule
	Type     *types.ModuleType
}

// An EmbeddedModule is a core module whose bytes are in the component.
type EmbeddedModule struct {
	Range   componentbinary.Range
	Checked *engine.Checked // against the limits of the configuration
	Core    *corewasm.Module
	Type    *types.ModuleType
}

// A CoreInstance is an entry of the core instances; its origin is always Defined,
// and Syntax.CoreInstances has the module and arguments, or the items of a bag.
type CoreInstance struct {
	Origin  Origin
	Exports []types.CoreExport

	index map[string]int // of the exports by name
}

// An Export is an export of a component: what is exported, and the index that the
// export has itself.
type Export struct {
	Name string
	Item componentbinary.SortIndex
	New  uint32
	Type types.Extern
}

// A Canon is a canonical definition with what its indices mean.
type Canon struct {
	Syntax *componentbinary.Canon

	// Func is the type that is lifted to or lowered from.
	Func *types.FuncType

	// Core is the type of the core function that is lifted or defined.
	Core types.CoreFuncType

	// Resource is the resource type of resource.new, drop and rep.
	Resource *types.ResourceType

	// Type is the stream or future type of their built-ins, or the result of
	// task.return.
	Type *types.Type

	Options Options
}

// Options are the options of a canonical definition. Those that are not there
// are nil.
type Options struct {
	Encoding   Encoding
	Memory     *uint32 // index of a core memory
	Realloc    *uint32 // index of a core function
	PostReturn *uint32 // index of a core function
	Callback   *uint32 // index of a core function
	Async      bool
}

// An Encoding is how strings are in memory.
type Encoding byte

// The encodings.
const (
	UTF8 Encoding = iota
	UTF16
	Latin1UTF16
)
