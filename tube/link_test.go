package tube_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
)

// A fakeModule is a module of which only what it says of itself counts.
type fakeModule struct {
	engine.Module
	imports []engine.Import
	exports []engine.Export
	customs map[string][][]byte
}

func (m fakeModule) Imports() []engine.Import    { return m.imports }
func (m fakeModule) Exports() []engine.Export    { return m.exports }
func (m fakeModule) Custom(name string) [][]byte { return m.customs[name] }

// exports returns a memory, and functions: names, and types as a letter for
// each parameter, ">" and a letter for each result.
func exports(namesAndTypes ...string) []engine.Export {
	out := []engine.Export{{Name: "memory", Type: engine.ExternType{Kind: engine.KindMemory}}}
	for i := 0; i < len(namesAndTypes); i += 2 {
		params, results, _ := strings.Cut(namesAndTypes[i+1], ">")
		t := engine.FuncType{Params: types(params), Results: types(results)}
		out = append(out, engine.Export{Name: namesAndTypes[i], Type: engine.ExternType{Kind: engine.KindFunc, Func: t}})
	}
	return out
}

func types(letters string) []engine.ValueType {
	var out []engine.ValueType
	for _, letter := range letters {
		out = append(out, map[rune]engine.ValueType{'i': engine.I32, 'l': engine.I64, 'd': engine.F64}[letter])
	}
	return out
}

func TestRecognize(t *testing.T) {
	section := map[string][][]byte{tube.Section: {nil}}
	for _, test := range []struct {
		name   string
		module fakeModule
		want   bool
	}{
		{"tube_alloc", fakeModule{exports: exports("tube_alloc", "i>i")}, true},
		{"tube_alloc of another type", fakeModule{exports: exports("tube_alloc", ">")}, true},
		{"an empty section", fakeModule{customs: section}, true},
		{"another section", fakeModule{customs: map[string][][]byte{"name": {nil}}}, false},
		{"a function of the contract", fakeModule{exports: exports("echo", "ii>i", "malloc", "i>i")}, false},
		{"nothing", fakeModule{}, false},
	} {
		if got := tube.Recognize(test.module); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestLink(t *testing.T) {
	function := exports("echo", "ii>i")[1:]
	for _, test := range []struct {
		name    string
		exports []engine.Export
		want    string // of the error; empty: none
	}{
		{"WT-01 no memory", function, "does not export a memory named memory"},
		{"memory is a function", append([]engine.Export{{Name: "memory"}}, function...), "export memory is a func, not a memory"},
		{"no function", exports("add", "ll>l", "malloc", "i>i", "cabi_realloc", "iiii>i", "calloc", "ii>i"), "exports no function of type"},
		{"tube_alloc", exports("echo", "ii>i", "tube_alloc", "ii>i"), "export tube_alloc is a func (i32, i32) -> (i32), not"},
		{"_start", exports("echo", "ii>i", "_start", ">i"), "initializer: export _start is a func () -> (i32)"},
		{"_initialize", exports("echo", "ii>i", "_initialize", "i>"), "initializer: export _initialize is a func (i32) -> ()"},
		{"another malloc", exports("echo", "ii>i", "malloc", "l>l"), ""},
		{"enough", exports("echo", "ii>i"), ""},
	} {
		_, err := tube.Link(fakeModule{exports: test.exports}, tube.Config{})
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestLinkImports(t *testing.T) {
	imports := []engine.Import{{Module: "env", Name: "f"}, {Module: "env", Name: "g"}}
	_, err := tube.Link(fakeModule{imports: imports, exports: exports("echo", "ii>i")}, tube.Config{})
	var link *engine.LinkError
	if !errors.As(err, &link) || len(link.Unmet) != 2 {
		t.Errorf("error %v", err)
	}
}

func TestFunctionsOfExports(t *testing.T) {
	var got []string
	for _, f := range tube.Functions(exports(
		"echo", "ii>i", "_initialize", ">", "blur", "iiii>l", "wide", "iil>i", "float", "iid>i", "tube_alloc", "i>i", "tube_free", "ii>",
		"cabi_realloc", "iiii>i", "__alloc", "ii>i", "realloc", "ii>i", "__guest_call", "ii>i", "two", "ii>ii",
	)) {
		got = append(got, f.String())
	}
	want := []string{"echo(index, length)", "blur(index, length, i32, i32)", "wide(index, length, i64)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
