package corewasm_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// bulkGuest exports every bulk instruction as a function of its operands, and
// with them a memory of that many pages, two tables of that many elements, and
// what is needed to look at those.
type bulkGuest struct {
	pages, elements, data uint32
}

// The functions that stand in the tables answer with their number.
const tableFuncs = 7

func (g bulkGuest) binary() []byte {
	var b Builder
	three := []ValueType{I32, I32, I32}
	b.Memory(Limit(g.pages, g.pages+2))
	b.Export("memory", KindMemory, 0)
	numbered := b.Type(nil, i32s)
	for n := range tableFuncs {
		b.Func(nil, i32s, nil, Code{}.I32Const(int32(n)))
	}
	data := make([]byte, g.data)
	items := []byte{}
	for i := range data {
		data[i] = byte(i*7 + i>>8)
	}
	for i := range g.elements {
		items = append(items, byte(i%tableFuncs))
	}
	b.PassiveData(data)
	for range 2 {
		b.Table(FuncRef, Limit(g.elements, g.elements+5))
	}
	b.ElementSegment(append(Code{1, 0}.U32(g.elements), items...))
	b.ElementSegment(append(Code{2, 1, 0x41, 0, 0x0b, 0}.U32(g.elements), items...))

	operands := Code{}.LocalGet(0).LocalGet(1).LocalGet(2).Op(0xfc)
	for name, instruction := range map[string]Code{
		"memory.init": {8, 0, 0}, "memory.copy": {10, 0, 0}, "memory.fill": {11, 0},
		"table.init": {12, 0, 0}, "table.copy": {14, 0, 0}, "table.copy to": {14, 1, 0}, "table.copy from": {14, 0, 1},
	} {
		b.Export(name, KindFunc, b.Func(three, nil, nil, append(operands[:len(operands):len(operands)], instruction...)))
	}
	b.Export("table.fill", KindFunc, b.Func(three, nil, nil,
		Code{}.LocalGet(0).LocalGet(1).Op(0x25, 1).LocalGet(2).Op(0xfc, 17, 0)))
	b.Export("table.grow", KindFunc, b.Func(three, i32s, nil, Code{}.LocalGet(0).Op(0x25, 0).LocalGet(2).Op(0xfc, 15, 0)))
	b.Export("memory.grow", KindFunc, b.Func(three, i32s, nil, Code{}.LocalGet(2).Op(0x40, 0)))
	b.Export("data.drop", KindFunc, b.Func(nil, nil, nil, Code{}.Op(0xfc, 9, 0)))
	b.Export("elem.drop", KindFunc, b.Func(nil, nil, nil, Code{}.Op(0xfc, 13, 0)))
	for table := range byte(2) {
		get := Code{}.LocalGet(0).Op(0x25, table, 0xd1).Op(0x04, 0x7f).I32Const(-1).Else().
			LocalGet(0).CallIndirect(numbered, uint32(table)).End()
		b.Export(fmt.Sprint("get", table), KindFunc, b.Func(i32s, i32s, nil, get))
	}
	return b.Bytes()
}

// state is what the guest's memory and tables hold.
func (g bulkGuest) state(t *testing.T, instance api.Module) string {
	memory := instance.Memory()
	content, _ := memory.Read(0, memory.Size())
	var text strings.Builder
	fmt.Fprintf(&text, "%d %x ", len(content), crc32.ChecksumIEEE(content))
	for table := range 2 {
		get := instance.ExportedFunction(fmt.Sprint("get", table))
		for i := range g.elements + 6 {
			if results, err := get.Call(context.Background(), uint64(i)); err != nil {
				text.WriteByte('.')
			} else {
				fmt.Fprint(&text, int32(results[0]))
			}
		}
	}
	return text.String()
}

// outcome calls a function and returns what it answers, or why it trapped.
func outcome(instance api.Module, name string, operands ...uint64) string {
	results, err := instance.ExportedFunction(name).Call(context.Background(), operands...)
	if err != nil {
		text, _, _ := strings.Cut(err.Error(), "\n")
		return text
	}
	return fmt.Sprint(results)
}

// pick returns an operand: near an edge of what there is, or anywhere.
func pick(r *rand.Rand, edges []uint32) uint64 {
	edge := edges[r.IntN(len(edges))]
	switch r.IntN(3) {
	case 0:
		return uint64(edge)
	case 1:
		return uint64(edge + uint32(r.IntN(7)) - 3)
	}
	return uint64(r.Uint64N(uint64(edge) + 1))
}

// TestBulkIsTheSame gives bulk instructions and what they were rewritten to the
// same operands, and compares what comes out of it and what is in memory and
// tables afterwards.
func TestBulkIsTheSame(t *testing.T) {
	const page, mib = 1 << 16, 1 << 20
	for _, test := range []struct {
		name   string
		guest  bulkGuest
		sizes  [2]uint64 // small and chunk; 0 as usual
		rounds int
		free   bool // without countdowns
	}{
		{"small chunks", bulkGuest{1, 60, 1000}, [2]uint64{16, 64}, 4000, false},
		{"chunks like the whole", bulkGuest{1, 64, page}, [2]uint64{8, page}, 1000, false},
		{"payment only", bulkGuest{1, 60, 5000}, [2]uint64{16, 4 * page}, 1000, false},
		{"usual chunks", bulkGuest{50, 300, 5*mib/2 + 1}, [2]uint64{}, 150, false},
		{"small chunks without countdowns", bulkGuest{1, 60, 1000}, [2]uint64{16, 64}, 4000, true},
		{"usual chunks without countdowns", bulkGuest{50, 300, 5*mib/2 + 1}, [2]uint64{}, 100, true},
	} {
		for engine, config := range map[string]wazero.RuntimeConfig{
			"compiler": wazero.NewRuntimeConfig(), "interpreter": wazero.NewRuntimeConfigInterpreter(),
		} {
			t.Run(test.name+"/"+engine, func(t *testing.T) {
				r := newRuntimeWith(t, config, 1)
				binary := test.guest.binary()
				options := Options{Slice: 1, Unmetered: test.free}
				if test.sizes[0] != 0 {
					options = options.WithChunks(test.sizes[0], test.sizes[1])
				}
				compareBulk(t, test.guest, test.rounds, r.instantiate(t, binary), r.instantiate(t, rewrite(t, binary, options).Binary))
			})
		}
	}
}

func compareBulk(t *testing.T, g bulkGuest, rounds int, plain, metered api.Module) {
	r := rand.New(rand.NewPCG(1, 2))
	bytes := []uint32{0, 64, 4096, 1 << 16, 1 << 20, g.data, g.pages << 16, 1<<32 - 1}
	elements := []uint32{0, 1, 8, g.elements / 2, g.elements, g.elements, 1<<32 - 1}
	names := []string{"memory.fill", "memory.copy", "memory.copy", "memory.init", "table.fill",
		"table.copy", "table.copy", "table.copy to", "table.copy from", "table.init"}
	trapped := 0
	for round := range rounds {
		name, edges := names[r.IntN(len(names))], bytes
		if strings.HasPrefix(name, "table") {
			edges = elements
		}
		operands := []uint64{pick(r, edges), pick(r, edges), pick(r, edges)}
		switch round {
		case rounds * 7 / 10:
			name, operands = "table.grow", []uint64{3, 0, 5}
		case rounds * 8 / 10:
			name, operands = "memory.grow", []uint64{0, 0, 2}
		case rounds * 9 / 10:
			name, operands = []string{"data.drop", "elem.drop"}[round%2], nil
		}
		want, got := outcome(plain, name, operands...), outcome(metered, name, operands...)
		if got != want {
			t.Fatalf("round %d: %s%v: %s, plain %s", round, name, operands, got, want)
		}
		if strings.Contains(want, "error") {
			trapped++
		}
		if got, want := g.state(t, metered), g.state(t, plain); got != want {
			t.Fatalf("round %d: %s%v left\n%s, plain\n%s", round, name, operands, got, want)
		}
	}
	if trapped < rounds/10 || trapped > rounds*9/10 {
		t.Errorf("%d of %d trapped", trapped, rounds)
	}
}

// TestBulkAfterDrop asks for a whole segment that is gone.
func TestBulkAfterDrop(t *testing.T) {
	g := bulkGuest{2, 40, 1000}
	r := newRuntime(t, 1)
	instance := r.instantiate(t, rewrite(t, g.binary(), Options{Slice: 1}.WithChunks(16, 64)).Binary)
	call(t, instance, "memory.fill", 0, 9, 1000)
	call(t, instance, "data.drop")
	call(t, instance, "elem.drop")
	before := g.state(t, instance)
	if got := outcome(instance, "memory.init", 0, 0, 1000); got != "wasm error: out of bounds memory access" {
		t.Errorf("memory.init: %s", got)
	}
	if got := outcome(instance, "table.init", 0, 0, 40); got != "wasm error: invalid table access" {
		t.Errorf("table.init: %s", got)
	}
	if after := g.state(t, instance); after != before {
		t.Errorf("left %s, want %s", after, before)
	}
	call(t, instance, "memory.init", 5, 0, 0)
}

// TestTableElements has one of two tables grow to their limit and not beyond.
func TestTableElements(t *testing.T) {
	for limit, want := range map[uint32][]string{
		0: {"[40]", "[44]", "[4294967295]"}, 84: {"[40]", "[4294967295]", "[4294967295]"}, 83: {"[4294967295]", "[40]", "[4294967295]"},
	} {
		g := bulkGuest{1, 40, 1}
		instance := newRuntime(t, 1).instantiate(t, rewrite(t, g.binary(), Options{Slice: 1, TableElements: limit}).Binary)
		for i, n := range []uint64{4, 1, 1<<32 - 1} {
			if got := outcome(instance, "table.grow", 0, 0, n); got != want[i] {
				t.Errorf("limit %d: grow by %d: %s, want %s", limit, n, got, want[i])
			}
		}
	}
}

// TestBulkPays wants units by size, and a chance to stop after each chunk.
func TestBulkPays(t *testing.T) {
	var b Builder
	b.Memory(Limit(1024))
	b.Export("fill", KindFunc, b.Func(i32s, nil, nil, Code{}.I32Const(0).I32Const(1).LocalGet(0).Op(0xfc, 11, 0)))
	binary := rewrite(t, b.Bytes(), Options{Slice: 1 << 40, CounterName: "counter"}).Binary
	r := newRuntime(t, 1<<40)
	instance := r.instantiate(t, binary)
	left := int64(1 << 40)
	for _, test := range []struct{ size, least, most int64 }{
		{0, 1, 10}, {4096, 1, 10}, {4097, 64, 80}, {1 << 20, 1 << 14, 1<<14 + 10}, {64 << 20, 1 << 20, 1<<20 + 10},
	} {
		call(t, instance, "fill", uint64(test.size))
		now := int64(instance.ExportedGlobal("counter").Get())
		if cost := left - now; cost < test.least || cost > test.most {
			t.Errorf("%d bytes cost %d units", test.size, cost)
		}
		left = now
	}
	r = newRuntime(t, 10_000)
	r.stop = func(ticks int) error {
		if ticks == 3 {
			return fmt.Errorf("stop")
		}
		return nil
	}
	instance = r.instantiate(t, rewrite(t, b.Bytes(), Options{Slice: 10_000}).Binary)
	if got := outcome(instance, "fill", 64<<20); !strings.HasPrefix(got, "stop") {
		t.Errorf("stopped by %s", got)
	}
	content, _ := instance.Memory().Read(0, 64<<20)
	if content[1<<20] != 1 || content[2<<20] != 0 {
		t.Error("it was not stopped after the third slice")
	}
}

// TestBulkOfTypedTables fills tables whose elements have types of the module.
func TestBulkOfTypedTables(t *testing.T) {
	var b Builder
	seven := b.Type(nil, i32s)
	f := b.Func(nil, i32s, nil, Code{}.I32Const(7))
	b.Table(Ref(seven, true), Limit(100))
	b.Export("f", KindFunc, f)
	b.Export("fill", KindFunc, b.Func(nil, i32s, nil, Code{}.I32Const(0).RefFunc(f).I32Const(100).Op(0xfc, 17, 0).
		I32Const(99).Op(0x25, 0, 0x14).U32(seven)))
	b.Export("grow", KindFunc, b.Func(nil, i32s, nil, Code{}.RefFunc(f).I32Const(9).Op(0xfc, 15, 0)))
	instance := newRuntime(t, 1).instantiate(t, rewrite(t, b.Bytes(), Options{Slice: 1}.WithChunks(8, 16)).Binary)
	if filled, before := call(t, instance, "fill"), call(t, instance, "grow"); filled != 7 || before != 100 {
		t.Errorf("the last element answers %d, the table had %d", filled, before)
	}
}

// BenchmarkBulk has loops over bulk instructions of several sizes, plain and
// metered.
func BenchmarkBulk(b *testing.B) {
	const passes = 100
	for _, size := range []int32{16, 256, 4 << 10, 64 << 10, 1 << 20} {
		for name, instruction := range map[string]Code{"fill": {11, 0}, "copy": {10, 0, 0}} {
			var builder Builder
			builder.Memory(Limit(64))
			builder.Export("f", KindFunc, builder.Func([]ValueType{I32, I32}, nil, nil, Code{}.Loop().
				I32Const(2<<20).I32Const(0).LocalGet(1).Op(0xfc).Op(instruction...).
				LocalGet(0).I32Const(1).Op(0x6b).LocalTee(0).BrIf(0).End()))
			plain := builder.Bytes()
			for kind, binary := range map[string][]byte{"plain": plain, "metered": rewrite(b, plain, Options{Slice: 10_000}).Binary} {
				b.Run(fmt.Sprintf("%s/%d/%s", name, size, kind), func(b *testing.B) {
					f := newRuntime(b, 10_000).instantiate(b, binary).ExportedFunction("f")
					stack := make([]uint64, 2)
					for b.Loop() {
						stack[0], stack[1] = passes, uint64(size)
						if err := f.CallWithStack(context.Background(), stack); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/passes, "ns/pass")
				})
			}
		}
	}
}

// TestTablesTogether has several tables grow to their limit together, and those
// that are imported apart from them, whether code is metered or not.
func TestTablesTogether(t *testing.T) {
	for _, unmetered := range []bool{false, true} {
		var b Builder
		for k := range 2 {
			b.Export(fmt.Sprint(k), KindTable, b.Table(FuncRef, Limit(uint32(3+k))))
		}
		r := newRuntime(t, 1)
		config := wazero.NewModuleConfig().WithName("tables")
		if _, err := r.InstantiateWithConfig(t.Context(), b.Bytes(), config); err != nil {
			t.Fatal(err)
		}
		b = Builder{}
		for k := range 2 {
			b.Import("tables", fmt.Sprint(k), Desc{Kind: KindTable, Value: FuncRef, Limits: Limit(0)})
		}
		b.Table(FuncRef, Limit(1))
		b.Table(ExternRef, Limit(2))
		for k, ref := range []byte{0x70, 0x70, 0x70, 0x6f} {
			b.Export(fmt.Sprint(k), KindFunc, b.Func(i32s, i32s, nil, Code{}.Op(0xd0, ref).LocalGet(0).Op(0xfc, 15, byte(k))))
		}
		instance := r.instantiate(t, rewrite(t, b.Bytes(), Options{Slice: 1, TableElements: 10, Unmetered: unmetered}).Binary)
		for _, step := range []struct {
			table, by, want uint64
		}{
			{2, 8, no}, {2, 5, 1}, {3, 3, no}, {3, 2, 2}, {2, 1, no}, {3, 1, no}, {3, 0, 4}, {2, no, no},
			{0, 4, no}, {0, 2, 3}, {1, 2, no}, {1, 1, 4}, {0, 1, no}, {1, 0, 5},
		} {
			if got := call(t, instance, fmt.Sprint(step.table), step.by); got != step.want {
				t.Errorf("unmetered %v: table %d grows by %d: %d, want %d", unmetered, step.table, step.by, got, step.want)
			}
		}
	}
}

const no = 1<<32 - 1
