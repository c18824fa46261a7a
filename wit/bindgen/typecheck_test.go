package bindgen_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	gotypes "go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/bindgen"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A checker type-checks generated packages against what they import of Go and of
// Patchbay, as the go command compiled it.
type checker struct {
	fset    *token.FileSet
	library gotypes.Importer
}

// newChecker asks the go command where what it compiled is: once in a process.
var newChecker = sync.OnceValues(func() (*checker, error) {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}",
		"context", "errors", "fmt", "strings", module+"component", module+"component/types")
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, &stderr)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		importPath, export, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[importPath] = export
	}
	fset := token.NewFileSet()
	return &checker{fset, importer.ForCompiler(fset, "gc", func(importPath string) (io.ReadCloser, error) {
		return os.Open(exports[importPath])
	})}, nil
})

// A generation is the packages of one world while they are checked.
type generation struct {
	*checker
	files   map[string]bindgen.File // by import path
	checked map[string]*gotypes.Package
}

// check type-checks all files, each a package below root.
func (c *checker) check(root string, files []bindgen.File) error {
	g := generation{c, map[string]bindgen.File{}, map[string]*gotypes.Package{}}
	for _, f := range files {
		g.files[path.Join(root, path.Dir(f.Name))] = f
	}
	if len(g.files) != len(files) {
		return fmt.Errorf("%d packages in %d files", len(g.files), len(files))
	}
	for importPath := range g.files {
		if _, err := g.Import(importPath); err != nil {
			return err
		}
	}
	return nil
}

// Import returns a package: one that was generated, or one of the library.
func (g generation) Import(importPath string) (*gotypes.Package, error) {
	f, generated := g.files[importPath]
	switch {
	case !generated:
		return g.library.Import(importPath)
	case g.checked[importPath] != nil:
		return g.checked[importPath], nil
	}
	syntax, err := parser.ParseFile(g.fset, f.Name, f.Source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if err := shadows(g.fset, syntax); err != nil {
		return nil, err
	}
	config := gotypes.Config{Importer: g}
	g.checked[importPath], err = config.Check(importPath, g.fset, []*ast.File{syntax}, nil)
	return g.checked[importPath], err
}

// shadows reports an identifier that is declared and would hide a word of Go's, or
// a package that the file imports.
func shadows(fset *token.FileSet, file *ast.File) (err error) {
	imported := map[string]bool{}
	for _, spec := range file.Imports {
		name := path.Base(strings.Trim(spec.Path.Value, `"`))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = true
	}
	declared := func(names ...*ast.Ident) {
		for _, name := range names {
			if gotypes.Universe.Lookup(name.Name) != nil || imported[name.Name] {
				err = fmt.Errorf("%s: %s hides something", fset.Position(name.Pos()), name.Name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncType:
			for _, field := range n.Params.List {
				declared(field.Names...)
			}
		case *ast.TypeSpec:
			declared(n.Name)
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && n.Tok == token.DEFINE {
					declared(name)
				}
			}
		}
		return true
	})
	return err
}

// checkWorlds generates all worlds of a package, and returns how many there were
// that hosts cannot have yet.
func checkWorlds(t testing.TB, main *wit.Package) (refused int) {
	t.Helper()
	c, err := newChecker()
	if err != nil {
		t.Fatal(err)
	}
	for _, world := range main.Worlds {
		const root = "example.com/generated"
		files, err := bindgen.Generate(world, bindgen.Options{Path: root})
		switch {
		case err != nil && unsupported(err):
			refused++
		case err != nil:
			t.Errorf("%v %s: %v", main.Name, world.Name, err)
		default:
			if err := c.check(root, files); err != nil {
				t.Errorf("%v %s: %v", main.Name, world.Name, err)
			}
		}
	}
	return refused
}

// unsupported reports whether all that is wrong is what hosts cannot have yet.
func unsupported(err error) bool {
	for line := range strings.Lines(err.Error()) {
		if !strings.HasSuffix(strings.TrimSpace(line), "supported yet") {
			return false
		}
	}
	return true
}

// TestSuites generates all worlds of the WIT that wasm-tools and wasmtime have for
// their tests, and WASI 0.2, and worlds for each interface there. Hosts cannot have
// async functions and their types.
func TestSuites(t *testing.T) {
	for _, suite := range []struct {
		variable, folder string
		roots            func(string) []string
		worlds, refused  int // at least, and exactly
		added            int // refused of those of interfaces alone
	}{
		{"PATCHBAY_WASM_TOOLS", "crates/wit-parser/tests/ui", entries, 90, 1, 24},
		{"PATCHBAY_WASM_TOOLS", "crates/wit-component/tests/interfaces", entries, 40, 1, 6},
		{"PATCHBAY_WASMTIME", "crates/wasi-http/wit", func(dir string) []string { return []string{dir} }, 10, 0, 0},
	} {
		t.Run(suite.folder, func(t *testing.T) {
			checkout := os.Getenv(suite.variable)
			if checkout == "" {
				t.Skipf("%s names no checkout", suite.variable)
			}
			worlds, refused, added, addedRefused := 0, 0, 0, 0
			for _, root := range suite.roots(filepath.Join(checkout, suite.folder)) {
				r, _, err := wit.Load(root, wit.Options{AllFeatures: true})
				if err != nil {
					continue // package wit tests which of them are wrong
				}
				for _, main := range r.Packages {
					worlds += len(main.Worlds)
					refused += checkWorlds(t, main)
				}
				for _, main := range r.Packages {
					if main = withWorlds(t, r, main); main != nil {
						added += len(main.Worlds)
						addedRefused += checkWorlds(t, main)
					}
				}
			}
			t.Logf("%d worlds, %d of them refused; of interfaces alone %d and %d", worlds, refused, added, addedRefused)
			if worlds < suite.worlds || added < 2*worlds || refused != suite.refused || addedRefused != suite.added {
				t.Errorf("want at least %d worlds, %d of them refused; of interfaces alone twice as many and %d",
					suite.worlds, suite.refused, suite.added)
			}
		})
	}
}

// withWorlds returns the package with worlds of each of its interfaces instead of
// its own, one that imports it, one that exports it, and one that does both; nil
// for packages without interfaces.
func withWorlds(t *testing.T, r *wit.Resolve, main *wit.Package) *wit.Package {
	t.Helper()
	if len(main.Interfaces) == 0 {
		return nil
	}
	var worlds strings.Builder
	for n, i := range main.Interfaces {
		for m, items := range []string{"import NAME;", "export NAME;", "import NAME; export NAME;"} {
			fmt.Fprintf(&worlds, "world all%d-with%d { %s }\n", n, m, strings.ReplaceAll(items, "NAME", "%"+i.Name))
		}
	}
	for _, p := range r.Packages {
		p.Worlds, p.Docs = nil, ""
	}
	head, rest, _ := strings.Cut(r.Print(main), ";\n") // the package's name
	source := &syntax.Source{Name: "all.wit", Text: head + ";\n" + worlds.String() + rest}
	_, main, err := wit.Parse([]*syntax.Source{source}, wit.Options{AllFeatures: true})
	if err != nil {
		t.Fatalf("%v\n%s", err, source.Text)
	}
	return main
}

// entries returns the files of WIT and the folders in a folder.
func entries(dir string) []string {
	all, _ := os.ReadDir(dir)
	var paths []string
	for _, entry := range all {
		if entry.IsDir() || strings.HasSuffix(entry.Name(), ".wit") {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths
}

// clashes are worlds whose names mean something else in Go, or are the same there.
var clashes = []string{
	`world w { import i: interface { record r { a1: u8, a: u8, id: u8, i-d: u8, %type: u8 } f: func(r: r); } }`,
	`world w { import i: interface { enum a { b } type a-b = u8; f: func(a: a) -> a-b; } export g: func(); }`,
	`world w { export i: interface { enum a { b } type a-b = u8; variant v { a, i-d(u8), id(u8) } f: func(a: a) -> v; } }`,
	`interface i { f: func(%func: u8, nil: string, len: u8, %string: u8, uint8: u8, error: list<string>, c: u8, ctx: u8, err: u8,
		o: u8, p: u8, v: u8, self: u8, context: u8, component: u8, types: u8, host: u8, l: u8, e: u8, i: u8, any: u8) -> result<string, u8>; }
	 world w { import i; export i; }`,
	`world w { export i: interface { imports: func(); exports: func(); bind: func(); close: func(); define: func(); new: func(); drop: func(); } }`,
	`world w { export close: func(); export bind: func(); export new: func(); export i: interface { f: func(); }
	 import imports: interface { f: func(); } import host: interface { f: func(); } import define: func(); import drop: func(); }`,
	`world w { import %type: interface { f: func(); } import main: interface { f: func(); } import internal: interface { f: func(); }
	 import error: interface { record error { x: u8 } f: func(e: error); } export %string: interface { f: func() -> string; }
	 import e: interface { f: func(); } export fmt: interface { enum e { a } f: func(e: e); } import errors: interface { f: func(); } }`,
	`interface types { record imports { a: u8 } enum exports { a } flags host { a } variant new { define, bind(imports) } f: func(h: host) -> new; }
	 interface component { use types.{imports, exports as define}; g: func(i: imports) -> option<define>; }
	 interface context { use types.{new as new-params}; new: func(c: new-params); }
	 world w { import types; import component; export context; export component; }`,
	`interface r { resource r { constructor(r: borrow<r>); drop: func(); drop2: static func(drop: r); handle: func(self2: r); exports: func(); }
	 type s = r; f: func(a: s, b: borrow<s>) -> option<s>; g: func(a: list<tuple<s, own<r>>>) -> result<s, r>; }
	 interface q { use r.{r as z, s}; record in { z: z } make: func(i: in) -> option<s>; }
	 world w { import r; export r; import q; export q; }
	 world v { export q; export r; } world u { export q; } world x { use q.{in}; import r; export f: func(i: in); }`,
	`interface i { type t = option<list<u8>>; type o = option<t>; type p = option<o>; type r = result<p, o>; type s = r;
	 variant v { s(s), t(tuple<o>), w(list<u8, 3>) } f: func(a: s, b: option<v>, c: option<r>) -> s; g: func() -> r; h: func() -> option<s>; }
	 world w { export i; import i; import k: func() -> u8; }`,
	`interface wall-clock { f: func(); } interface wallclock { f: func(); }
	 world w { import wall-clock; export wallclock; export wall-clock; }`,
}

// TestClashes compiles what has names that clash.
func TestClashes(t *testing.T) {
	for i, text := range clashes {
		source := &syntax.Source{Name: fmt.Sprintf("clash%d.wit", i), Text: "package a:b;\n" + text}
		_, main, err := wit.Parse([]*syntax.Source{source}, wit.Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if checkWorlds(t, main) > 0 {
			t.Errorf("%s: refused", text)
		}
	}
}

// FuzzGenerate holds what is made of any WIT against the compiler.
func FuzzGenerate(f *testing.F) {
	for _, text := range clashes {
		f.Add("package a:b;\n" + text)
	}
	for _, name := range []string{"testdata/kinds.wit", "../../examples/bindings/calculator.wit", "../../examples/guests/components/kinds.wit"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, main, err := wit.Parse([]*syntax.Source{{Name: "fuzz.wit", Text: text}}, wit.Options{AllFeatures: true})
		if err != nil {
			return
		}
		checkWorlds(t, main)
	})
}

// TestDeterministic generates a world again, in another order of what Go leaves
// open.
func TestDeterministic(t *testing.T) {
	var first []bindgen.File
	for range 8 {
		_, main, err := wit.Load("testdata/kinds.wit", wit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		files, err := bindgen.Generate(main.World("kinds"), bindgen.Options{Path: "example.com/kinds"})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = files
		}
		if !slices.EqualFunc(first, files, func(a, b bindgen.File) bool { return a.Name == b.Name && bytes.Equal(a.Source, b.Source) }) {
			t.Fatal("it is another text")
		}
	}
}
