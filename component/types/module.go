package types

import (
	"fmt"
	"slices"
)

// A ModuleType is the type of a core module: what it asks for and offers.
type ModuleType struct {
	Imports []CoreImport
	Exports []CoreExport
}

// String returns the type as in `core module (import "env" "f" (func () -> (i32)))
// (export "g" (global i32))`, of long ones the beginning.
func (t *ModuleType) String() string {
	w := memberWriter{shown: []string{"core module"}}
	for i := range t.Imports {
		w.add("(import %q %q (%v))", t.Imports[i].Module, t.Imports[i].Name, &t.Imports[i].Type)
	}
	for i := range t.Exports {
		w.add("(export %q (%v))", t.Exports[i].Name, &t.Exports[i].Type)
	}
	return w.text()
}

// A CoreImport is something that a core module asks for.
type CoreImport struct {
	Module string
	Name   string
	Type   CoreType
}

// A CoreExport is something that a core module offers.
type CoreExport struct {
	Name string
	Type CoreType
}

// A CoreKind says what an import or export of a core module is, as the byte that
// stands for it in the binary format.
type CoreKind uint8

// The kinds of core imports and exports.
const (
	CoreFunc CoreKind = iota
	CoreTable
	CoreMemory
	CoreGlobal
	CoreTag
)

// String returns the kind's name in the text format.
func (k CoreKind) String() string {
	if int(k) < len(coreNames) {
		return coreNames[k]
	}
	return fmt.Sprintf("kind(0x%02x)", uint8(k))
}

var coreNames = [...]string{"func", "table", "memory", "global", "tag"}

// A CoreType is the type of an import or export of a core module. Which of its
// fields counts depends on Kind.
type CoreType struct {
	Kind    CoreKind
	Func    CoreFuncType  // of a function or tag
	Limits  CoreLimits    // of a table, in elements; of a memory, in pages
	Value   CoreValueType // of a table's elements, or of a global
	Mutable bool          // of a global
}

// String returns the type in a form close to the text format.
func (t CoreType) String() string {
	switch t.Kind {
	case CoreTable:
		return "table " + t.Limits.String() + " " + t.Value.String()
	case CoreMemory:
		return "memory " + t.Limits.String()
	case CoreGlobal:
		if t.Mutable {
			return "global (mut " + t.Value.String() + ")"
		}
		return "global " + t.Value.String()
	}
	return t.Kind.String() + " " + t.Func.String()
}

// CoreLimits are the sizes of a table or memory.
type CoreLimits struct {
	Min      uint64
	Max      uint64 // counts only if HasMax
	HasMax   bool
	Shared   bool
	Is64     bool  // addresses are i64
	PageSize uint8 // of a memory, if it is not of 64 KiB: log2 of its bytes, plus 1
}

// String returns the limits as in "i64 1 10 shared".
func (l CoreLimits) String() string {
	text := fmt.Sprint(l.Min)
	if l.HasMax {
		text = fmt.Sprint(l.Min, " ", l.Max)
	}
	if l.Is64 {
		text = "i64 " + text
	}
	if l.Shared {
		text += " shared"
	}
	if l.PageSize > 0 {
		text += fmt.Sprintf(" of pages of %d bytes", uint64(1)<<(l.PageSize-1))
	}
	return text
}

// A CoreFuncType is the type of a core function.
type CoreFuncType struct {
	Params  []CoreValueType
	Results []CoreValueType
}

// Equal reports whether both types have the same parameters and results.
func (t CoreFuncType) Equal(u CoreFuncType) bool {
	return slices.Equal(t.Params, u.Params) && slices.Equal(t.Results, u.Results)
}

// String returns the type as in "(i32, i64) -> (i32)".
func (t CoreFuncType) String() string {
	return fmt.Sprintf("(%s) -> (%s)", joinCore(t.Params), joinCore(t.Results))
}

func joinCore(types []CoreValueType) string {
	var text []byte
	for i, t := range types {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = append(text, t.String()...)
	}
	return string(text)
}

// A CoreValueType is the type of a core value. The low byte is the one that
// stands for it in the binary format; what is above says which type a reference
// is to, in a way that is up to who reads modules.
type CoreValueType uint64

// The core value types.
const (
	CoreI32       CoreValueType = 0x7f
	CoreI64       CoreValueType = 0x7e
	CoreF32       CoreValueType = 0x7d
	CoreF64       CoreValueType = 0x7c
	CoreV128      CoreValueType = 0x7b
	CoreFuncRef   CoreValueType = 0x70
	CoreExternRef CoreValueType = 0x6f
	CoreExnRef    CoreValueType = 0x69
)

// String returns the type's name in the text format.
func (t CoreValueType) String() string {
	switch t {
	case CoreI32:
		return "i32"
	case CoreI64:
		return "i64"
	case CoreF32:
		return "f32"
	case CoreF64:
		return "f64"
	case CoreV128:
		return "v128"
	case CoreFuncRef:
		return "funcref"
	case CoreExternRef:
		return "externref"
	case CoreExnRef:
		return "exnref"
	}
	return fmt.Sprintf("type(0x%x)", uint64(t))
}
