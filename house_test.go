package patchbay_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the architecture: every package of the module, from the ground up.
// A package imports only packages on lower floors; its tests may import what
// they like. A name that ends in /... stands for every package below it.
var floors = []string{
	0:  "internal/filelock internal/leb128 internal/sourceline internal/spelling wasi/internal/...",
	1:  "internal/corewasm internal/tomlfile bus wasi wapc/msgpack component/types supervise wit/syntax",
	2:  "engine internal/componentbinary",
	3:  "engine/wazero engine/enginetest wasi/p1 wapc tube wit/internal/outline component/internal/abi",
	4:  "tube/picture wit wit/wave wit/valuejson component/internal/task component/internal/validate component/internal/adapter",
	5:  "component/internal/canon wit/bindgen",
	6:  "component",
	7:  "plugin internal/componenttest",
	8:  "plugintest worker",
	9:  "gateway",
	10: "config cmd/patchbay/internal/project examples/bindings/calculator/acme/...",
	11: ". cmd/patchbay/internal/server examples/bindings/calculator",
	12: "cmd/... examples/... internal/wast",
}

// rootDependencies are the modules that a program gets by importing the root
// package, besides the standard library.
var rootDependencies = []string{"github.com/tetratelabs/wazero", "golang.org/x/sys"}

// longFunctions are the functions over 80 lines, each with what makes it easy
// to read all the same.
var longFunctions = map[string]string{}

// packageVariables are the variables that none of the kinds in immutable fits,
// each with why it is no state.
var packageVariables = map[string]string{
	"internal/corewasm/boundShapes": "a table, read through a pointer so that it is not copied",
	"internal/corewasm/flowShapes":  "a table, read through a pointer so that it is not copied",
	"internal/corewasm/localShapes": "a table, read through a pointer so that it is not copied",
	"internal/corewasm/shapes":      "a table, read through a pointer so that it is not copied",
	"engine/computing":              "who computes on the processors, which are the process's",
	"engine/epoch":                  "a time, which cannot change",
	"engine/wazero/instanceConfig":  "a value of wazero's that cannot change, but is put together by calls",
}

// environmentReaders are the functions through which a program depends on
// something that nobody handed to it.
var environmentReaders = []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}

// bannedNames are the names of drawers, not of concepts.
var bannedNames = []string{"util", "utils", "common", "helper", "helpers", "base", "core", "shared", "misc", "lib", "pkg"}

func TestFloors(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range source(t).product() {
		entry, from := floorOf(f.dir)
		if from < 0 {
			t.Errorf("%s: package %s has no floor; give it one in house_test.go", f.name, f.dir)
			continue
		}
		seen[entry] = true
		for _, imp := range f.syntax.Imports {
			imported, _ := strconv.Unquote(imp.Path.Value)
			name, ours := inModule(imported)
			if !ours {
				continue
			}
			if _, to := floorOf(name); to >= from {
				t.Errorf("%s: %s (floor %d) imports %s (floor %d)", f.at(imp), f.dir, from, name, to)
			}
		}
	}
	for _, row := range floors {
		for _, entry := range strings.Fields(row) {
			if !seen[entry] {
				t.Errorf("house_test.go: %s has a floor and no code", entry)
			}
		}
	}
}

// floorOf returns the entry of floors that package dir is under and its floor,
// or -1.
func floorOf(dir string) (string, int) {
	for floor, row := range floors {
		for _, entry := range strings.Fields(row) {
			above, tree := strings.CutSuffix(entry, "/...")
			if entry == dir || tree && strings.HasPrefix(dir, above+"/") {
				return entry, floor
			}
		}
	}
	return "", -1
}

func TestRootDependencies(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
		cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
		for _, imported := range strings.Fields(output(t, cmd)) {
			if _, ours := inModule(imported); ours {
				continue
			}
			if !slices.ContainsFunc(rootDependencies, func(module string) bool { return within(imported, module) }) {
				t.Errorf("go.mod: on %s the root package depends on %s", goos, imported)
			}
		}
	}
}

// TestGoMod holds the root's go.mod to what its users get as it is, and
// RATIONALE.md to a reason for each direct requirement.
func TestGoMod(t *testing.T) {
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []struct{ Old struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(output(t, exec.Command("go", "mod", "edit", "-json"))), &mod); err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Replace {
		t.Errorf("go.mod: replaces %s; those who import the module would not get that", r.Old.Path)
	}
	rationale := readFile(t, "RATIONALE.md")
	for _, r := range mod.Require {
		if !r.Indirect && !strings.Contains(rationale, r.Path) {
			t.Errorf("RATIONALE.md: does not say why we require %s", r.Path)
		}
	}
}

func TestPackageComments(t *testing.T) {
	for dir, files := range source(t).packages() {
		files = slices.DeleteFunc(files, func(f *file) bool { return f.syntax.Doc == nil })
		if len(files) == 0 {
			t.Errorf("%s: no file has a package comment", dir)
		}
		for i, f := range files {
			name := f.syntax.Name.Name
			if i > 0 {
				t.Errorf("%s: a second package comment, besides the one in %s", f.at(f.syntax.Doc), files[0].name)
			}
			if name != "main" && !strings.HasPrefix(f.syntax.Doc.Text(), "Package "+name+" ") {
				t.Errorf("%s: the package comment does not begin with %q", f.at(f.syntax.Doc), "Package "+name)
			}
		}
	}
}

func TestPackageNames(t *testing.T) {
	for _, f := range source(t).all {
		for part := range strings.SplitSeq(f.dir, "/") {
			if slices.Contains(bannedNames, part) {
				t.Errorf("%s: %s names a drawer, not a concept", f.name, part)
			}
		}
		name := strings.TrimSuffix(f.syntax.Name.Name, "_test")
		if slices.Contains(bannedNames, name) || strings.ContainsAny(name, "_ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			t.Errorf("%s: package name %s", f.at(f.syntax.Name), name)
		}
	}
}

func TestNoInit(t *testing.T) {
	for _, f := range source(t).all {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init runs for everybody who imports the package", f.at(fn))
			}
		}
	}
}

// TestNoPackageState allows variables of a package only if they are made in
// their declaration and never changed.
func TestNoPackageState(t *testing.T) {
	excused := make(map[string]bool)
	for dir, files := range source(t).packages() {
		variables := make(map[string]bool)
		for _, f := range files {
			for name, value := range f.variables() {
				key := path.Join(dir, name.Name)
				if packageVariables[key] != "" {
					excused[key] = true
					continue
				}
				variables[name.Name] = true
				if !f.immutable(name, value) {
					t.Errorf("%s: package variable %s may hold state", f.at(name), name.Name)
				}
			}
		}
		for _, f := range files {
			for _, changed := range f.changes(variables) {
				t.Errorf("%s: package variable %s is changed", f.at(changed), changed.Name)
			}
		}
	}
	for key, reason := range packageVariables {
		if !excused[key] {
			t.Errorf("house_test.go: packageVariables excuses %s (%s), which is not there", key, reason)
		}
	}
}

func TestDocumentedExports(t *testing.T) {
	for _, f := range source(t).product() {
		if f.syntax.Name.Name == "main" {
			continue
		}
		for name, documented := range f.exports() {
			if !documented {
				t.Errorf("%s: %s has no comment", f.at(name), name.Name)
			}
		}
	}
}

func TestFunctionLength(t *testing.T) {
	const longest = 80
	excused := make(map[string]bool)
	for _, f := range source(t).product() {
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			key, lines := path.Join(f.dir, fn.Name.Name), f.line(fn.End())-f.line(fn.Pos())+1
			if lines > longest {
				excused[key] = true
				if longFunctions[key] == "" {
					t.Errorf("%s: %s has %d lines", f.at(fn), fn.Name.Name, lines)
				}
			}
		}
	}
	for key, reason := range longFunctions {
		if !excused[key] {
			t.Errorf("house_test.go: longFunctions excuses %s (%s), which is short or gone", key, reason)
		}
	}
}

// TestNothingAmbient keeps the environment, C and unfinished work out of the
// product.
func TestNothingAmbient(t *testing.T) {
	for _, f := range source(t).product() {
		for _, imp := range f.syntax.Imports {
			if imp.Path.Value == `"C"` {
				t.Errorf("%s: cgo", f.at(imp))
			}
		}
		for _, group := range f.syntax.Comments {
			for _, word := range []string{"TODO", "FIXME", "XXX"} {
				if strings.Contains(group.Text(), word) {
					t.Errorf("%s: a comment says %s", f.at(group), word)
				}
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "os" && slices.Contains(environmentReaders, n.Sel.Name) &&
					!within(f.dir, "cmd") {
					t.Errorf("%s: os.%s outside of cmd", f.at(n), n.Sel.Name)
				}
			case *ast.BasicLit:
				if n.Kind == token.STRING && strings.Contains(n.Value, "failed to") {
					t.Errorf("%s: a text says \"failed to\"; say what happened", f.at(n))
				}
			}
			return true
		})
	}
}

// TestNoMachinePaths reads every file of the repository, guests too: none may
// tell on whose machine it was made.
func TestNoMachinePaths(t *testing.T) {
	text := regexp.MustCompile(`(?m)(?:^|[^\w./$}-])(/(?:work|root|home)/|C:\\Users)`)
	binary := regexp.MustCompile(`(/(?:work|root|home)/|C:\\Users)`)
	for _, name := range repositoryFiles(t) {
		content, paths := readFile(t, name), text
		if strings.Contains(content, "\x00") {
			paths = binary
		}
		if at := paths.FindStringSubmatchIndex(content); at != nil {
			t.Errorf("%s:%d: names the path %s of some machine", name, 1+strings.Count(content[:at[2]], "\n"), content[at[2]:at[3]])
		}
	}
}

// inModule returns the package's name as floors has it, if it is of this
// module.
func inModule(imported string) (string, bool) {
	const module = "github.com/patchbay-go/patchbay"
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// within reports whether name is above or somewhere below it.
func within(name, above string) bool {
	return name == above || strings.HasPrefix(name, above+"/")
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(fmt.Errorf("%v: %w\n%s", cmd, err, &stderr))
	}
	return string(out)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
