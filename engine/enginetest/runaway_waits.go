package enginetest

import (
	"slices"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// atomicMemory gives the guest a memory for threads.
func atomicMemory(b *corewasm.Builder) {
	b.Memory(corewasm.Limits{Min: 1, Max: 1, HasMax: true, Shared: true})
}

// waiting writes a wait without end: nobody notifies.
func waiting(b *corewasm.Builder, wait, align byte, expected corewasm.Code) uint32 {
	atomicMemory(b)
	return endless(b, corewasm.Code{}.I32Const(0).Op(expected...).I64Const(-1).Op(opAtomic, wait, align, 0, opDrop))
}

// runawayWaits wait for one another, or seem to.
var runawayWaits = []runaway{
	{name: "wait for 32 bits", rests: true, build: func(b *corewasm.Builder) uint32 {
		return waiting(b, 1, 2, corewasm.Code{}.I32Const(0))
	}},
	{name: "wait for 64 bits", rests: true, build: func(b *corewasm.Builder) uint32 {
		return waiting(b, 2, 3, corewasm.Code{}.I64Const(0))
	}},
	{name: "wait of a start function", rests: true, start: true, build: func(b *corewasm.Builder) uint32 {
		return waiting(b, 1, 2, corewasm.Code{}.I32Const(0))
	}},
	{name: "waits without time", build: func(b *corewasm.Builder) uint32 {
		atomicMemory(b)
		wait := corewasm.Code{}.I32Const(0).I32Const(0).I64Const(0).Op(opAtomic, 1, 2, 0, opDrop)
		return endless(b, slices.Repeat(wait, 100))
	}},
	{name: "notifications of nobody", build: func(b *corewasm.Builder) uint32 {
		atomicMemory(b)
		return endless(b, corewasm.Code{}.I32Const(0).I32Const(-1).Op(opAtomic, 0, 2, 0, opDrop))
	}},
	{name: "lock that nobody gives up", build: func(b *corewasm.Builder) uint32 {
		atomicMemory(b)
		exchange := corewasm.Code{}.I32Const(0).I32Const(0).I32Const(1).Op(opAtomic, 0x48, 2, 0, opDrop) // i32.atomic.rmw.cmpxchg
		return endless(b, exchange)
	}},
}
