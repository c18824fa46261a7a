package enginetest

import (
	"slices"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// The largest that a guest may have without limits of its own.
const (
	mib       = 1 << 20
	allPages  = 4096 // 256 MiB
	tableFull = 1_000_000
)

// bulk returns a bulk instruction with constant operands.
func bulk(to, from, n int32, instruction ...byte) corewasm.Code {
	return corewasm.Code{}.I32Const(to).I32Const(from).I32Const(n).Op(opMisc).Op(instruction...)
}

// inMemory returns a guest that does the same for ever in the largest memory.
func inMemory(code corewasm.Code) func(*corewasm.Builder) uint32 {
	return func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(allPages))
		return endless(b, code)
	}
}

// inTable returns a guest that does the same for ever in the largest table.
func inTable(code corewasm.Code) func(*corewasm.Builder) uint32 {
	return func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(tableFull))
		b.ElementSegment([]byte{3, 0, 1, 1})
		return endless(b, code)
	}
}

// runawayBulk do much with one instruction.
var runawayBulk = []runaway{
	{name: "fill of 256 MiB", heavy: true, build: inMemory(bulk(0, 1, 256*mib, 11, 0))},
	{name: "copy of 256 MiB upwards", heavy: true, build: inMemory(bulk(1, 0, 256*mib-1, 10, 0, 0))},
	{name: "copy of 256 MiB downwards", heavy: true, build: inMemory(bulk(0, 1, 256*mib-1, 10, 0, 0))},
	{name: "copies of 4 KiB", build: inMemory(slices.Repeat(bulk(128*mib, 0, 4096, 10, 0, 0), 300))},
	{name: "initialization of 4 MiB", heavy: true, build: func(b *corewasm.Builder) uint32 {
		b.PassiveData(make([]byte, 4*mib))
		return inMemory(bulk(0, 0, 4*mib, 8, 0, 0))(b)
	}},
	{name: "fill of a table", heavy: true, build: inTable(corewasm.Code{}.I32Const(0).RefFunc(1).I32Const(tableFull).Op(opMisc, 17, 0))},
	{name: "copy of a table", heavy: true, build: inTable(bulk(1, 0, tableFull-1, 14, 0, 0))},
	{name: "initialization of a table", heavy: true, build: func(b *corewasm.Builder) uint32 {
		const elements = 100_000
		b.Table(corewasm.FuncRef, corewasm.Limit(tableFull))
		b.ElementSegment(append(corewasm.Code{1, 0}.U32(elements), slices.Repeat([]byte{1}, elements)...))
		return endless(b, bulk(0, 0, elements, 12, 0, 0))
	}},
	{name: "growth of a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(0))
		return endless(b, corewasm.Code{}.Op(opRefNull, 0x70).I32Const(1).Op(opMisc, 15, 0, opDrop))
	}},
	{name: "growth of a table to the full", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(0))
		return endless(b, corewasm.Code{}.Op(opRefNull, 0x70).I32Const(tableFull).Op(opMisc, 15, 0, opDrop))
	}},
	{name: "growth of memory", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(0))
		return endless(b, corewasm.Code{}.I32Const(1).Op(opMemoryGrow, 0, opDrop))
	}},
	{name: "growth of memory by nothing", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(1))
		return endless(b, slices.Repeat(corewasm.Code{}.I32Const(0).Op(opMemoryGrow, 0, opDrop), 500))
	}},
	{name: "growth of memory to the full", build: func(b *corewasm.Builder) uint32 {
		b.Memory(corewasm.Limit(0))
		return endless(b, corewasm.Code{}.I32Const(allPages).Op(opMemoryGrow, 0, opDrop))
	}},
}
