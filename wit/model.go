package wit

import (
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A Resolve is a set of packages with every name resolved. Types, interfaces
// and worlds are each in an order in which nothing comes before what it refers
// to.
type Resolve struct {
	Packages   []*Package
	Interfaces []*Interface
	Worlds     []*World
	Types      []*TypeDef
}

// A Package is a named set of interfaces and worlds.
type Package struct {
	Name       PackageName
	Docs       string
	Interfaces []*Interface
	Worlds     []*World
}

// Interface returns the package's interface of that name, or nil.
func (p *Package) Interface(name string) *Interface {
	for _, i := range p.Interfaces {
		if i.Name == name {
			return i
		}
	}
	return nil
}

// World returns the package's world of that name, or nil.
func (p *Package) World(name string) *World {
	for _, w := range p.Worlds {
		if w.Name == name {
			return w
		}
	}
	return nil
}

// A PackageName is namespace:name@version. A nested namespace or name has its
// colons or slashes in the field.
type PackageName struct {
	Namespace, Name string

	// Version is a semantic version without a "v", or "".
	Version string
}

// String returns the name as it is written.
func (n PackageName) String() string {
	s := n.Namespace + ":" + n.Name
	if n.Version != "" {
		s += "@" + n.Version
	}
	return s
}

// ID returns how an interface or a world of the package is called from
// elsewhere: namespace:name/item@version.
func (n PackageName) ID(item string) string {
	s := n.Namespace + ":" + n.Name + "/" + item
	if n.Version != "" {
		s += "@" + n.Version
	}
	return s
}

// An Interface is a set of types and functions.
type Interface struct {
	// Name is empty for one that stands in a world.
	Name      string
	Package   *Package
	Types     []*TypeDef
	Functions []*Function
	Docs      string
	Stability Stability

	// CloneOf is the interface in a world from which an include made this one,
	// or nil.
	CloneOf *Interface

	span syntax.Span
}

// Type returns the interface's type of that name, or nil.
func (i *Interface) Type(name string) *TypeDef {
	for _, t := range i.Types {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Function returns the interface's function of that name, or nil.
func (i *Interface) Function(name string) *Function {
	for _, f := range i.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// ID returns namespace:package/name@version, or "" for an interface that
// stands in a world.
func (i *Interface) ID() string {
	if i.Name == "" || i.Package == nil {
		return ""
	}
	return i.Package.Name.ID(i.Name)
}

// A World is what a component imports and exports.
type World struct {
	Name             string
	Package          *Package
	Imports, Exports []WorldItem
	Docs             string
	Stability        Stability

	includes []include
	span     syntax.Span
}

// A WorldItem is an import or an export: a function, a type, or an interface.
type WorldItem struct {
	// Name is the item's name in the world. It is empty for an interface that
	// is known by its ID.
	Name string

	// One of these is set.
	Interface *Interface
	Function  *Function
	Type      *TypeDef

	// What stands beside an interface; functions and types have their own.
	Docs       string
	Stability  Stability
	ExternalID string

	span syntax.Span
}

// Key returns the name of the item as a component has it: Name, or the
// interface's ID.
func (i *WorldItem) Key() string {
	if i.Name == "" && i.Interface != nil {
		return i.Interface.ID()
	}
	return i.Name
}

func (i *WorldItem) stability() Stability {
	switch {
	case i.Function != nil:
		return i.Function.Stability
	case i.Type != nil:
		return i.Type.Stability
	}
	return i.Stability
}

// FunctionKind is how a function belongs to a resource.
type FunctionKind int

// The kinds of functions.
const (
	Freestanding FunctionKind = iota
	Method
	Static
	Constructor
)

// A Function is a function of an interface or a world.
type Function struct {
	// Name is as in a component: [method]file.read for methods.
	Name  string
	Kind  FunctionKind
	Async bool

	// Resource is the type that the function belongs to, or nil.
	Resource *TypeDef

	// Params begin with self for methods.
	Params []Param

	// Result is the zero Type if there is none.
	Result     Type
	Docs       string
	Stability  Stability
	ExternalID string

	span syntax.Span
}

// A Param is a parameter.
type Param struct {
	Name string
	Type Type
}

// Kind says what a Type is.
type Kind uint8

// The kinds of types. Those that are not named here are a Defined one.
const (
	None Kind = iota // no type
	Bool
	U8
	U16
	U32
	U64
	S8
	S16
	S32
	S64
	F32
	F64
	Char
	String
	ErrorContext
	Defined
)

var kindNames = [...]string{
	"none", "bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64", "char", "string",
	"error-context", "defined",
}

// String returns the word for the kind.
func (k Kind) String() string { return kindNames[k] }

// A Type is a type where it is used. Two are the same if they are equal.
type Type struct {
	Kind Kind

	// Def is set if Kind is Defined.
	Def *TypeDef
}

// DefKind is what a TypeDef is.
type DefKind uint8

// The kinds of definitions.
const (
	Alias  DefKind = iota // another name for Types[0]
	Record                // Members with types
	Resource
	Own     // a handle that owns a Resource
	Borrow  // a handle that borrows one
	Flags   // Members
	Tuple   // Types
	Variant // Members, their types may be None
	Enum    // Members
	Option  // Types[0]
	Result  // Types[0] and Types[1], each may be None
	List    // Types[0]
	Map     // Types[0] to Types[1]
	FixedList
	Future // Types[0], may be None
	Stream // Types[0], may be None
)

var defKindNames = [...]string{
	"type", "record", "resource", "own", "borrow", "flags", "tuple", "variant", "enum", "option", "result", "list",
	"map", "fixed-length-list", "future", "stream",
}

// String returns the word for the kind.
func (k DefKind) String() string { return defKindNames[k] }

// A TypeDef is a type that is made from others, with a name or without.
type TypeDef struct {
	Name string
	Kind DefKind

	// Interface or World is where the type was defined; neither for types
	// without a name.
	Interface *Interface
	World     *World

	// What the type is made from; see the kinds.
	Members []Member
	Types   []Type

	// Target is the resource of a handle, or another name of it.
	Target *TypeDef

	// Size is the length of a FixedList.
	Size uint32

	Docs       string
	Stability  Stability
	ExternalID string

	root *TypeDef // what an alias of a Defined type stands for in the end
	span syntax.Span
}

// A Member is a field, a flag or a case. Type is None for those without.
type Member struct {
	Name string
	Type Type
	Docs string
}

// Resolved returns the definition that the type stands for, behind all other
// names.
func (d *TypeDef) Resolved() *TypeDef {
	if d.root != nil {
		return d.root
	}
	return d
}

// setAlias makes d another name for t.
func (d *TypeDef) setAlias(t Type) {
	d.Kind, d.Types, d.root = Alias, []Type{t}, nil
	if t.Kind == Defined {
		d.root = t.Def.Resolved()
	}
}

// sameOwner reports whether two types are defined in the same place.
func (d *TypeDef) sameOwner(other *TypeDef) bool {
	return d.Interface == other.Interface && d.World == other.World
}

// dependency returns the interface that the type was taken from by a use, or
// nil.
func (d *TypeDef) dependency() *Interface {
	if d.Kind != Alias || d.Types[0].Kind != Defined {
		return nil
	}
	if from := d.Types[0].Def; !d.sameOwner(from) {
		return from.Interface
	}
	return nil
}

// A Stability says since when an item may be used (WIT.md#feature-gates). The
// zero value says nothing.
type Stability struct {
	// Since is the package's version that first had the item.
	Since string

	// Unstable is the feature that the item is a part of.
	Unstable string

	// Deprecated is the version since which the item should not be used.
	Deprecated string
}
