package enginetest

import (
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// memories returns a binary that defines a memory with these limits.
func memories(l corewasm.Limits) func() []byte {
	return built(func(b *corewasm.Builder) { b.Memory(l) })
}

func importedMemory(b *corewasm.Builder, name string) {
	b.Import("host", name, corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1)})
}

// alive returns a binary with a function of 5,000 locals that are written, live
// through 5,000 times the code that is given, and are read.
func alive(through string) func() []byte {
	const many = 5000
	return built(func(b *corewasm.Builder) {
		var set, get corewasm.Code
		for k := range uint32(many) {
			set, get = set.I32Const(1).LocalSet(k), get.LocalGet(k).Op(opDrop)
		}
		b.Func(nil, nil, slices.Repeat(i32s, many), append(append(set, strings.Repeat(through, many)...), get...))
	})
}

// branchTable returns a binary with a branch to so many targets.
func branchTable(targets uint32) func() []byte {
	return func() []byte {
		table := corewasm.Code{}.I32Const(0).Op(opBrTable).U32(targets)
		return code(string(table) + strings.Repeat("\x00", int(targets)+1))()
	}
}

// hostileLimits are larger than allowed, or as large as is allowed.
var hostileLimits = []hostile{
	{name: "module too large", want: "check: it has 11 bytes and may have 10 at offset 0x0", limits: engine.Limits{ModuleSize: 10}, binary: sections(typeSection + "\x00")},
	{name: "function too large", want: "check: section code: code[0]: body of 102 bytes, and 100 are allowed at offset 0x15", limits: engine.Limits{FunctionSize: 100}, binary: code(strings.Repeat("\x01", 100))},
	{name: "functions too many", want: "check: section function: 100001 functions, and 100000 are allowed at offset 0x12", binary: built(func(b *corewasm.Builder) {
		for range 100_001 {
			b.Func(nil, nil, nil, nil)
		}
	})},
	{name: "functions as many as allowed", want: "runs", limits: engine.Limits{Functions: 2_000}, binary: built(func(b *corewasm.Builder) {
		for range 2_000 {
			b.Func(nil, nil, nil, nil)
		}
	})},
	{name: "types too many", want: "check: section type: 1000001 are more than 1000000 at offset 0xd", binary: func() []byte {
		return sections(string(corewasm.Code(typeSection).U32(1_000_001)) + strings.Repeat("\x60\x00\x00", 1_000_001))()
	}},
	{name: "parameters too many", want: "check: section type: type[0]: 1001 parameters or results, more than 1000 at offset 0xd", binary: built(func(b *corewasm.Builder) {
		b.Type(slices.Repeat(i32s, 1001), nil)
	})},
	{name: "parameters as many as allowed", want: "runs", binary: built(func(b *corewasm.Builder) {
		b.Func(slices.Repeat(i32s, 1000), nil, nil, nil)
	})},
	{name: "tables too many", want: "check: section table: 101 are more than 100 at offset 0xb", binary: built(func(b *corewasm.Builder) {
		for range 101 {
			b.Table(corewasm.FuncRef, corewasm.Limit(0))
		}
	})},
	{name: "memory too large", want: "check: section memory: memory[0]: memory of 2 pages, and 1 are allowed at offset 0xb", limits: engine.Limits{MemoryBytes: engine.PageSize}, binary: memories(corewasm.Limit(2))},
	{name: "memory too large for anyone", want: "check: section memory: memory[0]: memory of more than 65536 pages at offset 0xb", binary: memories(corewasm.Limit(65537))},
	{name: "memory that may grow too large for anyone", want: "check: section memory: memory[0]: memory of more than 65536 pages at offset 0xb", binary: memories(corewasm.Limit(0, 65537))},
	{name: "memory that may grow less than it is large", want: "check: section memory: memory[0]: maximum 1 is below the minimum 2 at offset 0xd", binary: memories(corewasm.Limit(2, 1))},
	{name: "memory as large as allowed", want: "runs", binary: memories(corewasm.Limit(4096))},
	{name: "imported memory too large", want: "check: section import: import[0]: memory of 2 pages, and 1 are allowed at offset 0x12", limits: engine.Limits{MemoryBytes: engine.PageSize}, binary: built(func(b *corewasm.Builder) {
		b.Import("host", "m", corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(2, 9)})
	})},
	{name: "shared memory without a maximum", want: "check: section memory: memory[0]: shared memory without a maximum at offset 0xb", binary: sections(memorySection + "\x01\x02\x01")},
	{name: "shared memory that may grow to all", want: "runs", binary: sections(memorySection + "\x01\x03\x00\x80\x80\x04")},
	{name: "table too large", want: "check: section table: table[0]: table of 6 elements, and 5 are allowed at offset 0xb", limits: engine.Limits{TableElements: 5}, binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.FuncRef, corewasm.Limit(6))
	})},
	{name: "table that may grow less than it is large", want: "check: section table: table[0]: maximum 1 is below the minimum 2 at offset 0xe", binary: built(func(b *corewasm.Builder) {
		b.Table(corewasm.FuncRef, corewasm.Limit(2, 1))
	})},
	{name: "table as large as allowed", want: "runs", binary: built(func(b *corewasm.Builder) { b.Table(corewasm.FuncRef, corewasm.Limit(1_000_000)) })},
	{name: "hundred tables as large as allowed", want: "runs", binary: built(func(b *corewasm.Builder) {
		for range 100 {
			b.Table(corewasm.FuncRef, corewasm.Limit(10_000))
		}
	})},
	{name: "hundred tables too large together", want: "check: section table: table[10]: tables of 1100000 elements together, and 1000000 are allowed at offset 0x3e", binary: built(func(b *corewasm.Builder) {
		for range 100 {
			b.Table(corewasm.FuncRef, corewasm.Limit(100_000))
		}
	})},
	{name: "blocks too deep", want: "check: section code: code[0]: more than 10000 blocks within each other at offset 0x4e3b", binary: code(strings.Repeat("\x02\x40", 10_001))},
	{name: "loops too deep", want: "check: section code: code[0]: more than 10000 blocks within each other at offset 0x4e3b", binary: code(strings.Repeat("\x03\x40", 10_001))},
	{name: "ifs too deep", want: "check: section code: code[0]: more than 10000 blocks within each other at offset 0x9c5d", binary: code(strings.Repeat("\x41\x00\x04\x40", 10_001))},
	{name: "handlers too deep", want: "check: section code: code[0]: more than 10000 blocks within each other at offset 0x754b", binary: code(strings.Repeat("\x1f\x40\x00", 10_001))},
	{name: "blocks a thousand deep", want: "runs", binary: code(strings.Repeat("\x02\x40", 1000) + strings.Repeat("\x0b", 1000))},
	{name: "locals that live through many blocks", want: "check: section code: code[0]: function with 5000 locals", binary: alive("\x02\x40\x41\x00\x0d\x00\x0b")},
	{name: "locals that live through many loops", want: "check: section code: code[0]: function with 5000 locals", binary: alive("\x03\x40\x41\x00\x0d\x00\x0b")},
	{name: "branch table of thousands", want: "runs", binary: branchTable(20_000)},
	{name: "branch table of hundreds of thousands", want: "check: section code: code[0]: function with 0 locals", binary: branchTable(300_000)},
	{name: "element segments that are empty", want: "runs", binary: func() []byte {
		return sections(string(corewasm.Code(elementSection).U32(10_000)) + strings.Repeat("\x01\x00\x00", 10_000))()
	}},
	{name: "data segments that are empty", want: "runs", binary: func() []byte {
		return sections(string(corewasm.Code(dataSection).U32(100_000)) + strings.Repeat("\x01\x00", 100_000))()
	}},
	{name: "globals in great number", want: "runs", binary: func() []byte {
		return sections(string(corewasm.Code(globalSection).U32(100_000)) + strings.Repeat("\x7f\x00\x41\x00\x0b", 100_000))()
	}},
	{name: "constant expression of hundred thousand sums", want: "runs", binary: func() []byte {
		return sections(globalSection + "\x01\x7f\x00\x41\x00" + strings.Repeat("\x41\x01\x6a", 100_000) + "\x0b")()
	}},
	{name: "constant expression that leaves much on the stack", want: "runs", binary: func() []byte {
		return sections(globalSection + "\x01\x7f\x00" + strings.Repeat("\x41\x01", 100_000) + strings.Repeat("\x6a", 99_999) + "\x0b")()
	}},
	{name: "values on the stack in great number", want: "check: section code: code[0]: function with 0 locals", binary: func() []byte {
		return code(strings.Repeat("\x41\x01", 20_000) + strings.Repeat("\x1a", 20_000))()
	}},
}

// hostileFeatures need what the engine has not, or must not do.
var hostileFeatures = []hostile{
	{name: "memory64", want: "check: section memory: memory[0]: feature memory64 is not supported at offset 0xb", binary: sections(memorySection + "\x01\x04\x01")},
	{name: "table64", want: "check: section table: table[0]: feature memory64 is not supported at offset 0xc", binary: sections(tableSection + "\x01\x70\x05\x01\x02")},
	{name: "custom page sizes", want: "check: section memory: memory[0]: feature custom page sizes is not supported at offset 0xb", binary: sections(memorySection + "\x01\x08\x01\x00")},
	{name: "two memories", want: "check: section memory: memory[1]: feature multi-memory is not supported at offset 0xd", binary: sections(memorySection + "\x02\x00\x01\x00\x01")},
	{name: "two imported memories", want: "check: section import: import[1]: feature multi-memory is not supported at offset 0x20", binary: built(func(b *corewasm.Builder) {
		importedMemory(b, "one")
		importedMemory(b, "two")
	})},
	{name: "an imported memory and another", want: "check: section memory: memory[0]: feature multi-memory is not supported at offset 0x1a", binary: built(func(b *corewasm.Builder) {
		importedMemory(b, "one")
		b.Memory(corewasm.Limit(1))
	})},
	{name: "load from memory 1", want: "check: section code: code[0]: feature multi-memory is not supported at offset 0x1a", binary: code("\x41\x00\x28\x42\x01\x00\x1a")},
	{name: "struct", want: "check: section type: type[0]: feature GC types is not supported at offset 0xb", binary: sections(typeSection + "\x01\x5f\x00")},
	{name: "array", want: "check: section type: type[0]: feature GC types is not supported at offset 0xb", binary: sections(typeSection + "\x01\x5e\x7f\x01")},
	{name: "subtype", want: "check: section type: type[0]: feature GC types is not supported at offset 0xb", binary: sections(typeSection + "\x01\x50\x00\x60\x00\x00")},
	{name: "eqref", want: "check: section type: type[0]: feature GC types is not supported at offset 0xd", binary: sections(typeSection + "\x01\x60\x01\x6d\x00")},
	{name: "global of a null of nothing", want: "check: section global: global[0]: feature GC types is not supported at offset 0xc", binary: sections(globalSection + "\x01\x63\x71\x00\xd0\x71\x0b")},
	{name: "struct.new", want: "check: section code: code[0]: feature GC types is not supported at offset 0x17", binary: code("\xfb\x00\x00")},
	{name: "relaxed SIMD", want: "check: section code: code[0]: feature relaxed SIMD is not supported at offset 0x17", binary: code("\xfd\x80\x02")},
	{name: "wide arithmetic", want: "check: section code: code[0]: feature wide arithmetic is not supported at offset 0x17", binary: code("\xfc\x13")},
	{name: "legacy try", want: "check: section code: code[0]: feature legacy exceptions is not supported at offset 0x17", binary: code("\x06\x40\x0b")},
	{name: "legacy catch_all", want: "check: section code: code[0]: feature legacy exceptions is not supported at offset 0x17", binary: code("\x19")},
	{name: "stack switching", want: "check: section code: code[0]: feature stack switching is not supported at offset 0x17", binary: code("\xe0\x00")},
	{name: "global of a global that is defined", want: "refused", binary: sections(globalSection + "\x02\x7f\x00\x41\x01\x0b\x7f\x00\x23\x00\x0b")},
}
