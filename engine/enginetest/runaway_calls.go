package enginetest

import (
	"context"
	"slices"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// tooDeep is how recursion may end before it is stopped.
var tooDeep = []engine.TrapKind{engine.StackOverflow}

// runawayCalls call again and again, deeper and deeper, or one another.
var runawayCalls = []runaway{
	{name: "loop with a call", build: func(b *corewasm.Builder) uint32 {
		leaf := b.Func(nil, nil, nil, nil)
		return endless(b, corewasm.Code{}.Call(leaf))
	}},
	{name: "loop with an indirect call", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		leaf := b.Func(nil, nil, nil, nil)
		b.Elements(0, leaf)
		return endless(b, corewasm.Code{}.I32Const(0).CallIndirect(b.Type(nil, nil), 0))
	}},
	{name: "loop with a call of a reference", build: func(b *corewasm.Builder) uint32 {
		leaf := b.Func(nil, nil, nil, nil)
		b.ElementSegment([]byte{3, 0, 1, byte(leaf)})
		return endless(b, corewasm.Code{}.RefFunc(leaf).Op(opCallRef).U32(b.Type(nil, nil)))
	}},
	{name: "straight calls of divisions", build: straightCalls},
	{name: "deep recursion", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, nil, corewasm.Code{}.Call(1).Op(1))
	}},
	{name: "deep recursion with a large frame", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		const large = 1000
		locals := slices.Repeat([]corewasm.ValueType{corewasm.I64}, large)
		code := corewasm.Code{}.Call(1)
		for k := range uint32(large) { // they live across the call
			code = append(corewasm.Code{}.I64Const(int64(k)).LocalSet(k), code...).LocalGet(k).GlobalSet(0)
		}
		b.Global(corewasm.I64, true, corewasm.Code{}.I64Const(0))
		return b.Func(nil, nil, locals, code)
	}},
	{name: "deep recursion through a table", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		b.Elements(0, 1)
		return b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).CallIndirect(b.Type(nil, nil), 0).Op(1))
	}},
	{name: "mutual recursion", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		b.Func(nil, nil, nil, corewasm.Code{}.Call(2).Op(1))
		return b.Func(nil, nil, nil, corewasm.Code{}.Call(1).Op(1))
	}},
	{name: "fan-out recursion", build: func(b *corewasm.Builder) uint32 {
		down := corewasm.Code{}.LocalGet(0).If().LocalGet(0).I32Const(1).Op(opI32Sub).Call(1).
			LocalGet(0).I32Const(1).Op(opI32Sub).Call(1).End()
		b.Func(i32s, nil, nil, down)
		return b.Func(nil, nil, nil, corewasm.Code{}.I32Const(60).Call(1))
	}},
	{name: "tail calls", build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, nil, corewasm.Code{}.Op(opReturnCall, 1))
	}},
	{name: "tail calls of each other", build: func(b *corewasm.Builder) uint32 {
		b.Func(nil, nil, nil, corewasm.Code{}.Op(opReturnCall, 2))
		return b.Func(nil, nil, nil, corewasm.Code{}.Op(opReturnCall, 1))
	}},
	{name: "tail calls through a table", build: func(b *corewasm.Builder) uint32 {
		b.Table(corewasm.FuncRef, corewasm.Limit(1))
		b.Elements(0, 1)
		return b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).Op(opReturnCallIndirect).U32(b.Type(nil, nil)).U32(0))
	}},
	{name: "tail calls of a reference", build: func(b *corewasm.Builder) uint32 {
		b.ElementSegment([]byte{3, 0, 1, 1})
		return b.Func(nil, nil, nil, corewasm.Code{}.RefFunc(1).Op(opReturnCallRef).U32(b.Type(nil, nil)))
	}},
	{name: "instances that call each other", peer: tablePeer, build: func(b *corewasm.Builder) uint32 {
		pong := importPeer(b)
		ping := b.Func(nil, nil, nil, nil)
		b.Elements(0, ping)
		return endless(b, corewasm.Code{}.Call(pong))
	}},
	{name: "instances that call each other ever deeper", kinds: tooDeep, peer: tablePeer, build: func(b *corewasm.Builder) uint32 {
		pong := importPeer(b)
		ping := b.Func(nil, nil, nil, corewasm.Code{}.Call(pong).Op(1))
		b.Elements(0, ping)
		return ping
	}},
	{name: "guest and host that call each other ever deeper", kinds: tooDeep,
		host: func(ctx context.Context, caller engine.Instance, _ []uint64) error {
			return caller.Func("run").Call(ctx, nil)
		},
		build: func(b *corewasm.Builder) uint32 { return b.Func(nil, nil, nil, corewasm.Code{}.Call(0)) }},
	{name: "guest that the host calls back", host: func(ctx context.Context, caller engine.Instance, _ []uint64) error {
		return caller.Func("answer").Call(ctx, make([]uint64, 1))
	}, build: func(b *corewasm.Builder) uint32 { return endless(b, corewasm.Code{}.Call(0)) }},
}

// straightCalls has 128 KiB of code without a loop that calls a function without
// a countdown, made of the slowest instructions there are.
func straightCalls(b *corewasm.Builder) uint32 {
	divisions := corewasm.Code{}.I64Const(-1)
	for range 16 {
		divisions = divisions.I64Const(3).Op(opI64DivS)
	}
	leaf := b.Func(nil, nil, nil, divisions.Op(opDrop))
	long := b.Func(nil, nil, nil, slices.Repeat(corewasm.Code{}.Call(leaf), 64<<10))
	return endless(b, corewasm.Code{}.Call(long))
}

// tablePeer writes the other instance: it calls what is in its table.
func tablePeer(b *corewasm.Builder) {
	b.Export("table", corewasm.KindTable, b.Table(corewasm.FuncRef, corewasm.Limit(1)))
	b.Export("pong", corewasm.KindFunc, b.Func(nil, nil, nil, corewasm.Code{}.I32Const(0).CallIndirect(b.Type(nil, nil), 0).Op(1)))
}

// importPeer imports the other instance's table and function.
func importPeer(b *corewasm.Builder) (pong uint32) {
	pong = b.ImportFunc("peer", "pong", nil, nil)
	b.Import("peer", "table", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(1)})
	return pong
}
