package enginetest

import (
	"strings"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// trapping writes a function "run" that traps, so that what a module says about
// its source is looked at.
func trapping(b *corewasm.Builder) {
	b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
}

// told returns a binary that traps and has these custom sections, as pairs of
// name and content.
func told(customs ...string) func() []byte {
	return built(func(b *corewasm.Builder) {
		trapping(b)
		for k := 0; k < len(customs); k += 2 {
			b.Custom(customs[k], []byte(customs[k+1]))
		}
	})
}

// hostileNames lie in what has no meaning for the engine: it is looked at only
// when the guest traps, and does no harm then.
var hostileNames = []hostile{
	{name: "name of a custom section that is not UTF-8", want: "check: section custom: name is not UTF-8 at offset 0xa", binary: sections(customSection + "\x01\xff")},
	{name: "name of a custom section that is too long", want: "check: section custom: name of 100001 bytes, more than 100000 at offset 0xc", binary: func() []byte {
		return sections(string(corewasm.Code(customSection).U32(100_001)) + strings.Repeat("a", 100_001))()
	}},
	{name: "name of an import that is not UTF-8", want: "check: section import: import[0]: name is not UTF-8 at offset 0x16", binary: built(func(b *corewasm.Builder) { b.ImportFunc("host", "\xff\xff", nil, nil) })},
	{name: "name of an export that is not UTF-8", want: "check: section export: export[0]: name is not UTF-8 at offset 0x15", binary: built(func(b *corewasm.Builder) {
		b.Export("\xc0\x80", corewasm.KindFunc, b.Func(nil, nil, nil, nil))
	})},
	{name: "name of an export that is too long", want: "check: section export: export[0]: name of 100001 bytes, more than 100000 at offset 0x17", binary: built(func(b *corewasm.Builder) {
		b.Export(strings.Repeat("a", 100_001), corewasm.KindFunc, b.Func(nil, nil, nil, nil))
	})},
	{name: "empty names of imports", want: "runs", binary: built(func(b *corewasm.Builder) { b.ImportFunc("", "", nil, nil) })},
	{name: "names with zeros and escapes", want: "runs", binary: built(func(b *corewasm.Builder) {
		b.ImportFunc("a\x00\x1b[31m", "b\n", nil, nil)
		b.Export("c\x00\r", corewasm.KindFunc, b.Func(nil, nil, nil, nil))
	})},
	{name: "name section with a huge count", want: "trap: unreachable executed", binary: told("name", "\x01\x05"+huge)},
	{name: "name section with a huge subsection", want: "trap: unreachable executed", binary: told("name", "\x01"+huge)},
	{name: "name section with a huge name", want: "trap: unreachable executed", binary: told("name", "\x01\x07\x01\x00"+huge)},
	{name: "name section that is not UTF-8", want: "trap: unreachable executed", binary: told("name", "\x01\x05\x01\x00\x02\xff\xfe")},
	{name: "name section of functions that there are not", want: "trap: unreachable executed", binary: told("name", "\x01\x08\x01"+huge+"\x01a")},
	{name: "name section many times", want: "trap: unreachable executed", binary: told("name", "\x01\x04\x01\x00\x01a", "name", "\x01\x04\x01\x00\x01b", "name", "")},
	{name: "name section of a megabyte", want: "trap: unreachable executed", binary: func() []byte {
		names := corewasm.Code{}.U32(100_000)
		for k := range uint32(100_000) {
			names = append(names.U32(k).U32(7), "a name "...)
		}
		return told("name", string(corewasm.Code{1}.U32(uint32(len(names))))+string(names))()
	}},
	{name: "line table of nothing", want: "trap: unreachable executed", binary: told(".debug_line", "")},
	{name: "line table with a huge length", want: "trap: unreachable executed", binary: told(".debug_line", "\xff\xff\xff\xfe"+strings.Repeat("\xff", 64))},
	{name: "line table of 64 bits with a huge length", want: "trap: unreachable executed", binary: told(".debug_line", strings.Repeat("\xff", 12)+"\x05\x00")},
	{name: "line table with huge counts", want: "trap: unreachable executed", binary: told(".debug_line",
		"\x40\x00\x00\x00\x05\x00\x04\x00\x38\x00\x00\x00\x01\x01\x01\xfb\x0e\x0d\x00\x01\x01\x01\x01\x00\x00\x00\x01\x00\x00\x01\xff"+huge+huge+strings.Repeat("\x00", 40))},
	{name: "line table with a line range of zero", want: "trap: unreachable executed", binary: told(".debug_line",
		"\x30\x00\x00\x00\x04\x00\x16\x00\x00\x00\x01\x01\x01\xfb\x00\x0d\x00\x01\x01\x01\x01\x00\x00\x00\x01\x00\x00\x01\x00a\x00\x00\x00\x00\x00"+strings.Repeat("\xff", 20))},
	{name: "line table that advances for ever", want: "trap: unreachable executed", binary: told(".debug_line",
		"\x00\x00\x01\x00\x04\x00\x16\x00\x00\x00\x01\x01\x01\xfb\x0e\x0d\x00\x01\x01\x01\x01\x00\x00\x00\x01\x00\x00\x01\x00a\x00\x00\x00\x00\x00"+strings.Repeat("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x08", 5000))},
	{name: "debug information that is noise", want: "trap: unreachable executed", binary: told(".debug_info", strings.Repeat("\xde\xad", 5000),
		".debug_abbrev", strings.Repeat("\xbe\xef", 5000), ".debug_line", strings.Repeat("\x80", 5000), ".debug_str", "no end")},
	{name: "source map of another place", want: "trap: unreachable executed", binary: told("sourceMappingURL", "\x1bhttp://example.invalid/a.map")},
}

// hostileMeaning are well formed, but what they say cannot be, or goes out of
// bounds.
var hostileMeaning = []hostile{
	{name: "start function that there is not", want: "refused", binary: sections(startSection + "\x07")},
	{name: "start function with a parameter", want: "refused", binary: built(func(b *corewasm.Builder) { b.Start(b.Func(i32s, nil, nil, nil)) })},
	{name: "start function with a result", want: "refused", binary: built(func(b *corewasm.Builder) {
		b.Start(b.Func(nil, i32s, nil, corewasm.Code{}.I32Const(1)))
	})},
	{name: "start function that is imported", want: "runs", binary: built(func(b *corewasm.Builder) { b.Start(b.ImportFunc("host", "f", nil, nil)) })},
	{name: "start function that traps", want: "trap: unreachable executed", binary: built(func(b *corewasm.Builder) {
		b.Start(b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	})},
	{name: "_start that is exported and not called", want: "runs", binary: built(func(b *corewasm.Builder) {
		b.Export("_start", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	})},
	{name: "export twice", want: "refused", binary: built(func(b *corewasm.Builder) {
		f := b.Func(nil, nil, nil, nil)
		b.Export("a", corewasm.KindFunc, f)
		b.Export("a", corewasm.KindFunc, f)
	})},
	{name: "export of what there is not", want: "refused", binary: built(func(b *corewasm.Builder) { b.Export("a", corewasm.KindFunc, 1) })},
	{name: "export of a memory that there is not", want: "refused", binary: built(func(b *corewasm.Builder) { b.Export("a", corewasm.KindMemory, 0) })},
	{name: "function of a type that there is not", want: "check: section function: function[0]: unknown type 1 at offset 0x11", binary: sections(typeSection+"\x01\x60\x00\x00", functionSection+"\x01\x01", codeSection+"\x01\x02\x00\x0b")},
	{name: "elements out of bounds", want: "trap: table access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		f := b.Func(nil, nil, nil, nil)
		b.Elements(1, f)
	})},
	{name: "elements far out of bounds", want: "trap: table access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		f := b.Func(nil, nil, nil, nil)
		b.Elements(-1, f, f)
	})},
	{name: "elements of functions that there are not", want: "refused", binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.FuncRef, corewasm.Limit(9))
		b.Elements(0, 5)
	})},
	{name: "elements without a table", want: "refused", binary: built(func(b *corewasm.Builder) { b.Elements(0, b.Func(nil, nil, nil, nil)) })},
	{name: "data out of bounds", want: "trap: memory access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Data(65535, []byte{1, 2})
	})},
	{name: "data far out of bounds", want: "trap: memory access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Data(-1, []byte{1, 2})
	})},
	{name: "no data out of bounds", want: "trap: memory access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Data(65537, nil)
	})},
	{name: "data without a memory", want: "refused", binary: built(func(b *corewasm.Builder) { b.Data(0, []byte{1}) })},
	{name: "data that is dropped out of bounds", want: "refused", binary: code("\xfc\x09\x07")},
	{name: "memory.init without a data count", want: "refused", binary: sections(typeSection+"\x01\x60\x00\x00", functionSection+"\x01\x00",
		memorySection+"\x01\x00\x01", codeSection+"\x01\x0c\x00\x41\x00\x41\x00\x41\x00\xfc\x08\x00\x00\x0b", dataSection+"\x01\x01\x00")},
	{name: "stack that is empty", want: "refused", binary: code("\x1a")},
	{name: "stack that is not empty", want: "refused", binary: code("\x41\x00")},
	{name: "operand of another type", want: "refused", binary: code("\x42\x00\x45\x1a")},
	{name: "label that there is not", want: "refused", binary: code("\x0c\x01")},
	{name: "labels of different types", want: "refused", binary: code("\x02\x7f\x41\x00\x41\x00\x0e\x01\x00\x01\x0b\x1a")},
	{name: "call of a function that there is not", want: "refused", binary: code("\x10\x01")},
	{name: "local that there is not", want: "refused", binary: code("\x20\x00\x1a")},
	{name: "global that there is not", want: "check: section code: code[0]: unknown global 0 at offset 0x18", binary: code("\x23\x00\x1a")},
	{name: "global that is not mutable", want: "refused", binary: built(func(b *corewasm.Builder) {
		b.Global(corewasm.I32, false, corewasm.Code{}.I32Const(0))
		b.Func(nil, nil, nil, corewasm.Code{}.I32Const(1).GlobalSet(0))
	})},
	{name: "globals that the engine adds", want: "check: section code: code[0]: unknown global 0 at offset 0x1a", binary: code("\x42\x00\x24\x00")},
	{name: "load without a memory", want: "refused", binary: code("\x41\x00\x28\x02\x00\x1a")},
	{name: "load with too large an alignment", want: "refused", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).Mem(0x28, 3, 0).Op(opDrop))
	})},
	{name: "load at a huge offset", want: "trap: memory access out of bounds", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.I32Const(-1).Mem(0x28, 2, 0xffffffff).Op(opDrop)))
	})},
	{name: "indirect call without a table", want: "refused", binary: code("\x41\x00\x11\x00\x00")},
	{name: "indirect call through a table of externs", want: "refused", binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.ExternRef, corewasm.Limit(1))
		b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).CallIndirect(b.Type(nil, nil), 0))
	})},
	{name: "reference of a function that was not declared", want: "refused|runs", binary: code("\xd2\x00\x1a")},
	{name: "lane that there is not", want: "refused", binary: code("\x41\x00\xfd\x0f\xfd\x15\x10\x1a")},
	{name: "exception of a tag that there is not", want: "refused", binary: code("\x08\x00")},
	{name: "tag with a result", want: "refused", binary: sections(typeSection+"\x01\x60\x00\x01\x7f", tagSection+"\x01\x00\x00")},
	{name: "handler of a label that there is not", want: "refused", binary: code("\x1f\x40\x01\x02\x05\x0b")},
	{name: "tail call of another type", want: "refused", binary: built(func(b *corewasm.Builder) {
		f := b.Func(nil, i32s, nil, corewasm.Code{}.I32Const(0))
		b.Func(nil, nil, nil, corewasm.Code{}.Op(opReturnCall, byte(f)))
	})},
	{name: "unreachable code of no type", want: "runs", binary: code("\x00\x6a\x1a\x0c\x00\x1b\x1a")},
	{name: "wait in a memory that is not shared", want: "trap: unaligned atomic access", binary: built(func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(1))
		wait := corewasm.Code{}.I32Const(0).I32Const(0).I64Const(-1).Op(opAtomic, 1, 2, 0, opDrop)
		b.Export("run", corewasm.KindFunc, b.Func(nil, nil, nil, wait))
	})},
	{name: "imports of kinds that nobody offers", want: "not instantiated", binary: built(func(b *corewasm.Builder) {
		b.Import("host", "g", corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I32})
		b.Import("host", "t", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(1)})
	})},
	{name: "import twice with two types", want: "runs", binary: built(func(b *corewasm.Builder) {
		b.ImportFunc("host", "f", nil, nil)
		b.ImportFunc("host", "f", i32s, i32s)
	})},
}
