package types

import "strconv"

// A Type is a value type. It is immutable and safe for concurrent use; a nil
// *Type is the absence of one, as of a function without result.
type Type struct {
	kind     Kind
	contents Contents
	length   uint32 // of a FixedList
	elem     *Type
	resource *ResourceType

	// fields are those of a record or tuple, the cases of whatever is a variant
	// once it is despecialized, or the labels of flags.
	fields []Field
	names  *nameIndex // nil if there are few

	layout
}

// A Field is a field of a record, a case of a variant, or the label of a flag.
type Field struct {
	Name string
	Type *Type // nil for a case without payload and for a flag
}

// ListOf returns list<elem>.
func ListOf(elem *Type) *Type {
	return measure(&Type{kind: List, elem: elem})
}

// FixedListOf returns list<elem, length>: so many elements, one after the other
// without a pointer.
func FixedListOf(elem *Type, length uint32) *Type {
	return measure(&Type{kind: FixedList, elem: elem, length: length})
}

// MapOf returns map<key, value>: in memory a list of pairs.
func MapOf(key, value *Type) *Type {
	return measure(&Type{kind: Map, elem: TupleOf(key, value)})
}

// RecordOf returns a record of fields, in that order.
func RecordOf(fields ...Field) *Type {
	return measure(&Type{kind: Record, fields: append([]Field(nil), fields...)})
}

// TupleOf returns a tuple. Its fields are named "0", "1" and so on.
func TupleOf(elems ...*Type) *Type {
	fields := make([]Field, len(elems))
	for i, elem := range elems {
		fields[i] = Field{Name: strconv.Itoa(i), Type: elem}
	}
	return measure(&Type{kind: Tuple, fields: fields})
}

// VariantOf returns a variant of cases; one without a payload has no type.
func VariantOf(cases ...Field) *Type {
	return measure(&Type{kind: Variant, fields: append([]Field(nil), cases...)})
}

// EnumOf returns an enum: a variant whose cases have no payload.
func EnumOf(labels ...string) *Type {
	return measure(&Type{kind: Enum, fields: labeled(labels)})
}

// OptionOf returns option<elem>: a variant of the cases "none" and "some".
func OptionOf(elem *Type) *Type {
	return measure(&Type{kind: Option, elem: elem, fields: []Field{{Name: "none"}, {Name: "some", Type: elem}}})
}

// ResultOf returns result<ok, err>: a variant of the cases "ok" and "error".
// Either may be nil.
func ResultOf(ok, err *Type) *Type {
	return measure(&Type{kind: Result, fields: []Field{{Name: "ok", Type: ok}, {Name: "error", Type: err}}})
}

// FlagsOf returns flags with these labels, the first for the lowest bit.
func FlagsOf(labels ...string) *Type {
	return measure(&Type{kind: Flags, fields: labeled(labels)})
}

// OwnOf returns own<resource>.
func OwnOf(resource *ResourceType) *Type {
	return measure(&Type{kind: Own, resource: resource})
}

// BorrowOf returns borrow<resource>.
func BorrowOf(resource *ResourceType) *Type {
	return measure(&Type{kind: Borrow, resource: resource})
}

// StreamOf returns stream<elem>, or stream if elem is nil.
func StreamOf(elem *Type) *Type {
	return measure(&Type{kind: Stream, elem: elem})
}

// FutureOf returns future<elem>, or future if elem is nil.
func FutureOf(elem *Type) *Type {
	return measure(&Type{kind: Future, elem: elem})
}

func labeled(labels []string) []Field {
	fields := make([]Field, len(labels))
	for i, label := range labels {
		fields[i].Name = label
	}
	return fields
}

// Distinct returns a type that is equal to t, at a pointer of its own: for those
// who tell the names of a type apart.
func (t *Type) Distinct() *Type {
	distinct := *t
	return &distinct
}

// Kind returns what sort of type t is; 0 for nil.
func (t *Type) Kind() Kind {
	if t == nil {
		return 0
	}
	return t.kind
}

// Elem returns the type of the elements of a list, option, stream or future; of
// a map it is the tuple of key and value. For other types it is nil.
func (t *Type) Elem() *Type { return t.elem }

// Len returns how many elements a list of fixed length has, else how many
// fields, cases or labels the type has.
func (t *Type) Len() int {
	if t.kind == FixedList {
		return int(t.length)
	}
	return len(t.fields)
}

// Fields returns the fields of a record or tuple, the cases of a variant, enum,
// option or result, or the labels of flags. The caller does not modify them.
func (t *Type) Fields() []Field { return t.fields }

// Resource returns the resource type of own and borrow.
func (t *Type) Resource() *ResourceType { return t.resource }

// IsVariant reports whether t is a variant once it is despecialized: also an
// enum, an option or a result.
func (t *Type) IsVariant() bool {
	return t.kind == Variant || t.kind == Enum || t.kind == Option || t.kind == Result
}

// IsRecord reports whether t is a record once it is despecialized: also a tuple.
func (t *Type) IsRecord() bool { return t.kind == Record || t.kind == Tuple }

// IsList reports whether t is a pointer and a length in memory: a list or map.
func (t *Type) IsList() bool { return t.kind == List || t.kind == Map }
