package engine

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

func TestDescribe(t *testing.T) {
	var b corewasm.Builder
	b.ImportFunc("env", "log", []corewasm.ValueType{corewasm.I32, corewasm.V128}, []corewasm.ValueType{corewasm.ExternRef})
	b.Import("env", "t", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(1, 2)})
	b.Import("env", "g", corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.F32, Mutable: true})
	b.Memory(corewasm.Limits{Min: 1, Max: 2, HasMax: true, Shared: true})
	f := b.Func([]corewasm.ValueType{corewasm.I64}, nil, nil, nil)
	b.Export("run", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, 0)
	b.Export("g", corewasm.KindGlobal, 0)
	b.Export("missing", corewasm.KindTable, 7)
	b.Custom("name", []byte("\x01\x06\x01\x01\x03run"))
	b.Custom("x", []byte("one"))
	b.Custom("x", []byte("two"))
	binary := b.Bytes()

	d, err := Describe(binary)
	if err != nil {
		t.Fatal(err)
	}
	clear(binary) // the description keeps none of it
	imports := []Import{
		{"env", "log", ExternType{Kind: KindFunc, Func: FuncType{[]ValueType{I32, V128}, []ValueType{ExternRef}}}},
		{"env", "t", ExternType{Kind: KindTable, Table: TableType{FuncRef, 1, 2, true}}},
		{"env", "g", ExternType{Kind: KindGlobal, Global: GlobalType{F32, true}}},
	}
	exports := []Export{
		{"run", ExternType{Kind: KindFunc, Func: FuncType{Params: []ValueType{I64}}}},
		{"memory", ExternType{Kind: KindMemory, Memory: MemoryType{1, 2, true, true}}},
		{"g", ExternType{Kind: KindGlobal, Global: GlobalType{F32, true}}},
		{"missing", ExternType{Kind: KindTable}},
	}
	if diff := cmp.Diff(imports, d.Imports); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(exports, d.Exports); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]byte{[]byte("one"), []byte("two")}, d.Custom("x")); diff != "" {
		t.Error(diff)
	}
	if d.Custom("y") != nil || d.FunctionName(f) != "run" || d.FunctionName(0) != "" {
		t.Errorf("custom %q, names %q, %q", d.Custom("y"), d.FunctionName(f), d.FunctionName(0))
	}
}

func TestDescribeError(t *testing.T) {
	_, err := Describe([]byte("\x00asm\x01\x00\x00\x00\x02\x05\x01\x01\xff\x00\x00"))
	var binary *BinaryError
	if !errors.As(err, &binary) || binary.Item != "import[0]" || binary.Offset != 11 {
		t.Fatalf("error %v", err)
	}
	if want := "section import: import[0]: name is not UTF-8 at offset 0xb"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}
