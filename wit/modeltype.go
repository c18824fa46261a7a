package wit

import "github.com/patchbay-go/patchbay/wit/syntax"

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

	root  *TypeDef // what an alias of a Defined type stands for in the end
	wrong bool     // what is wrong with it was reported
	span  syntax.Span
}

// A Member is a field, a flag or a case. Type is None for those without.
type Member struct {
	Name string
	Type Type
	Docs string

	span syntax.Span
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
