package componentbinary

// An ExternName is the name of an import or export. Attributes is nil except in
// names of the form 0x02.
type ExternName struct {
	Name       string
	Attributes *Attributes
}

// Attributes are what a name of the form 0x02 can have besides the name. Those
// that are not there are empty; Has tells them from those that are, by a bit for
// the opcode of each.
type Attributes struct {
	Implements    string
	VersionSuffix string
	ExternalID    string
	Has           byte
}

// The opcodes of attributes.
const (
	AttributeImplements = iota
	AttributeVersionSuffix
	AttributeExternalID
)

// An ExternType is the type of an import or export.
type ExternType struct {
	// Sort says what it is.
	Sort Sort

	// Bound says how Index and Value bound a type or a value.
	Bound Bound

	// Index is the type's index: of a core module in the core types, of a type
	// that is equal to another in the types, of a value that is equal to another
	// in the values, else in the types.
	Index uint32

	// Value is the type of a value that is bound by its type.
	Value ValueType
}

// A Bound says what an imported or exported type or value must be.
type Bound byte

// FeatureValues is the name of the proposal that brings values and start
// functions, for errors.
const FeatureValues = "values"

// The bounds.
const (
	BoundEqual Bound = iota // to the type or value of that index
	BoundOther              // some resource type, or some value of a type
)

// An Import is an import of a component.
type Import struct {
	Offset uint32
	Name   ExternName
	Type   ExternType
}

// An Export is an export of a component. Type counts only if Ascribed.
type Export struct {
	Offset   uint32
	Name     ExternName
	Item     SortIndex
	Type     ExternType
	Ascribed bool
}

func (r *reader) imported() Import {
	return Import{Offset: r.here(), Name: r.externName(), Type: r.externType()}
}

func (r *reader) exported() Export {
	e := Export{Offset: r.here(), Name: r.externName(), Item: r.externItem()}
	if e.Ascribed = r.option("optional component export type"); e.Ascribed {
		e.Type = r.externType()
	}
	return e
}

// externName reads a name in one of its forms.
func (r *reader) externName() ExternName {
	at := r.pos
	form := r.byte()
	if form > 2 {
		r.leading(at, form, "component name")
	}
	n := ExternName{Name: r.name()}
	if form == 2 {
		n.Attributes = new(Attributes)
		list(r, "attribute", 2, func(r *reader) struct{} { r.attribute(n.Attributes); return struct{}{} })
	}
	return n
}

func (r *reader) attribute(a *Attributes) {
	at := r.pos
	b := r.byte()
	value := r.name()
	names := [...]string{"implements", "versionsuffix", "external-id"}
	switch {
	case r.err != nil:
	case int(b) >= len(names):
		r.leading(at, b, "name option")
	case a.Has&(1<<b) != 0:
		r.failAt(at, "duplicate '%s' option in name", names[b])
	default:
		a.Has |= 1 << b
		*[...]*string{&a.Implements, &a.VersionSuffix, &a.ExternalID}[b] = value
	}
}

// externType reads the type of an import or export.
func (r *reader) externType() ExternType {
	t := ExternType{Sort: r.externSort()}
	switch t.Sort {
	case SortType, SortValue:
		r.bound(&t)
	default:
		t.Index = r.u32()
	}
	return t
}

func (r *reader) bound(t *ExternType) {
	if t.Sort == SortValue { // tools write a form of their own
		defer r.blame(FeatureValues)
	}
	at := r.pos
	b := r.byte()
	t.Bound = Bound(b)
	switch {
	case r.err != nil:
	case t.Bound == BoundEqual:
		t.Index = r.u32()
	case t.Bound == BoundOther && t.Sort == SortValue:
		t.Value = r.valueType()
	case t.Bound > BoundOther:
		r.leading(at, b, t.Sort.String()+" bound")
	}
}
