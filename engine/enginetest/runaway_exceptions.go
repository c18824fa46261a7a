package enginetest

import "github.com/patchbay-go/patchbay/internal/corewasm"

// tryAll returns code within a handler that catches everything and goes on after
// it.
func tryAll(code corewasm.Code) corewasm.Code {
	return corewasm.Code{}.Block().Op(opTryTable, 0x40, 1, 2, 0).Op(code...).End().End()
}

// runawayExceptions throw and catch.
var runawayExceptions = []runaway{
	{name: "exceptions", build: func(b *corewasm.Builder) uint32 {
		tag := b.Tag(nil)
		return endless(b, tryAll(corewasm.Code{}.Op(opThrow).U32(tag)))
	}},
	{name: "exceptions that do not come", build: func(b *corewasm.Builder) uint32 { return endless(b, tryAll(nil)) }},
	{name: "exceptions of a call", build: func(b *corewasm.Builder) uint32 {
		tag := b.Tag(nil)
		throws := b.Func(nil, nil, nil, corewasm.Code{}.Op(opThrow).U32(tag))
		return endless(b, tryAll(corewasm.Code{}.Call(throws)))
	}},
	{name: "exceptions that are caught by reference", build: func(b *corewasm.Builder) uint32 {
		tag := b.Tag(nil)
		return endless(b, corewasm.Code{}.Op(0x02, 0x69).Op(opTryTable, 0x40, 1, 3, 0).Op(opThrow).U32(tag).End().
			Unreachable().End().Op(opDrop))
	}},
	{name: "recursion through handlers", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		return b.Func(nil, nil, nil, tryAll(corewasm.Code{}.Call(1)))
	}},
	{name: "recursion in a handler", kinds: tooDeep, build: func(b *corewasm.Builder) uint32 {
		tag := b.Tag(nil)
		return b.Func(nil, nil, nil, tryAll(corewasm.Code{}.Op(opThrow).U32(tag)).Call(1).Op(1))
	}},
}
