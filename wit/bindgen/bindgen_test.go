package bindgen_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
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
		{"testdata/kinds.wit", "kinds", "wit/bindgen/testdata/kinds"},
		{"../../examples/guests/components/kinds.wit", "relay", "wit/bindgen/testdata/relay"},
		{"../../examples/bindings/calculator.wit", "calculator", "examples/bindings/calculator"},
	} {
		t.Run(test.world, func(t *testing.T) {
			_, main, err := wit.Load(test.wit, wit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			files, err := bindgen.Generate(main.World(test.world), bindgen.Options{Path: module + test.golden})
			if err != nil {
				t.Fatal(err)
			}
			got, dir := map[string]string{}, filepath.Join("../..", test.golden)
			for _, f := range files {
				got[f.Name] = string(f.Source)
			}
			if *update {
				writeFiles(t, dir, files)
			}
			if diff := cmp.Diff(readFiles(t, dir), got); diff != "" {
				t.Errorf("-want +got, -update writes it anew:\n%s", diff)
			}
		})
	}
}

const module = "github.com/patchbay-go/patchbay/"

// writeFiles writes generated packages, and nothing else is in dir then.
func writeFiles(t *testing.T, dir string, files []bindgen.File) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Join(dir, f.Name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, f.Source, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
}

// readFiles returns the files below dir by their names with slashes.
func readFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestVet compiles and vets the golden packages.
func TestVet(t *testing.T) {
	out, err := exec.Command("go", "vet", "./testdata/kinds/...", "./testdata/relay/...", "../../examples/bindings/calculator/...").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, items, want string }{
		{"stream", "export f: func(s: stream<u8>);", "world w: f: stream is not supported yet"},
		{"future", "import f: func() -> future;", "world w: f: future is not supported yet"},
		{"async", "export f: async func();", "world w: f: async functions are not supported yet"},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := &syntax.Source{Name: "w.wit", Text: "package a:b;\nworld w {\n" + test.items + "\n}\n"}
			_, main, err := wit.Parse([]*syntax.Source{source}, wit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = bindgen.Generate(main.World("w"), bindgen.Options{Path: "example.com/w"})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestVersions compiles generated code with a package component of another
// version: the compiler names what is missing, at the line that says what to do.
func TestVersions(t *testing.T) {
	bindings, err := filepath.Abs("../../component/bindings.go")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(bindings)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.ReplaceAll(string(source), "BindingsVersion3", "BindingsVersion4")
	if newer == string(source) {
		t.Fatal("package component has another version already")
	}
	dir := t.TempDir()
	replaced, overlay := filepath.Join(dir, "bindings.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{bindings: replaced}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(replaced, []byte(newer), 0o666), os.WriteFile(overlay, replace, 0o666)); err != nil {
		t.Fatal(err)
	}
	const generated = "./testdata/relay/patchbay/kinds/types"
	out, err := exec.Command("go", "build", "-overlay", overlay, generated).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "undefined: component.BindingsVersion3") {
		t.Fatalf("%v\n%s", err, out)
	}
	at := regexp.MustCompile(`types\.go:(\d+):`).FindSubmatch(out)
	if at == nil {
		t.Fatalf("no line:\n%s", out)
	}
	line, _ := strconv.Atoi(string(at[1]))
	code, err := os.ReadFile(filepath.Join(generated, "types.go"))
	if err != nil {
		t.Fatal(err)
	}
	if around := strings.Join(strings.Split(string(code), "\n")[line-3:line], "\n"); !strings.Contains(around, "run patchbay gen wit again") {
		t.Errorf("the line does not say what to do:\n%s", around)
	}
}
