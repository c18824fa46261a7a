package corewasm

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRename: imports are called otherwise, and all else is as it was.
func TestRename(t *testing.T) {
	build := func(name func(n int) (module, field string)) []byte {
		var b Builder
		module, field := name(0)
		f := b.ImportFunc(module, field, []ValueType{I32}, nil)
		module, field = name(1)
		b.Import(module, field, Desc{Kind: KindMemory, Limits: Limit(1)})
		b.Export("again", KindFunc, f)
		own := b.Func([]ValueType{I32}, nil, []ValueType{I64}, Code{}.LocalGet(0).Call(f))
		b.Export("own", KindFunc, own)
		b.Table(FuncRef, Limit(2))
		b.Elements(0, f, own)
		b.Data(0, []byte("data"))
		return b.Bytes()
	}
	shortly := func(n int) (string, string) { return "#" + strconv.Itoa(n), "name" + strconv.Itoa(n) }
	module, err := Parse(build(func(n int) (string, string) { return "a module", "its field " + strconv.Itoa(n) }))
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Import: func(n int, _ Import) (string, string) { return shortly(n) }, ModuleName: "me"}
	renamed, err := Rename(module, options)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(renamed.Binary)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Parse(build(shortly))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range sectionOrder {
		has, _ := got.Section(id)
		wanted, _ := want.Section(id)
		if id == SectionImport { // its size is padded
			if diff := cmp.Diff(want.Imports, got.Imports); diff != "" {
				t.Error(diff)
			}
		} else if diff := cmp.Diff(want.Bytes(wanted.Content), got.Bytes(has.Content)); diff != "" {
			t.Errorf("%v: %s", id, diff)
		}
	}
	for index, original := range []uint32{0, 1} {
		if at, ok := renamed.Functions.Original(uint32(index)); !ok || at != original {
			t.Errorf("function %d was %d, %t", index, at, ok)
		}
	}
	if _, ok := renamed.Functions.Original(2); ok {
		t.Error("there are more functions than there were")
	}
}
