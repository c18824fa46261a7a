package corewasm

import "fmt"

// A ValueType is the type of a value. Its low byte is the byte that stands for
// it in the binary format; a reference to a defined type keeps that type's
// index above it. The long forms of nullable abstract references, such as
// (ref null func), are read as their short ones, such as funcref.
type ValueType uint64

// The value types.
const (
	I32       ValueType = 0x7f
	I64       ValueType = 0x7e
	F32       ValueType = 0x7d
	F64       ValueType = 0x7c
	V128      ValueType = 0x7b
	FuncRef   ValueType = 0x70
	ExternRef ValueType = 0x6f
	ExnRef    ValueType = 0x69

	refNull    = 0x63 // (ref null ht)
	ref        = 0x64 // (ref ht)
	heapFunc   = -0x10
	heapExtern = -0x11
	heapExn    = -0x17
)

// Byte returns the first byte of the type in the binary format. References to
// defined types, and references that cannot be null, have 0x63 or 0x64.
func (t ValueType) Byte() byte {
	return byte(t)
}

// IsRef reports whether t is a type of references.
func (t ValueType) IsRef() bool {
	return t == FuncRef || t == ExternRef || t == ExnRef || t.hasHeap()
}

// TypeIndex returns the defined type that t refers to, if it does.
func (t ValueType) TypeIndex() (index uint32, ok bool) {
	heap := int64(t) >> 8
	return uint32(heap), t.hasHeap() && heap >= 0
}

// Ref returns the type of references to the defined type of that index.
func Ref(index uint32, nullable bool) ValueType {
	if nullable {
		return ValueType(index)<<8 | refNull
	}
	return ValueType(index)<<8 | ref
}

// hasHeap reports whether a heap type follows the byte of t.
func (t ValueType) hasHeap() bool {
	return t.Byte() == ref || t.Byte() == refNull
}

// String returns the type's name in the text format.
func (t ValueType) String() string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case FuncRef:
		return "funcref"
	case ExternRef:
		return "externref"
	case ExnRef:
		return "exnref"
	}
	switch t.Byte() {
	case ref:
		return "(ref " + heapName(int64(t)>>8) + ")"
	case refNull:
		return "(ref null " + heapName(int64(t)>>8) + ")"
	}
	return fmt.Sprintf("type(0x%02x)", uint64(t))
}

func heapName(heap int64) string {
	switch heap {
	case heapFunc:
		return "func"
	case heapExtern:
		return "extern"
	case heapExn:
		return "exn"
	}
	return fmt.Sprint(heap)
}

// A FuncType is the type of a function.
type FuncType struct {
	Params  []ValueType
	Results []ValueType
}

// A Kind says what an import or export is.
type Kind byte

// The kinds of imports and exports.
const (
	KindFunc Kind = iota
	KindTable
	KindMemory
	KindGlobal
	KindTag
	kinds // how many there are
)

// String returns the kind's name in the text format.
func (k Kind) String() string {
	if k < kinds {
		return [kinds]string{"func", "table", "memory", "global", "tag"}[k]
	}
	return fmt.Sprintf("kind(0x%02x)", byte(k))
}

// Limits are the sizes of a table in elements, or of a memory in pages of 64 KiB.
type Limits struct {
	Min    uint32
	Max    uint32 // counts only if HasMax
	HasMax bool
	Shared bool
}

// A Desc describes a function, table, memory, global or tag: which of the
// fields count depends on Kind.
type Desc struct {
	Kind    Kind
	Mutable bool      // of a global
	Limits  Limits    // of a table or memory
	Type    uint32    // of a function or tag: an index into the types
	Value   ValueType // of a table's elements, or of a global
}

// An Import is something that a module asks for.
type Import struct {
	Module string
	Name   string
	Desc
}

// An Export is something that a module offers: the Index-th of its Kind, in the
// index space that begins with the imports.
type Export struct {
	Name  string
	Kind  Kind
	Index uint32
}

// A Range is a part of the binary.
type Range struct {
	Offset uint32
	Size   uint32
}

// End returns the offset after the range.
func (r Range) End() uint32 {
	return r.Offset + r.Size
}

// A Section is one section of a module.
type Section struct {
	ID      SectionID
	Header  uint32 // the offset of the byte that is the ID
	Content Range  // without ID and size
}

// A Custom is a custom section.
type Custom struct {
	Name    string
	Content Range // after the name
}

// A Definition is a table or global that the module defines.
type Definition struct {
	Desc
	Init Range // the constant expression, or empty for a table without one
}

// A SegmentMode says when a segment is used.
type SegmentMode byte

// The modes of element and data segments.
const (
	Active      SegmentMode = iota // copied when the module is instantiated
	Passive                        // copied by instructions
	Declarative                    // only declares its functions
)

// A Segment is an element or data segment.
type Segment struct {
	Mode  SegmentMode
	Exprs bool      // of an element segment: the items are expressions, not indices
	Type  ValueType // of an element segment
	Index uint32    // of an active one: the table or memory
	Count uint32    // of elements, or of bytes
	At    Range     // of an active one: the constant expression of the place
	Items Range     // the encoded elements after their count, or the bytes
}
