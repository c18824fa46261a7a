//go:build cgo

package wasmtime_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A generator writes valid modules at random: with a memory, a table, globals
// and functions that use them, that call each other and the host, that throw and
// catch, and that come to an end. What they compute is the same on every engine: the one thing that
// the specification leaves open, the bits of a NaN, is made definite after each
// operation on floats.
type generator struct {
	*rand.Rand
	corewasm.Builder
	types   []corewasm.FuncType // of all functions, imports first
	globals []corewasm.ValueType
	data    uint32
	tag     uint32 // of exceptions with an i64
	large   bool   // the memory is larger than a chunk of bulk work

	self   int                  // the function that is being written
	locals []corewasm.ValueType // its parameters and locals
	code   corewasm.Code
	depth  int
}

var numeric = []corewasm.ValueType{corewasm.I32, corewasm.I64, corewasm.F32, corewasm.F64}

// The last locals of each function: for floats on their way, and for loops.
const (
	temporaryF32 = iota
	temporaryF64
	counterLocal
	extraLocals
)

const (
	tableSize = 8
	leaves    = 2 // functions that call nothing through the table, and are in it
	hosts     = 2
)

// generate returns the module of that seed.
func generate(seed uint64) []byte {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	for k := range hosts {
		t := g.someType()
		g.types = append(g.types, t)
		g.ImportFunc("host", string(rune('a'+k)), t.Params, t.Results)
	}
	g.memory()
	g.Table(corewasm.FuncRef, corewasm.Limit(tableSize, 2*tableSize))
	g.Export("memory", corewasm.KindMemory, 0)
	for k, t := range numeric {
		g.globals = append(g.globals, t)
		g.Export("global "+t.String(), corewasm.KindGlobal, g.Global(t, true, g.constant(nil, t)))
		_ = k
	}
	g.tag = g.Tag([]corewasm.ValueType{corewasm.I64})
	g.data = g.PassiveData([]byte("some data to copy from"))
	g.Data(int32(g.IntN(100)), []byte{1, 2, 3, 4, 5})
	own := 3 + g.IntN(4)
	for range own {
		g.types = append(g.types, g.someType())
	}
	for k := range own {
		g.function(hosts + k)
	}
	first := uint32(hosts + own - leaves)
	g.Elements(int32(g.IntN(3)), first, first+1, first)
	return g.Bytes()
}

// largePages are two chunks of bulk work and a bit.
const largePages = 35

// memory writes a memory of a few pages, or, seldom, a large one.
func (g *generator) memory() {
	least := uint32(1)
	if g.large = g.IntN(16) == 0; g.large {
		least = largePages
	}
	g.Memory(corewasm.Limit(least, least+g.Uint32N(4)))
}

func (g *generator) someType() (t corewasm.FuncType) {
	for range g.IntN(4) {
		t.Params = append(t.Params, numeric[g.IntN(len(numeric))])
	}
	for range g.IntN(3) {
		t.Results = append(t.Results, numeric[g.IntN(len(numeric))])
	}
	return t
}

func (g *generator) function(index int) {
	t := g.types[index]
	var locals []corewasm.ValueType
	for range g.IntN(5) {
		locals = append(locals, numeric[g.IntN(len(numeric))])
	}
	locals = append(locals, corewasm.F32, corewasm.F64, corewasm.I32)
	g.self, g.locals, g.code, g.depth = index, append(t.Params[:len(t.Params):len(t.Params)], locals...), nil, 0
	for range 2 + g.IntN(8) {
		g.statement()
	}
	g.leave(t)
	made := g.Func(t.Params, t.Results, locals, g.code)
	g.Export(string(rune('f'+index)), corewasm.KindFunc, made)
}

// leave writes the end of a function: its results, or a tail call of a function
// that has them.
func (g *generator) leave(t corewasm.FuncType) {
	for index := len(g.types) - 1; index > g.self && g.IntN(2) == 0; index-- {
		called := g.types[index]
		if !slices.Equal(called.Results, t.Results) {
			continue
		}
		g.arguments(called)
		if index >= len(g.types)-leaves && g.self < len(g.types)-leaves && g.IntN(2) == 0 {
			g.code = g.code.I32Const(int32(g.IntN(tableSize + 2))).Op(0x13).U32(g.Type(called.Params, called.Results)).U32(0) // return_call_indirect
		} else {
			g.code = g.code.Op(0x12).U32(uint32(index)) // return_call
		}
		return
	}
	for _, result := range t.Results {
		g.expression(result, 3)
	}
}

func (g *generator) op(bytes ...byte) { g.code = g.code.Op(bytes...) }

// extra is the index of one of the last locals.
func (g *generator) extra(which int) uint32 { return uint32(len(g.locals) - extraLocals + which) }

// local returns a local of that type that code may change, or false.
func (g *generator) local(t corewasm.ValueType) (uint32, bool) {
	n := len(g.locals) - extraLocals
	for range 2 * n {
		if k := g.IntN(n); g.locals[k] == t {
			return uint32(k), true
		}
	}
	return 0, false
}

func (g *generator) statement() {
	t := numeric[g.IntN(len(numeric))]
	if g.depth > 3 {
		g.setGlobal(t)
		return
	}
	g.depth++
	defer func() { g.depth-- }()
	switch g.IntN(15) {
	case 0, 1:
		if k, ok := g.local(t); ok {
			g.expression(t, 3)
			g.code = g.code.LocalSet(k)
		}
	case 2:
		g.setGlobal(t)
	case 3, 4:
		g.store(t)
	case 5:
		g.expression(corewasm.I32, 2)
		g.code = g.code.If()
		g.statement()
		g.code = g.code.Else()
		g.statement()
		g.code = g.code.End()
	case 6:
		g.loop()
	case 7:
		g.bulk()
	case 8:
		g.call(g.self + 1 + g.IntN(len(g.types)))
	case 9:
		g.callIndirect()
	case 10:
		g.branches()
	case 11:
		g.table()
	case 12:
		g.throw()
	case 13:
		g.try()
	case 14:
		g.vectors()
	}
}

// throw throws, if something is so.
func (g *generator) throw() {
	g.expression(corewasm.I32, 2)
	g.code = g.code.If()
	g.expression(corewasm.I64, 2)
	g.code = g.code.Op(0x08).U32(g.tag).End()
}

// try writes code that may throw, and a handler for it: of the tag, of all, or
// one that throws it again to an outer handler. The handler sees the locals that
// the code changed.
func (g *generator) try() {
	handler := g.IntN(3)
	switch handler {
	case 0:
		g.op(0x02, 0x7e, 0x1f, 0x40, 1, 0) // block (result i64), try_table (catch
		g.code = g.code.U32(g.tag)
	case 1:
		g.op(0x02, 0x40, 0x1f, 0x40, 1, 2) // block, try_table (catch_all
	case 2:
		g.op(0x02, 0x40, 0x1f, 0x40, 1, 2, 0) // the outer handler: block, try_table (catch_all 0)
		g.op(0x02, 0x69, 0x1f, 0x40, 1, 3)    // block (result exnref), try_table (catch_all_ref
	}
	g.code = g.code.U32(0)
	g.statement()
	g.throw()
	g.statement()
	g.code = g.code.End()
	switch handler {
	case 0:
		g.code = g.code.I64Const(7).End().GlobalSet(1)
	case 1:
		g.code = g.code.End()
	case 2:
		g.code = g.code.Br(2).End().Op(0x1a).End().End() // nothing was thrown; drop, since wazero is not trusted with throw_ref
	}
}

// vectors writes vectors to memory, and sums up what is there.
func (g *generator) vectors() {
	g.address()
	g.address()
	g.code = g.code.Op(0xfd, 0, 0).U32(g.Uint32N(100)) // v128.load
	g.expression(corewasm.I64, 2)
	g.op(0xfd, 0x12) // i64x2.splat
	ops := [][]byte{
		{0x6e}, {0x6f}, {0x70}, {0x71}, {0x72}, {0x73}, {0x76}, {0x77}, {0x78}, {0x79}, {0x7b}, // i8x16
		{0x8e, 0x01}, {0x8f, 0x01}, {0x90, 0x01}, {0x91, 0x01}, {0x95, 0x01}, {0x82, 0x01}, {0x9c, 0x01}, {0x9e, 0x01}, // i16x8
		{0xae, 0x01}, {0xb1, 0x01}, {0xb5, 0x01}, {0xb6, 0x01}, {0xb9, 0x01}, {0xba, 0x01}, {0xbc, 0x01}, {0xbf, 0x01}, // i32x4
		{0xce, 0x01}, {0xd1, 0x01}, {0xd5, 0x01}, {0xd6, 0x01}, {0xda, 0x01}, {0xde, 0x01}, // i64x2
		{0x23}, {0x27}, {0x2f}, {0x37}, {0x39}, {0x0e}, {0x4e}, {0x4f}, {0x50}, {0x51}, // comparisons, swizzle, logic
	}
	g.op(0xfd)
	g.op(ops[g.IntN(len(ops))]...)
	g.code = g.code.Op(0xfd, 11, 0).U32(g.Uint32N(100)) // v128.store
}

func (g *generator) setGlobal(t corewasm.ValueType) {
	g.expression(t, 3)
	for k, global := range g.globals {
		if global == t {
			g.code = g.code.GlobalSet(uint32(k))
		}
	}
}

// loop writes a loop of a few passes. Inner loops share the counter, and may
// only make it smaller.
func (g *generator) loop() {
	counter := g.extra(counterLocal)
	g.code = g.code.I32Const(int32(g.IntN(20))).LocalSet(counter).Loop()
	if g.depth < 3 {
		g.store(corewasm.I32)
	}
	g.expression(corewasm.I64, 2)
	g.op(0x1a)
	g.code = g.code.LocalGet(counter).I32Const(1).Op(0x6b).LocalTee(counter).I32Const(0).Op(0x4a).BrIf(0).End()
}

func (g *generator) branches() {
	g.code = g.code.Block().Block().Block()
	g.expression(corewasm.I32, 2)
	g.op(0x0e, 2, 0, 1, 2) // br_table
	g.code = g.code.End()
	g.setGlobal(corewasm.I64)
	g.code = g.code.Br(1).End()
	g.setGlobal(corewasm.F64)
	g.code = g.code.End()
}

// address writes an address that is within the first page most of the time.
func (g *generator) address() {
	g.expression(corewasm.I32, 2)
	if g.IntN(20) > 0 {
		g.code = g.code.I32Const(0x7fff).Op(0x71)
	}
}

func (g *generator) store(t corewasm.ValueType) {
	g.address()
	g.expression(t, 3)
	ops := map[corewasm.ValueType][]byte{
		corewasm.I32: {0x36, 0x3a, 0x3b}, corewasm.I64: {0x37, 0x3c, 0x3d, 0x3e}, corewasm.F32: {0x38}, corewasm.F64: {0x39},
	}[t]
	g.code = g.code.Mem(ops[g.IntN(len(ops))], 0, g.Uint32N(1000))
}

func (g *generator) bulk() {
	if g.IntN(4) == 0 {
		g.code = g.code.I32Const(int32(g.IntN(2))).Op(0x40, 0) // memory.grow
		g.code = g.code.GlobalSet(0)
		return
	}
	if g.large && g.IntN(2) == 0 {
		g.largeBulk()
		return
	}
	g.address()
	g.address()
	g.expression(corewasm.I32, 1)
	g.code = g.code.I32Const(0xff).Op(0x71)
	switch g.IntN(3) {
	case 0:
		g.code = g.code.Op(0xfc, 8).U32(g.data).Op(0) // memory.init
	case 1:
		g.op(0xfc, 10, 0, 0) // memory.copy
	case 2:
		g.op(0xfc, 11, 0) // memory.fill
	}
}

// largeBulk fills or copies more than a chunk, in bounds or just not.
func (g *generator) largeBulk() {
	const whole = largePages << 16
	n := 1<<20 + g.IntN(whole-1<<20)
	to, from := g.IntN(whole-n+2), g.IntN(whole-n+2)
	g.code = g.code.I32Const(int32(to)).I32Const(int32(from)).I32Const(int32(n))
	if g.IntN(2) == 0 {
		g.op(0xfc, 11, 0)
	} else {
		g.op(0xfc, 10, 0, 0)
	}
}

// table writes instructions on the table.
func (g *generator) table() {
	switch g.IntN(3) {
	case 0:
		g.code = g.code.I32Const(int32(g.IntN(tableSize+1))).I32Const(int32(g.IntN(tableSize))).Op(0x25, 0, 0x26, 0) // get, set
	case 1:
		g.code = g.code.Op(0xd0, 0x70).I32Const(int32(g.IntN(4))).Op(0xfc, 15, 0).GlobalSet(0) // grow
	case 2:
		g.code = g.code.I32Const(int32(g.IntN(tableSize))).I32Const(int32(g.IntN(tableSize))).I32Const(2).Op(0xfc, 14, 0, 0) // copy
	}
}

// call calls a function that comes later, or one of the host.
func (g *generator) call(index int) {
	if index >= len(g.types) {
		index = g.IntN(hosts)
	}
	t := g.types[index]
	g.arguments(t)
	g.code = g.code.Call(uint32(index))
	g.results(t)
}

func (g *generator) arguments(t corewasm.FuncType) {
	for _, p := range t.Params {
		g.expression(p, 2)
	}
}

func (g *generator) results(t corewasm.FuncType) {
	for k := len(t.Results) - 1; k >= 0; k-- {
		g.code = g.code.GlobalSet(uint32(indexOf(g.globals, t.Results[k])))
	}
}

func indexOf(types []corewasm.ValueType, t corewasm.ValueType) int {
	for k := range types {
		if types[k] == t {
			return k
		}
	}
	return -1
}

func (g *generator) callIndirect() {
	if g.self >= len(g.types)-leaves {
		return
	}
	t := g.types[len(g.types)-1-g.IntN(leaves+1)]
	g.arguments(t)
	g.code = g.code.I32Const(int32(g.IntN(tableSize+2))).CallIndirect(g.Type(t.Params, t.Results), 0)
	g.results(t)
}

func (g *generator) constant(code corewasm.Code, t corewasm.ValueType) corewasm.Code {
	interesting := []int64{0, 1, -1, 2, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, 0xff, 0x8000, int64(g.Uint64())}
	v := interesting[g.IntN(len(interesting))]
	switch t {
	case corewasm.I32:
		return code.I32Const(int32(v))
	case corewasm.I64:
		return code.I64Const(v)
	case corewasm.F32:
		bits := math.Float32bits(float32(v) / 3)
		return code.Op(0x43, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
	}
	bits := math.Float64bits(float64(v) / 3)
	code = code.Op(0x44)
	for k := range 8 {
		code = code.Op(byte(bits >> (8 * k)))
	}
	return code
}
