//go:build cgo

package wasmtime_test

import "github.com/patchbay-go/patchbay/internal/corewasm"

// An operation is an instruction of numbers only.
type operation struct {
	code   []byte
	params []corewasm.ValueType
}

// operations are the instructions that yield a type.
var operations = func() map[corewasm.ValueType][]operation {
	const i32, i64, f32, f64 = corewasm.I32, corewasm.I64, corewasm.F32, corewasm.F64
	table := map[corewasm.ValueType][]operation{}
	add := func(result corewasm.ValueType, first, last byte, params ...corewasm.ValueType) {
		for op := int(first); op <= int(last); op++ {
			table[result] = append(table[result], operation{[]byte{byte(op)}, params})
		}
	}
	add(i32, 0x45, 0x45, i32)
	add(i32, 0x46, 0x4f, i32, i32)
	add(i32, 0x50, 0x50, i64)
	add(i32, 0x51, 0x5a, i64, i64)
	add(i32, 0x5b, 0x60, f32, f32)
	add(i32, 0x61, 0x66, f64, f64)
	add(i32, 0x67, 0x69, i32)
	add(i32, 0x6a, 0x78, i32, i32)
	add(i64, 0x79, 0x7b, i64)
	add(i64, 0x7c, 0x8a, i64, i64)
	add(f32, 0x8b, 0x91, f32)
	add(f32, 0x92, 0x98, f32, f32)
	add(f64, 0x99, 0x9f, f64)
	add(f64, 0xa0, 0xa6, f64, f64)
	add(i32, 0xa7, 0xa7, i64)
	add(i32, 0xa8, 0xa9, f32)
	add(i32, 0xaa, 0xab, f64)
	add(i64, 0xac, 0xad, i32)
	add(i64, 0xae, 0xaf, f32)
	add(i64, 0xb0, 0xb1, f64)
	add(f32, 0xb2, 0xb3, i32)
	add(f32, 0xb4, 0xb5, i64)
	add(f32, 0xb6, 0xb6, f64)
	add(f64, 0xb7, 0xb8, i32)
	add(f64, 0xb9, 0xba, i64)
	add(f64, 0xbb, 0xbb, f32)
	add(i32, 0xbc, 0xbc, f32)
	add(i64, 0xbd, 0xbd, f64)
	add(f32, 0xbe, 0xbe, i32)
	add(f64, 0xbf, 0xbf, i64)
	add(i32, 0xc0, 0xc1, i32)
	add(i64, 0xc2, 0xc4, i64)
	for k, from := range []corewasm.ValueType{f32, f32, f64, f64} { // saturating conversions
		table[i32] = append(table[i32], operation{[]byte{0xfc, byte(k)}, []corewasm.ValueType{from}})
		table[i64] = append(table[i64], operation{[]byte{0xfc, byte(4 + k)}, []corewasm.ValueType{from}})
	}
	return table
}()

// expression writes code that yields a value of type t.
func (g *generator) expression(t corewasm.ValueType, depth int) {
	if depth == 0 || g.IntN(6) == 0 {
		g.leaf(t)
		return
	}
	switch g.IntN(12) {
	case 0:
		g.load(t)
	case 1: // select
		g.expression(t, depth-1)
		g.expression(t, depth-1)
		g.expression(corewasm.I32, depth-1)
		g.op(0x1b)
	case 2:
		g.vector(t, depth)
	default:
		o := operations[t][g.IntN(len(operations[t]))]
		for _, p := range o.params {
			g.expression(p, depth-1)
		}
		g.op(o.code...)
		g.definite(t)
	}
}

func (g *generator) leaf(t corewasm.ValueType) {
	switch k, ok := g.local(t); {
	case ok && g.IntN(3) > 0:
		g.code = g.code.LocalGet(k)
	case g.IntN(3) == 0:
		g.code = g.code.GlobalGet(uint32(indexOf(g.globals, t)))
	case t == corewasm.I32 && g.IntN(4) == 0:
		g.op(0x3f, 0) // memory.size
	default:
		g.code = g.constant(g.code, t)
	}
}

// load reads memory. A float that is read may be any NaN, and stays as it is
// until something is computed of it.
func (g *generator) load(t corewasm.ValueType) {
	g.address()
	ops := map[corewasm.ValueType][]byte{
		corewasm.I32: {0x28, 0x2c, 0x2d, 0x2e, 0x2f}, corewasm.I64: {0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35},
		corewasm.F32: {0x2a}, corewasm.F64: {0x2b},
	}[t]
	g.code = g.code.Mem(ops[g.IntN(len(ops))], 0, g.Uint32N(1000))
	g.definite(t)
}

// vector computes with four lanes of i32, and takes one.
func (g *generator) vector(t corewasm.ValueType, depth int) {
	if t != corewasm.I32 {
		g.leaf(t)
		return
	}
	for range 2 {
		g.expression(corewasm.I32, depth-1)
		g.op(0xfd, 0x11) // i32x4.splat
	}
	ops := [][]byte{{0xae, 0x01}, {0xb1, 0x01}, {0xb5, 0x01}, {0x6e}, {0x71}, {0x4e}, {0x51}}
	g.op(0xfd)
	g.op(ops[g.IntN(len(ops))]...)
	g.op(0xfd, 0x1b, byte(g.IntN(4))) // i32x4.extract_lane
}

// definite makes any NaN the one NaN.
func (g *generator) definite(t corewasm.ValueType) {
	temporary, equal := g.extra(temporaryF32), byte(0x5b)
	switch t {
	case corewasm.F32:
		g.code = g.code.LocalTee(temporary).Op(0x43, 0, 0, 0xc0, 0x7f)
	case corewasm.F64:
		temporary, equal = g.extra(temporaryF64), 0x61
		g.code = g.code.LocalTee(temporary).Op(0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f)
	default:
		return
	}
	g.code = g.code.LocalGet(temporary).LocalGet(temporary).Op(equal, 0x1b)
}
