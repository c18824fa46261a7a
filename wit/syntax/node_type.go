package syntax

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
