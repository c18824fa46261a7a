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

	// Features are those that something in the texts is behind, wanted or not,
	// sorted. Binaries have none.
	Features []string
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
