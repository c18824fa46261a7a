package corewasm_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tetratelabs/wazero/api"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// slow are the instructions that take the longest for what they cost, each in
// code that leaves the stack as it was. Local 0 is a large i64.
var slow = []struct {
	name  string
	times int // in one pass of a loop
	code  Code
}{
	{"i64.div_s", 1, Code{}.I32Const(0).LocalGet(0).Op(slices.Repeat(Code{}.I64Const(-1).Op(0x7f), 500)...).Op(0x37, 3, 0)},
	{"f64.sqrt", 1, floats(0x9f)},
	{"f64.nearest", 1, floats(0x9e)},
	{"f64.trunc", 1, floats(0x9d)},
	{"i64x2.mul", 1, vectors(0xd5)},
	{"i8x16.swizzle", 1, vectors(0x0e)},
	{"f64x2.div", 1, vectors(0xf3)},
	{"table.get", 300, Code{}.I32Const(5).Op(0x25, 0, 0x1a)},
	{"ref.func", 300, Code{}.RefFunc(1).Op(0x1a)},
	{"call", 300, Code{}.Call(1)},
	{"call_indirect", 300, Code{}.I32Const(0).CallIndirect(0, 0)},
	{"call of divisions", 300, Code{}.Call(2)},
	{"br_table", 1, Code{}.Op(slices.Repeat(Code{}.Block(), 300)...).LocalGet(0).Op(0xa7).
		Op(append(Code{0x0e}.U32(200), slices.Repeat(Code{7}, 201)...)...).Op(slices.Repeat(Code{}.End(), 300)...)},
	{"chased pointers", 1, Code{}.LocalGet(3).Op(slices.Repeat(Code{0x28, 0, 0}, 300)...).LocalSet(3)},
	{"memory.copy of 4 KiB", 300, Code{}.I32Const(64<<20).I32Const(0).I32Const(4096).Op(0xfc, 10, 0, 0)},
	{"memory.fill of 1 MiB", 10, Code{}.I32Const(64<<20).I32Const(0).I32Const(1<<20).Op(0xfc, 11, 0)},
	{"memory.grow of nothing", 300, Code{}.I32Const(0).Op(0x40, 0, 0x1a)},
	{"table.grow of nothing", 300, Code{}.Op(0xd0, 0x70).I32Const(0).Op(0xfc, 15, 0, 0x1a)},
	{"try_table", 30, Code{}.Block().Op(0x1f, 0x40, 1, 2, 0).End().End()},
	{"throw", 10, Code{}.Block().Op(0x1f, 0x40, 1, 2, 0, 0x08, 0).End().End()},
}

// vectors is a chain of an instruction on vectors: local 2 is one.
func vectors(op uint32) Code {
	step := Code{}.LocalGet(2).Op(0xfd).U32(op)
	return Code{}.I32Const(0).LocalGet(2).Op(slices.Repeat(step, 500)...).Op(0xfd, 11, 0, 0)
}

// floats is a chain of an instruction on numbers, from the bits of local 0 on.
func floats(op byte) Code {
	return Code{}.I32Const(0).LocalGet(0).Op(0xbf).Op(slices.Repeat(Code{op}, 1000)...).Op(0x39, 3, 0)
}

// slowGuest has the function 0 of the module run the code again and again, n
// times; 1 and 2 are small functions to call.
func slowGuest(code Code) []byte {
	var b Builder
	nothing := b.Type(nil, nil)
	b.Memory(Limit(chasedPages))
	b.Export("memory", KindMemory, 0)
	b.Table(FuncRef, Limit(10))
	b.Elements(0, 1)
	b.Tag(nil)
	params, locals := []ValueType{I64, I32}, []ValueType{V128, I32}
	b.Export("f", KindFunc, b.Func(params, nil, locals, Code{}.Loop().Op(code...).
		LocalGet(1).I32Const(1).Op(0x6b).LocalTee(1).BrIf(0).End()))
	b.FuncBody(nothing, []byte{0, 0x0b})
	b.Func(nil, nil, nil, Code{}.I64Const(-1).Op(slices.Repeat(Code{}.I64Const(3).Op(0x7f), 18)...).Op(0x1a))
	return b.Bytes()
}

// chasedPages is a memory that no cache holds.
const chasedPages = 2048

// chase makes memory one long chain of pointers in random order.
func chase(memory api.Memory) {
	const step = 64
	n := memory.Size() / step
	next := make([]uint32, n)
	for i := range next {
		next[i] = uint32(i) * step
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := int(n) - 1; i > 0; i-- { // one cycle through all
		j := r.IntN(i)
		next[i], next[j] = next[j], next[i]
	}
	for i, to := range next {
		memory.WriteUint32Le(uint32(i)*step, to)
	}
}

// BenchmarkSlice reports how long a slice of 10,000 units lasts at worst: that
// is how late a guest may be stopped, and how long it holds up the collector.
func BenchmarkSlice(b *testing.B) {
	const slice = 10_000
	for _, test := range slow {
		b.Run(test.name, func(b *testing.B) {
			r := newRuntime(b, slice)
			binary := rewrite(b, slowGuest(slices.Repeat(test.code, test.times)), Options{Slice: slice}).Binary
			instance := r.instantiate(b, binary)
			chase(instance.Memory())
			f := instance.ExportedFunction("f")
			for b.Loop() {
				if _, err := f.Call(context.Background(), 1<<62+12345, 500); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(r.ticks), "µs/slice")
		})
	}
}
