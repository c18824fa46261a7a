package types

// Contents says what occurs in a type, itself included, as a set of bits.
type Contents uint16

// What may occur in a type.
const (
	HasString Contents = 1 << iota
	HasList            // list or map
	HasFixedList
	HasMap
	HasOwn
	HasBorrow
	HasStream
	HasFuture
	HasErrorContext

	// HasPointers is what lies elsewhere in memory: lifting needs a memory, and
	// lowering a realloc too.
	HasPointers = HasString | HasList

	// HasHandles is what is an index into an instance's table.
	HasHandles = HasOwn | HasBorrow | HasStream | HasFuture | HasErrorContext
)

// Contains reports whether any of contents occurs in t, itself included.
func (t *Type) Contains(contents Contents) bool {
	return t != nil && t.contents&contents != 0
}

func ownContents(kind Kind) Contents {
	switch kind {
	case String:
		return HasString
	case List:
		return HasList
	case Map:
		return HasList | HasMap
	case FixedList:
		return HasFixedList
	case Own:
		return HasOwn
	case Borrow:
		return HasBorrow
	case Stream:
		return HasStream
	case Future:
		return HasFuture
	case ErrorContext:
		return HasErrorContext
	}
	return 0
}
