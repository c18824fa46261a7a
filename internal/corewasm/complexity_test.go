package corewasm

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
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
		"few locals, many blocks":  {1, 10, 10_000, Code.Block, false},
		"many locals, few blocks":  {1, 10_000, 10, Code.Block, false},
		"many locals, many blocks": {1, 1000, 126, Code.Block, true},
		"just below":               {1, 1000, 124, Code.Block, false},
		"few locals, many loops":   {1, 1, 206, Code.Loop, false},
		"loops multiply":           {1, 1, 210, Code.Loop, true},
		"one of several":           {1, 1000, 100, Code.Block, false},
		"several together":         {2, 1000, 100, Code.Block, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var b Builder
			for range test.functions {
				tangle(&b, test.locals, test.blocks, test.open)
			}
			err := Check(b.Bytes(), wide(most))
			var refused *Error
			if errors.As(err, &refused) != test.refused || test.refused && refused.Limit != "Complexity" {
				t.Errorf("error: %v", err)
			}
		})
	}
}

// TestComplexityOfValues: a type's values flow through a block like locals.
func TestComplexityOfValues(t *testing.T) {
	var b Builder
	values := make([]ValueType, 900)
	for i := range values {
		values[i] = I32
	}
	b.Type(values, values)
	tangle(&b, 1, 1000, Code.Block)
	var refused *Error
	if err := Check(b.Bytes(), wide(1_000_000)); !errors.As(err, &refused) || refused.Limit != "Complexity" {
		t.Errorf("error: %v", err)
	}
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
