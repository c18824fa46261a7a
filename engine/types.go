package engine

import (
	"fmt"
	"strings"
)

// PageSize is the size of a page of linear memory in bytes.
const PageSize = 65536

// A ValueType is the type of a WebAssembly value, as the byte that stands for
// it in the binary format.
type ValueType byte

// The value types that cross the seam.
const (
	I32       ValueType = 0x7f
	I64       ValueType = 0x7e
	F32       ValueType = 0x7d
	F64       ValueType = 0x7c
	V128      ValueType = 0x7b
	FuncRef   ValueType = 0x70
	ExternRef ValueType = 0x6f
)

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
	}
	return fmt.Sprintf("type(0x%02x)", byte(t))
}

// A FuncType is the type of a function.
type FuncType struct {
	Params  []ValueType
	Results []ValueType
}

// Equal reports whether both types have the same parameters and results.
func (t FuncType) Equal(u FuncType) bool {
	return equalTypes(t.Params, u.Params) && equalTypes(t.Results, u.Results)
}

func equalTypes(a, b []ValueType) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Slots returns how many uint64 slots a call needs: the larger of what the
// parameters and the results take.
func (t FuncType) Slots() int {
	return max(slots(t.Params), slots(t.Results))
}

func slots(types []ValueType) int {
	n := len(types)
	for _, t := range types {
		if t == V128 {
			n++
		}
	}
	return n
}

// String returns the type as in "(i32, i64) -> (i32)".
func (t FuncType) String() string {
	return "(" + joinTypes(t.Params) + ") -> (" + joinTypes(t.Results) + ")"
}

func joinTypes(types []ValueType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

// An ExternKind says what an import or export is, as the byte that stands for
// it in the binary format.
type ExternKind byte

// The kinds of imports and exports.
const (
	KindFunc ExternKind = iota
	KindTable
	KindMemory
	KindGlobal
	KindTag
)

// String returns the kind's name in the text format.
func (k ExternKind) String() string {
	switch k {
	case KindFunc:
		return "func"
	case KindTable:
		return "table"
	case KindMemory:
		return "memory"
	case KindGlobal:
		return "global"
	case KindTag:
		return "tag"
	}
	return fmt.Sprintf("kind(0x%02x)", byte(k))
}

// An ExternType is the type of an import or export. Which of its fields counts
// depends on Kind.
type ExternType struct {
	Kind   ExternKind
	Func   FuncType   // of a function, or of a tag
	Table  TableType  // of a table
	Memory MemoryType // of a memory
	Global GlobalType // of a global
}

// String returns the type in a form close to the text format.
func (t ExternType) String() string {
	switch t.Kind {
	case KindFunc, KindTag:
		return t.Kind.String() + " " + t.Func.String()
	case KindTable:
		return "table " + t.Table.String()
	case KindMemory:
		return "memory " + t.Memory.String()
	case KindGlobal:
		return "global " + t.Global.String()
	}
	return t.Kind.String()
}

// A TableType is the type of a table; sizes are in elements.
type TableType struct {
	Element ValueType
	Min     uint32
	Max     uint32 // counts only if HasMax
	HasMax  bool
}

// String returns the type as in "1 10 funcref".
func (t TableType) String() string {
	return limitsText(uint64(t.Min), uint64(t.Max), t.HasMax) + " " + t.Element.String()
}

// A MemoryType is the type of a memory; sizes are in pages of 64 KiB.
type MemoryType struct {
	Min    uint32
	Max    uint32 // counts only if HasMax
	HasMax bool
	Shared bool
}

// String returns the type as in "1 10 shared".
func (t MemoryType) String() string {
	text := limitsText(uint64(t.Min), uint64(t.Max), t.HasMax)
	if t.Shared {
		text += " shared"
	}
	return text
}

func limitsText(low, high uint64, hasMax bool) string {
	if hasMax {
		return fmt.Sprintf("%d %d", low, high)
	}
	return fmt.Sprint(low)
}

// A GlobalType is the type of a global.
type GlobalType struct {
	Value   ValueType
	Mutable bool
}

// String returns the type as in "(mut i32)".
func (t GlobalType) String() string {
	if t.Mutable {
		return "(mut " + t.Value.String() + ")"
	}
	return t.Value.String()
}

// An Import is something that a module asks for.
type Import struct {
	Module string
	Name   string
	Type   ExternType
}

// An Export is something that a module offers.
type Export struct {
	Name string
	Type ExternType
}
