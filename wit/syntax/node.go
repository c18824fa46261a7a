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

// TypeDefKind is what a definition defines.
type TypeDefKind int

// The kinds of definitions, with the words that begin them.
const (
	Alias    TypeDefKind = iota // type
	Record                      // record
	Variant                     // variant
	Enum                        // enum
	Flags                       // flags
	Resource                    // resource
)

// String returns the word that begins such a definition.
func (k TypeDefKind) String() string {
	return [...]string{"type", "record", "variant", "enum", "flags", "resource"}[k]
}

// A TypeDef defines a type.
type TypeDef struct {
	Head
	Kind TypeDefKind
	Name Ident

	// Type is what an alias stands for.
	Type *Type

	// Members are the fields of a record, the cases of a variant or an enum, or
	// the flags.
	Members []Member

	// Body says that a resource has braces; Funcs are what stands in them.
	Body  bool
	Funcs []*Func
	Tail  []Comment
}

// A Member is a field, a case or a flag.
type Member struct {
	Head
	Name Ident

	// Type is a field's, or a case's if it has one.
	Type *Type
}

// FuncKind is how a function belongs to a resource.
type FuncKind int

// The kinds of functions.
const (
	Freestanding FuncKind = iota
	Method
	Static
	Constructor
)

// A Func is a function of an interface or a resource.
type Func struct {
	Head
	Kind FuncKind

	// Name is empty for constructors.
	Name Ident
	Type FuncType
}

// A FuncType is what a function takes and returns.
type FuncType struct {
	Span   Span
	Async  bool
	Params []Param

	// Result is nil if there is none.
	Result *Type

	// Lines says that each parameter stands on a line of its own, and Tail are the
	// comments behind the last.
	Lines bool
	Tail  []Comment
}

// A Param is a parameter.
type Param struct {
	Name Ident
	Type *Type

	// Comments stand before it, and Behind follows on its line, or is nil.
	Comments []Comment
	Behind   *Comment
}

// TypeKind is what a type is made from.
type TypeKind int

// The kinds of types. Up to ErrorContext they have no parts.
const (
	Bool TypeKind = iota
	S8
	S16
	S32
	S64
	U8
	U16
	U32
	U64
	F32
	F64
	Char
	String
	ErrorContext
	Named  // Name
	Own    // own<Name>
	Borrow // borrow<Name>
	List   // list<Args[0]>
	FixedList
	Map    // map<Args[0], Args[1]>
	Option // option<Args[0]>
	Result // result<Args[0], Args[1]>, each nil if absent
	Tuple  // tuple<Args...>
	Stream // stream<Args[0]>, nil if absent
	Future // future<Args[0]>, nil if absent
)

var typeWords = [...]string{
	"bool", "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64", "f32", "f64", "char", "string",
	"error-context", "", "own", "borrow", "list", "list", "map", "option", "result", "tuple", "stream", "future",
}

// String returns the word that such a type begins with; none for Named.
func (k TypeKind) String() string { return typeWords[k] }

// A Type is a type where it is used.
type Type struct {
	Span Span
	Kind TypeKind

	// Name is set for Named, Own and Borrow.
	Name Ident

	// Args are the parts; see the kinds.
	Args []*Type

	// Size is the length of a FixedList.
	Size uint32
}
