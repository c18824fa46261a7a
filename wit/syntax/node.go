package syntax

// A File is one parsed text.
type File struct {
	Source *Source

	// Package is the declaration that the file begins with, or nil.
	Package *Package

	// Items are interfaces, worlds, uses and nested packages in their order.
	Items []Item

	// Tail are the comments behind the last item.
	Tail []Comment
}

// An Item is something that a file, a package, an interface, a world or a
// resource has. It is one of *Package, *Interface, *World, *Use, *Include,
// *Extern, *TypeDef and *Func.
type Item interface {
	// ItemHead returns what all items have.
	ItemHead() *Head
}

// A Head is what an item begins with.
type Head struct {
	// Span is the whole item, its head excluded.
	Span Span

	// Comments stand before the item, its documentation among them.
	Comments []Comment

	// Behind is the comment that follows on the item's last line, or nil.
	Behind *Comment

	// Attributes are its gates and other marks, in their order.
	Attributes []Attribute

	strays []stray
}

// ItemHead returns h.
func (h *Head) ItemHead() *Head { return h }

// An Attribute is a mark: @since, @unstable, @deprecated or @external-id.
type Attribute struct {
	Span Span

	// Name is the word behind the @.
	Name string

	// Value is the version, the feature or the string, without quotes.
	Value string

	// ValueSpan is where it stands.
	ValueSpan Span

	strays []stray
}

// An Ident is a name where it stands. Name has no %.
type Ident struct {
	Name string
	Span Span
}

// A PackageName is namespace:name@version. Namespaces and names may be nested:
// a:b:c/d.
type PackageName struct {
	Span Span

	// Namespace has the parts before the last colon, and is empty for names of
	// one part, which stand for something of the same package.
	Namespace []Ident

	// Name has the parts behind it.
	Name []Ident

	// Version is a semantic version, or "".
	Version string
}

// A Package is a package's declaration: package a:b; at the head of a file, or
// package a:b { … } among its items.
type Package struct {
	Head
	Name PackageName

	// Nested says that Items and Tail are the package's.
	Nested bool
	Items  []Item
	Tail   []Comment
}

// An Interface is a named interface, or with an empty Name one that stands in a
// world.
type Interface struct {
	Head
	Name  Ident
	Items []Item
	Tail  []Comment
}

// A World is a world.
type World struct {
	Head
	Name  Ident
	Items []Item
	Tail  []Comment
}

// A Path names an interface or a world: name, or namespace:package/name@version.
type Path struct {
	Span Span

	// Package is nil if the name is of the same package.
	Package *PackageName
	Name    Ident
}

// A Use brings an interface into a file (use a:b/c as d;) or types into an
// interface or a world (use c.{t as u};).
type Use struct {
	Head
	From Path

	// As is the new name of an interface; empty if it keeps its own.
	As Ident

	// Names are the types; nil in a use at the top.
	Names []Renamed

	// Lines says that each of them stands on a line of its own, and Tail are the
	// comments behind the last.
	Lines bool
	Tail  []Comment
}

// A Renamed is a name and what it is called from here on. As is empty if the
// name stays.
type Renamed struct {
	Name, As Ident

	// Comments stand before it, and Behind follows on its line, or is nil.
	Comments []Comment
	Behind   *Comment
}

// An Include brings what another world has into this one.
type Include struct {
	Head
	World Path
	With  []Renamed

	// Lines says that each of them stands on a line of its own, and Tail are the
	// comments behind the last.
	Lines bool
	Tail  []Comment
}

// An Extern is an import or an export of a world.
type Extern struct {
	Head

	// Export says which.
	Export bool

	// Name is empty where an interface is named by its path.
	Name Ident

	// One of these is set: a function, an interface in place, or the path of one.
	Func      *FuncType
	Interface *Interface
	Path      *Path
}
