package worker_test

import (
	"encoding/binary"
	"slices"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A shape is what a tube guest of the tests has. All have a tag, by which versions
// are told apart, and the operations below but for those that are left out.
type shape struct {
	tag     byte
	without []string
	traps   bool // its start function
}

// guest returns the binary of a tube guest:
//
//	version   answers the tag
//	echo      answers the payload
//	trap      traps
//	refuse    answers with an error
//	maybe     traps if the number in the payload is a multiple of 100, else answers it
//	spin      counts to the number in the payload and answers it
//	count     answers how often it was called, in a byte
//	save      answers the count, in 4 bytes, and restore takes it
//	quiesce   makes count answer 200 more; resume undoes it
func guest(s shape) []byte {
	var b corewasm.Builder
	i32 := []corewasm.ValueType{corewasm.I32}
	two := []corewasm.ValueType{corewasm.I32, corewasm.I32}
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
	b.Custom("tube", nil)
	count := b.Global(corewasm.I32, true, corewasm.Code{}.I32Const(0))
	code := func() corewasm.Code { return corewasm.Code{} }
	const store8, store, load, add, rem, sub, eqz = 0x3a, 0x36, 0x28, 0x6a, 0x70, 0x6b, 0x45
	answer := func(c corewasm.Code) corewasm.Code { // a byte at the index
		return append(append(code().LocalGet(0), c...), code().Mem(store8, 0, 0).I32Const(1)...)
	}
	number := func() corewasm.Code { return code().LocalGet(0).Mem(load, 0, 0) }
	operations := []struct {
		name    string
		results []corewasm.ValueType
		code    corewasm.Code
	}{
		{"version", i32, answer(code().I32Const(int32(s.tag)))},
		{"echo", i32, code().LocalGet(1)},
		{"trap", i32, code().Unreachable()},
		{"refuse", []corewasm.ValueType{corewasm.I64}, code().I64Const(0xffffffff)},
		{"maybe", i32, number().I32Const(100).Op(rem).Op(eqz).If().Unreachable().End().LocalGet(1)},
		{"spin", i32, number().LocalSet(2).Loop().LocalGet(2).I32Const(1).Op(sub).LocalTee(2).BrIf(0).End().LocalGet(1)},
		{"count", i32, answer(code().GlobalGet(count).I32Const(1).Op(add).GlobalSet(count).GlobalGet(count))},
		{"save", i32, code().LocalGet(0).GlobalGet(count).Mem(store, 0, 0).I32Const(4)},
		{"restore", i32, append(number(), code().GlobalSet(count).I32Const(0)...)},
		{"quiesce", i32, code().GlobalGet(count).I32Const(200).Op(add).GlobalSet(count).I32Const(0)},
		{"resume", i32, code().GlobalGet(count).I32Const(200).Op(sub).GlobalSet(count).I32Const(0)},
	}
	for _, o := range operations {
		if !slices.Contains(s.without, o.name) {
			b.Export(o.name, corewasm.KindFunc, b.Func(two, o.results, i32, o.code))
		}
	}
	if s.traps {
		b.Start(b.Func(nil, nil, nil, code().Unreachable()))
	}
	return b.Bytes()
}

// payload returns a number as the guests read it.
func payload(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
