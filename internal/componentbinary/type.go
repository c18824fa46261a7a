package componentbinary

import "github.com/patchbay-go/patchbay/internal/corewasm"

// A TypeDef is a type definition and where it stands.
type TypeDef struct {
	Offset uint32
	Type   Type
}

// A Type is one of [Primitive], [*Record], [*Variant], [*List], [*FixedList],
// [*Tuple], [*Flags], [*Enum], [*Option], [*Result], [Own], [Borrow], [*Stream],
// [*Future], [*Map], [*Func], [*ComponentType], [*InstanceType] and [*Resource].
type Type any

// The types that values, functions, components, instances and resources have.
type (
	// Primitive is one of the primitive value types.
	Primitive struct{ Type ValueType }

	// Record has fields.
	Record struct{ Fields []Labelled }

	// Variant has cases; the type of one without a payload is None.
	Variant struct{ Cases []Labelled }

	// List has elements of one type.
	List struct{ Element ValueType }

	// FixedList has a fixed number of elements.
	FixedList struct {
		Element ValueType
		Length  uint32
	}

	// Tuple has elements of several types.
	Tuple struct{ Elements []ValueType }

	// Flags has labels of which any number are set.
	Flags struct{ Labels []string }

	// Enum has labels of which one is meant.
	Enum struct{ Labels []string }

	// Option may have an element.
	Option struct{ Element ValueType }

	// Result has either of two types, each of which may be None.
	Result struct{ OK, Err ValueType }

	// Own is an owning handle to a resource type of that index.
	Own struct{ Resource uint32 }

	// Borrow is a borrowed handle to a resource type of that index.
	Borrow struct{ Resource uint32 }

	// Stream has elements that come later; the type may be None.
	Stream struct{ Element ValueType }

	// Future has a value that comes later; the type may be None.
	Future struct{ Element ValueType }

	// Map leads from keys to values.
	Map struct{ Key, Value ValueType }

	// Func is the type of a function; Result may be None.
	Func struct {
		Async  bool
		Params []Labelled
		Result ValueType
	}

	// ComponentType has imports and exports, and what they need.
	ComponentType struct{ Decls []Decl }

	// InstanceType has exports and what they need.
	InstanceType struct{ Decls []Decl }

	// Resource is a resource type with its representation and, if HasDtor, the
	// index of its destructor.
	Resource struct {
		Rep     corewasm.ValueType
		Dtor    uint32
		HasDtor bool
		RepAt   uint32 // offset of Rep
	}
)

// Labelled is a field, a case or a parameter.
type Labelled struct {
	Offset uint32
	Label  string
	Type   ValueType
}

// A Decl is a declaration in the type of a component or an instance.
type Decl struct {
	Offset uint32

	// Def is one of [CoreType], [Type], [Alias], [Import], which only the types
	// of components have, and [ExportDecl].
	Def any
}

// An ExportDecl says that there is an export of that name and type.
type ExportDecl struct {
	Name ExternName
	Type ExternType
}

func (r *reader) typeDef() TypeDef {
	return TypeDef{Offset: r.here(), Type: r.typ()}
}

// typ reads a type definition.
func (r *reader) typ() Type {
	at := r.pos
	switch b := r.byte(); b {
	case 0x3f:
		return r.resource()
	case 0x40, 0x43:
		return &Func{Async: b == 0x43, Params: list(r, "parameter", 2, (*reader).labelled), Result: r.result()}
	case 0x41:
		return &ComponentType{r.decls((*reader).componentDecl)}
	case 0x42:
		return &InstanceType{r.decls((*reader).instanceDecl)}
	default:
		return r.definedType(at, b)
	}
}

// definedType reads a type of values whose first byte was b.
func (r *reader) definedType(at int, b byte) Type {
	switch b {
	case 0x72:
		return &Record{list(r, "field", 2, (*reader).labelled)}
	case 0x71:
		return &Variant{list(r, "case", 3, (*reader).variantCase)}
	case 0x70:
		return &List{r.valueType()}
	case 0x6f:
		return &Tuple{list(r, "element", 1, (*reader).valueType)}
	case 0x6e:
		return &Flags{list(r, "flag", 1, (*reader).name)}
	case 0x6d:
		return &Enum{list(r, "case", 1, (*reader).name)}
	case 0x6b:
		return &Option{r.valueType()}
	case 0x6a:
		return &Result{OK: r.optionalType(), Err: r.optionalType()}
	case 0x69:
		return Own{r.u32()}
	case 0x68:
		return Borrow{r.u32()}
	case 0x67:
		return &FixedList{Element: r.valueType(), Length: r.u32()}
	case 0x66:
		return &Stream{r.optionalType()}
	case 0x65:
		return &Future{r.optionalType()}
	case 0x63:
		return &Map{Key: r.valueType(), Value: r.valueType()}
	}
	if t := ValueType(int(b) - 0x80); t.IsPrimitive() {
		return Primitive{t}
	}
	r.leading(at, b, "component defined type")
	return nil
}

func (r *reader) labelled() Labelled {
	return Labelled{Offset: r.here(), Label: r.name(), Type: r.valueType()}
}

func (r *reader) variantCase() Labelled {
	c := Labelled{Offset: r.here(), Label: r.name(), Type: r.optionalType()}
	at := r.pos
	if b := r.byte(); b != 0 {
		r.leading(at, b, "zero byte required")
	}
	return c
}

func (r *reader) resource() Type {
	at := r.here()
	t := &Resource{RepAt: at, Rep: embed(r, r.core.ValueType), HasDtor: r.option("resource destructor")}
	if t.HasDtor {
		t.Dtor = r.u32()
	}
	return t
}

// decls reads the declarations of a component or instance type.
func (r *reader) decls(read func(*reader) Decl) []Decl {
	if !r.nest() {
		return nil
	}
	defer r.unnest()
	return list(r, "declaration", 2, read)
}

func (r *reader) componentDecl() Decl {
	at := r.here()
	if r.accept(0x03) {
		return Decl{at, r.imported()}
	}
	return r.instanceDecl()
}

func (r *reader) instanceDecl() Decl {
	d := Decl{Offset: r.here()}
	switch b := r.byte(); b {
	case 0x00:
		d.Def = r.coreType().Type
	case 0x01:
		d.Def = r.typ()
	case 0x02:
		d.Def = r.alias()
	case 0x04:
		d.Def = ExportDecl{r.externName(), r.externType()}
	default:
		r.leading(int(d.Offset), b, "component or instance type declaration")
	}
	return d
}
