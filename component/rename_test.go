package component

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

func TestRenameImports(t *testing.T) {
	var b corewasm.Builder
	b.ImportFunc("wasi:io/poll@0.2.0", "poll", []corewasm.ValueType{corewasm.I32}, nil)
	b.Import("", "", corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1, 2)})
	b.ImportFunc("", strings.Repeat("n", 127), nil, nil)
	b.ImportFunc("", strings.Repeat("n", 130), nil, nil)
	b.Import("env", "table", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(3)})
	b.Export("last", corewasm.KindFunc, 0)
	binary := b.Bytes()
	before := bytes.Clone(binary)
	given := []coreItem{{name: "0"}, {name: "memory"}, {name: "b"}, {name: "c"}, {name: "$imports"}}
	m, err := corewasm.Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	renamed, err := renameImports(m, binary, given)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(binary, before) {
		t.Error("the component's own bytes are not as before")
	}
	got, err := corewasm.Parse(renamed)
	if err != nil {
		t.Fatal(err)
	}
	want := []corewasm.Import{
		{Module: strings.Repeat("_", 21), Name: "0", Desc: m.Imports[0].Desc},
		m.Imports[1], // no room
		{Module: strings.Repeat("_", 126), Name: "b", Desc: m.Imports[2].Desc},
		m.Imports[3], // too much room
		{Name: "$imports", Desc: m.Imports[4].Desc},
	}
	if diff := cmp.Diff(want, got.Imports); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(m.Sections, got.Sections); diff != "" {
		t.Errorf("sections are not where they were: %s", diff)
	}
}

func TestNothingToRename(t *testing.T) {
	var b corewasm.Builder
	m, err := corewasm.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := renameImports(m, b.Bytes(), nil); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%x, %v", got, err)
	}
}
