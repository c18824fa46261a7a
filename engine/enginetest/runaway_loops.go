package enginetest

import (
	"context"
	"slices"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

var i32s = []corewasm.ValueType{corewasm.I32}

// Opcodes that the guests are made of.
const (
	opThrow              = 0x08
	opThrowRef           = 0x0a
	opBrTable            = 0x0e
	opReturnCall         = 0x12
	opReturnCallIndirect = 0x13
	opCallRef            = 0x14
	opReturnCallRef      = 0x15
	opDrop               = 0x1a
	opTryTable           = 0x1f
	opMemoryGrow         = 0x40
	opI32Add             = 0x6a
	opI32Sub             = 0x6b
	opI32And             = 0x71
	opI64DivS            = 0x7f
	opI64Add             = 0x7c
	opF64Div             = 0xa3
	opRefNull            = 0xd0
	opMisc               = 0xfc
	opVector             = 0xfd
	opAtomic             = 0xfe
)

// endless returns a function that does the same again and again.
func endless(b *corewasm.Builder, code corewasm.Code) uint32 {
	return b.Func(nil, nil, nil, corewasm.Code{}.Loop().Op(code...).Br(0).End())
}

// runawayLoops do not leave a loop.
var runawayLoops = []runaway{
	{name: "empty loop", build: func(b *corewasm.Builder) uint32 { return endless(b, nil) }},
	{name: "start function", start: true, build: func(b *corewasm.Builder) uint32 { return endless(b, nil) }},
	{name: "start function that calls the host", start: true, build: func(b *corewasm.Builder) uint32 {
		return endless(b, corewasm.Code{}.Call(0))
	}},
	{name: "loop that branches back if", build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, nil, corewasm.Code{}.Loop().I32Const(1).BrIf(0).End())
	}},
	{name: "branch table", build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, i32s, corewasm.Code{}.Loop().Loop().
			LocalGet(0).I32Const(1).Op(opI32Add).LocalTee(0).I32Const(1).Op(opI32And, opBrTable, 1, 0, 1).End().End())
	}},
	{name: "hundreds of loops within each other", build: func(b *corewasm.Builder) uint32 {
		code := corewasm.Code{}
		for range 200 {
			code = code.Loop()
		}
		code = code.LocalGet(0).I32Const(255).Op(opI32And, opBrTable).U32(200)
		for label := range uint32(200) {
			code = code.U32(label)
		}
		code = code.U32(0)
		for range 200 {
			code = code.End()
		}
		return b.Func(nil, nil, i32s, code)
	}},
	{name: "long straight code", build: func(b *corewasm.Builder) uint32 {
		step := corewasm.Code{}.LocalGet(0).I64Const(3).Op(opI64DivS).I64Const(7).Op(opI64Add).LocalSet(0)
		return b.Func(nil, nil, []corewasm.ValueType{corewasm.I64},
			corewasm.Code{}.Loop().Op(slices.Repeat(step, 256<<10/len(step))...).Br(0).End())
	}},
	{name: "divisions of floats", build: func(b *corewasm.Builder) uint32 {
		half := corewasm.Code{}.LocalGet(0).LocalGet(0).Op(opF64Div).LocalSet(0)
		return b.Func(nil, nil, []corewasm.ValueType{corewasm.F64},
			corewasm.Code{}.Loop().Op(slices.Repeat(half, 500)...).Br(0).End())
	}},
	{name: "vectors", build: func(b *corewasm.Builder) uint32 {
		square := corewasm.Code{}.LocalGet(0).LocalGet(0).Op(opVector, 0xb5, 1).LocalSet(0) // i32x4.mul
		return b.Func(nil, nil, []corewasm.ValueType{corewasm.V128},
			corewasm.Code{}.Loop().Op(square...).Br(0).End())
	}},
	{name: "function references", build: func(b *corewasm.Builder) uint32 {
		b.ElementSegment([]byte{3, 0, 1, 1})
		return endless(b, slices.Repeat(corewasm.Code{}.RefFunc(1).Op(opDrop), 500))
	}},
	{name: "host calls", build: func(b *corewasm.Builder) uint32 { return endless(b, corewasm.Code{}.Call(0)) }},
	{name: "host calls that wait", rests: true,
		host: func(ctx context.Context, _ engine.Instance, _ []uint64) error {
			<-ctx.Done()
			return ctx.Err()
		},
		build: func(b *corewasm.Builder) uint32 { return endless(b, corewasm.Code{}.Call(0)) }},
}
