package wit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

const interfaces = `
interface types { record point { x: u8 } resource file { read: func() -> point; } }
interface files { use types.{point, file}; open: func(at: point) -> file; }
`

// content is what a tool leaves behind for the world of a package: of this
// version, with an encoding of strings.
func content(t *testing.T, text string, encoding ...byte) []byte {
	t.Helper()
	return append(encoded(t, text), custom("wit-component-encoding", encoding...)...)
}

func custom(name string, content ...byte) []byte {
	body := append(leb128.AppendUint32(nil, uint32(len(name))), name...)
	body = append(body, content...)
	return append(leb128.AppendUint32([]byte{0}, uint32(len(body))), body...)
}

func encoded(t *testing.T, text string) []byte {
	t.Helper()
	_, pkg, err := wit.Parse([]*syntax.Source{{Name: "x.wit", Text: text}}, all)
	if err != nil {
		t.Fatal(err)
	}
	// All but the world would be other packages.
	if len(pkg.Worlds) > 0 {
		pkg = &wit.Package{Name: pkg.Name, Worlds: pkg.Worlds}
	}
	binary, err := pkg.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestComponentType decodes modules with the worlds that they were made for.
func TestComponentType(t *testing.T) {
	text := func(world string) string { return "package a:b@1.0.0;" + interfaces + world }
	one := content(t, text("world one { import files; export run: func(a: u8); }"), 4, 0)
	two := content(t, text(`world two { import types; use types.{point};
		import log: func(p: point); export run: func(a: u8); export other: interface { f: func(); } }`), 4, 2)
	other := content(t, text("world other { export run: func(a: u16); }"), 4, 1)
	before := append([]byte{3, 0, 3}, "one"...)
	before = append(before, encoded(t, text("world one { import files; } world two {}"))...)
	for _, test := range []struct {
		name     string
		sections [][]byte
		want     string
	}{
		{"none", nil, wit.ErrNoWIT.Error()},
		{"one", [][]byte{one}, ""},
		{"before", [][]byte{before}, ""},
		{"twice", [][]byte{one, one}, ""},
		{"several", [][]byte{one, two}, ""},
		{"others", [][]byte{one, other}, `the worlds that the module was made for have two different items "run"`},
		{"encoding", [][]byte{content(t, text("world w {}"), 4, 3)}, "section component-type:0 from offset 0x1b on: invalid string encoding 0x3 at offset 0x"},
		{"version", [][]byte{content(t, text("world w {}"), 5, 0)}, "section component-type:0 from offset 0x1b on: section wit-component-encoding has version 5; only 4 is known at offset 0x"},
		{"size", [][]byte{content(t, text("world w {}"), 4)}, "section component-type:0 from offset 0x1b on: section wit-component-encoding has 1 bytes, not 2 at offset 0x"},
		{"unsaid", [][]byte{encoded(t, text("world w {}"))}, "section component-type:0 from offset 0x1b on: there is no section wit-component-encoding at offset 0x0"},
		{"interface", [][]byte{content(t, "package a:b; interface i {}", 4, 0)}, `section component-type:0 from offset 0x1b on: there is no world "" in its package at offset 0x0`},
		{"missing", [][]byte{append([]byte{3, 0, 1}, encoded(t, text("world w {}"))...)}, "section component-type:0 from offset 0x1b on: magic header not detected"},
		{"torn", [][]byte{before[:5]}, "section component-type:0 from offset 0x1b on: unexpected end-of-file: the name of the world is cut off at offset 0x2"},
		{"empty", [][]byte{nil}, "section component-type:0 from offset 0x1b on: unexpected end-of-file: it is cut off within the first 8 bytes at offset 0x0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b corewasm.Builder
			for i, section := range test.sections {
				b.Custom(fmt.Sprint("component-type:", i), section)
			}
			d, err := wit.Decode(b.Bytes())
			if test.want != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.want) {
					t.Errorf("got  %v\nwant %s", err, test.want)
				}
				if test.sections == nil && !errors.Is(err, wit.ErrNoWIT) {
					t.Errorf("%v is not ErrNoWIT", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/componenttype/"+test.name+".wasm", string(b.Bytes()))
			golden(t, "testdata/componenttype/"+test.name+".wit.golden", d.Print(d.Package))
			checkPrint(t, d.Resolve, d.Package)
		})
	}
}
