package bindgen_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/bindgen"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares what is generated with packages that compile: a golden file
// is a package of testdata.
func TestGolden(t *testing.T) {
	for _, test := range []struct{ wit, world, golden string }{
		{"testdata/kinds.wit", "kinds", "testdata/kinds/kinds.go"},
		{"../../examples/bindings/calculator.wit", "calculator", "../../examples/bindings/calculator/calculator.go"},
	} {
		t.Run(test.world, func(t *testing.T) {
			_, main, err := wit.Load(test.wit, wit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := bindgen.Generate(main.World(test.world), test.world)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.MkdirAll(filepath.Dir(test.golden), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(test.golden, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(test.golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got, -update writes it anew:\n%s", diff)
			}
		})
	}
}

// TestVet compiles and vets the golden packages.
func TestVet(t *testing.T) {
	out, err := exec.Command("go", "vet", "./testdata/kinds", "../../examples/bindings/calculator").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, items, want string }{
		{"stream", "export f: func(s: stream<u8>);", "world w: f: stream is not supported yet"},
		{"future", "import f: func() -> future;", "world w: f: future is not supported yet"},
		{"async", "export f: async func();", "world w: f: async functions are not supported yet"},
		{"fields", "import i: interface { record r { a1: u8, a: u8, id: u8, i-d: u8 } f: func(r: r); }", "world w: r.i-d: its Go name R.ID is that of r.id"},
		{"constants", "import i: interface { enum a { b } type a-b = u8; f: func(a: a); }", "world w: a-b: its Go name AB is that of a.b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := &syntax.Source{Name: "w.wit", Text: "package a:b;\nworld w {\n" + test.items + "\n}\n"}
			_, main, err := wit.Parse([]*syntax.Source{source}, wit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = bindgen.Generate(main.World("w"), "w")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
