package corewasm

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// tangle is a function with so many locals, which all live through so many
// blocks one after the other.
func tangle(b *Builder, locals, blocks int, open func(Code) Code) {
	types := make([]ValueType, locals)
	code := Code{}
	for i := range types {
		types[i] = I32
		code = code.LocalGet(0).LocalSet(uint32(i) + 1)
	}
	for range blocks {
		code = open(code).LocalGet(0).BrIf(0).End()
	}
	code = code.I32Const(0)
	const i32Add = 0x6a
	for i := range types {
		code = code.LocalGet(uint32(i) + 1).Op(i32Add)
	}
	b.Func([]ValueType{I32}, []ValueType{I32}, types, code)
}

// wide bounds nothing but complexity.
func wide(complexity int) Bounds {
	return Bounds{
		ModuleSize: 1 << 30, Functions: 1 << 20, FunctionSize: 1 << 24,
		MemoryPages: 1 << 16, TableElements: 1 << 24, Complexity: complexity,
	}
}

func TestCheckComplexity(t *testing.T) {
	const most = 1_000_000
	tests := map[string]struct {
		functions, locals, blocks int
		open                      func(Code) Code
		refused                   bool
	}{
		"few locals, many blocks":  {1, 5, 1000, Code.Block, false},
		"many locals, few blocks":  {1, 500, 10, Code.Block, false},
		"many locals, many blocks": {1, 500, 126, Code.Block, true},
		"just below":               {1, 200, 200, Code.Block, false},
		"just above":               {1, 200, 320, Code.Block, true},
		"loops cost more":          {1, 200, 100, Code.Loop, true},
		"blocks alone":             {1, 1, 2500, Code.Block, true},
		"locals alone":             {1, 5000, 1, Code.Block, true},
		"one of several":           {1, 200, 200, Code.Block, false},
		"several together":         {2, 200, 200, Code.Block, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var b Builder
			for range test.functions {
				tangle(&b, test.locals, test.blocks, test.open)
			}
			wantComplex(t, &b, most, test.refused)
		})
	}
}

// wantComplex wants Check to refuse the module for its complexity, or not.
func wantComplex(t *testing.T, b *Builder, most int, want bool) {
	t.Helper()
	err := Check(b.Bytes(), wide(most))
	var refused *Error
	if errors.As(err, &refused) != want || want && refused.Limit != "Complexity" {
		t.Errorf("error: %v", err)
	}
}

// i32s is that many of the type.
func i32s(n int) []ValueType { return slices.Repeat([]ValueType{I32}, n) }

// blockOf begins a block of that type.
func blockOf(index uint32) Code {
	return leb128.AppendInt64(Code{}.Op(opBlock), int64(index))
}

// TestComplexityOfShapes has code that takes some bytes and wazero's compiler
// seconds: each with so much of it that the default refuses it, and with a
// tenth of that.
func TestComplexityOfShapes(t *testing.T) {
	const i32Add, brTable, i32DivS = 0x6a, 0x0e, 0x6d
	sum := func(c Code, n int) Code { return append(c, bytes.Repeat([]byte{i32Add}, n)...) }
	shapes := map[string]struct {
		much  int
		build func(b *Builder, n int)
	}{
		"branches to one block": {30_000, func(b *Builder, n int) {
			b.Func(i32s(1), nil, nil, append(Code{}.Block(), slices.Repeat(Code{}.LocalGet(0).BrIf(0), n)...).End())
		}},
		"conditions": {15_000, func(b *Builder, n int) {
			b.Func(i32s(1), nil, nil, slices.Repeat(Code{}.LocalGet(0).If().End(), n))
		}},
		"values through blocks": {2000, func(b *Builder, n int) {
			of := b.Type(i32s(1000), i32s(1000))
			code := slices.Repeat(Code{}.LocalGet(0), 1000)
			code = append(code, slices.Repeat(blockOf(of).LocalGet(0).BrIf(0).End(), n)...)
			b.Func(i32s(1), i32s(1), nil, sum(code, 999))
		}},
		"values through a table": {4000, func(b *Builder, n int) {
			of := b.Type(i32s(1000), i32s(1000))
			code := append(slices.Repeat(Code{}.LocalGet(0), 1000), blockOf(of)...)
			code = code.LocalGet(0).Op(brTable).U32(uint32(n)).Op(make([]byte, n+1)...).End()
			b.Func(i32s(1), i32s(1), nil, sum(code, 999))
		}},
		"parameters of calls": {2000, func(b *Builder, n int) {
			code := Code{}
			for i := range 1000 {
				code = code.LocalGet(uint32(i))
			}
			b.Func(i32s(1000), i32s(1000), nil, append(code, slices.Repeat(Code{}.Call(0), n)...))
		}},
		"values through long code": {10_000, func(b *Builder, n int) {
			b.Func(nil, i32s(1), nil, sum(append(slices.Repeat(Code{}.Call(0), n), bytes.Repeat(Code{}.I32Const(1).Op(opDrop), n)...), n-1))
		}},
		"bulk work": {30_000, func(b *Builder, n int) {
			b.Memory(Limit(1))
			b.Func(i32s(1), nil, nil, slices.Repeat(Code{}.LocalGet(0).LocalGet(0).LocalGet(0).Op(opMisc, miscMemoryCopy, 0, 0), n))
		}},
		"handlers of exceptions": {3000, func(b *Builder, n int) {
			b.Tag(nil)
			b.Func(i32s(1), nil, nil, slices.Repeat(Code{}.Block().Op(opTryTable, blockTypeEmpty, 1, 2, 0).End().End(), n))
		}},
		"divisions": {400_000, func(b *Builder, n int) {
			b.Func(i32s(1), i32s(1), nil, append(Code{}.LocalGet(0), bytes.Repeat(Code{}.LocalGet(0).Op(i32DivS), n)...))
		}},
		"loads": {600_000, func(b *Builder, n int) {
			b.Memory(Limit(1))
			b.Func(i32s(1), i32s(1), nil, append(Code{}.LocalGet(0), bytes.Repeat(Code{}.Mem(0x28, 0, 0), n)...))
		}},
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			var much, little Builder
			shape.build(&much, shape.much)
			shape.build(&little, shape.much/10)
			wantComplex(t, &much, 30_000_000, true)
			wantComplex(t, &little, 30_000_000, false)
		})
	}
}

// TestComplexityOfTemporaries: locals that straight code sets and reads cost
// nothing, however many they are.
func TestComplexityOfTemporaries(t *testing.T) {
	build := func(far bool) *Builder {
		code := Code{}
		for i := range 2000 {
			code = code.LocalGet(0).LocalSet(uint32(i) + 1)
			if !far {
				code = code.LocalGet(uint32(i) + 1).LocalSet(0)
			}
			if i%10 == 0 {
				code = code.Block().LocalGet(0).BrIf(0).End()
			}
		}
		for i := range 2000 {
			if far {
				code = code.LocalGet(uint32(i) + 1).LocalSet(0)
			}
		}
		var b Builder
		b.Func(i32s(1), nil, i32s(2000), code)
		return &b
	}
	wantComplex(t, build(false), 1_000_000, false)
	wantComplex(t, build(true), 10_000_000, true)
}

// TestComplexityOfGuests: what compilers emit is far below the default.
func TestComplexityOfGuests(t *testing.T) {
	files, err := filepath.Glob("../../examples/guests/*.wasm")
	if err != nil || len(files) < 10 {
		t.Fatal("guests: ", len(files), err)
	}
	for _, file := range files {
		binary, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(binary, wide(1_000_000)); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}
