package main

import (
	"encoding/binary"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A breach is what is wrong with a guest.
type breach int

const (
	sound breach = iota
	unloadable
	unstartable
	misbehaved // it answers the probe wrongly
)

// guest returns the binary of a tube guest with one operation, work: it counts
// down from the first number of the payload, traps if the second is a multiple of
// 100, and answers the payload. Its ballast is functions that are only compiled,
// so that making it ready costs what it costs with real guests: each is some 400
// bytes. Versions have different bytes.
func guest(version, ballast int, wrong breach) []byte {
	var b corewasm.Builder
	code := func() corewasm.Code { return corewasm.Code{} }
	i32 := []corewasm.ValueType{corewasm.I32}
	const load, rem, sub, add, mul = 0x28, 0x70, 0x6b, 0x6a, 0x6c
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
	b.Custom("tube", nil)
	b.Custom("version", binary.LittleEndian.AppendUint32(nil, uint32(version)))
	answer := code().LocalGet(1)
	if wrong == misbehaved {
		answer = code().I32Const(0)
	}
	work := code().LocalGet(0).Mem(load, 2, 0).LocalSet(2).
		Loop().LocalGet(2).I32Const(1).Op(sub).LocalTee(2).BrIf(0).End().
		LocalGet(0).Mem(load, 2, 4).I32Const(100).Op(rem).If().Else().Unreachable().End()
	f := b.Func([]corewasm.ValueType{corewasm.I32, corewasm.I32}, i32, i32, append(work, answer...))
	b.Export("work", corewasm.KindFunc, f)
	for n := range ballast {
		body := code().LocalGet(0)
		for k := range 50 {
			body = body.I32Const(int32(n*k + version)).Op(add).LocalGet(0).Op(mul)
		}
		b.Func(i32, i32, nil, body)
	}
	if wrong == unstartable {
		b.Start(b.Func(nil, nil, nil, code().Unreachable()))
	}
	if wrong == unloadable {
		return b.Bytes()[:100]
	}
	return b.Bytes()
}

// request returns a payload: how much work there is, and a number that decides
// whether the guest traps.
func request(rounds, number uint32) []byte {
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, rounds), number)
}
