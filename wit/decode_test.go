package wit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/wast"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// The tool that makes binaries of text; CI installs it.
const toolFile = "../internal/wast/testdata/npm/node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm"

// otherText are tests of wasm-tools whose text ours differs from, and why. The
// list may only shrink.
var otherText = map[string]string{
	"interfaces/diamond-disambiguate":            primitiveName,
	"interfaces/doc-comments":                    "documentation",
	"interfaces/export-other-packages-interface": "what nothing refers to of another package is not in the binary",
	"interfaces/foreign-use-chain":               primitiveName,
	"interfaces/multiple-use":                    primitiveName,
	"interfaces/pkg-use-chain":                   primitiveName,
	"interfaces/pkg-use-chain2":                  renamedUse,
	"interfaces/preserve-foreign-reexport":       renamedUse,
	"interfaces/print-keyword":                   primitiveName,
	"interfaces/records":                         primitiveName,
	"interfaces/resources":                       "a name of a name",
	"interfaces/simple-deps":                     primitiveName,
	"interfaces/single-named-result":             "the text is newer than the tool",
	"interfaces/type-alias":                      primitiveName,
	"interfaces/type-alias2":                     renamedUse,
	"interfaces/upstream-deps-same-name":         primitiveName,
	"interfaces/use-chain":                       primitiveName,
	"interfaces/use-for-type":                    primitiveName,
	"interfaces/wasi-http":                       primitiveName,
	"interfaces/world-interface-docs":            "documentation",
	"interfaces/world-pkg-conflict":              primitiveName,
	"interfaces/worlds-with-types":               renamedUse,
	"interfaces/implements":                      "documentation",
	"interfaces/maps":                            "documentation",

	"components/custom-page-sizes":                 "a feature that no engine here has",
	"components/export-type-name-conflict":         renamedUse,
	"components/import-in-adapter-and-main-module": primitiveName,
	"components/imports":                           primitiveName,
	"components/link-wasip3-tls":                   "the text is newer than the tool",
	"components/tricky-order":                      renamedUse,
	"components/tricky-resources":                  "a name of a name",
	"components/tricky-resources3":                 "a name of a name",
	"components/tricky-resources4":                 "a name of a name",
	"components/worlds-with-type-renamings":        renamedUse,
	"components/worlds-with-types":                 primitiveName,
}

const (
	primitiveName = "another name of a primitive type is that type"
	renamedUse    = "a use that renames is a copy"
)

// TestInterfaces decodes the encoded packages and the components that wasm-tools
// has as tests, and compares with the text that it prints.
func TestInterfaces(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("PATCHBAY_WASM_TOOLS names no checkout of wasm-tools")
	}
	tool, err := wast.OpenTool(t.Context(), toolFile)
	if err != nil {
		t.Fatal(err)
	}
	defer tool.Close(t.Context())
	for pattern, decode := range map[string]func(t *testing.T, typ *types.ComponentType, file string) (got, want string){
		"interfaces/*.wat":           encodedPackage,
		"components/*/component.wat": wholeComponent,
	} {
		files, err := filepath.Glob(filepath.Join(root, "crates/wit-component/tests", pattern))
		if err != nil || len(files) < 40 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimSuffix(file, ".wat"), "/component")
			name = filepath.Join(filepath.Base(filepath.Dir(name)), filepath.Base(name))
			t.Run(name, func(t *testing.T) { checkDecoded(t, tool, name, file, decode) })
		}
	}
}

func checkDecoded(t *testing.T, tool *wast.Tool, name, file string, decode func(*testing.T, *types.ComponentType, string) (string, string)) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	same := false
	if binary, err := tool.Translate(t.Context(), string(text)); err == nil {
		typ, err := component.Describe(binary, engine.Limits{})
		if err != nil && otherText[name] == "" {
			t.Fatal(err)
		}
		if err == nil {
			got, want := decode(t, typ, file)
			diff := cmp.Diff(want, got)
			if same = diff == ""; !same && otherText[name] == "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
	if listed := otherText[name] != ""; same == listed {
		t.Errorf("the same: %v, listed as other: %v", same, listed)
	}
}

// encodedPackage compares with the text that the package was made from.
func encodedPackage(t *testing.T, typ *types.ComponentType, file string) (got, want string) {
	r, pkg, ok, err := wit.FromPackage(typ)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	checkPrint(t, r, pkg)
	from := strings.TrimSuffix(file, ".wat")
	if _, err := os.Stat(from + ".wit"); err == nil {
		from += ".wit"
	}
	source, main, err := wit.Load(from, all)
	if err != nil {
		t.Fatal(err)
	}
	return r.Print(pkg), source.Print(main)
}

// wholeComponent compares with the text that wasm-tools prints of its world.
func wholeComponent(t *testing.T, typ *types.ComponentType, file string) (got, want string) {
	r, w, err := wit.FromComponent(typ)
	if err != nil {
		t.Fatal(err)
	}
	checkPrint(t, r, w.Package)
	printed, err := os.ReadFile(filepath.Join(filepath.Dir(file), "component.wit.print"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := syntax.Parse("print", string(printed))
	if err != nil {
		t.Fatal(err)
	}
	return withoutGaps((&wit.Resolve{}).Print(w.Package)), withoutGaps(parsed.Format())
}

// withoutGaps takes out empty lines, which the two place differently.
func withoutGaps(text string) string { return strings.ReplaceAll(text, "\n\n", "\n") }

// TestDecode decodes binaries of our own. With the tool at hand it checks that
// they are what their texts say, and makes them anew with -update.
func TestDecode(t *testing.T) {
	for _, name := range []string{"world", "package"} {
		t.Run(name, func(t *testing.T) {
			binary := ownBinary(t, "testdata/decode/"+name)
			typ, err := component.Describe(binary, engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			r, pkg, ok, err := wit.FromPackage(typ)
			if want := name == "package"; ok != want || err != nil {
				t.Fatal(ok, err)
			}
			if !ok {
				var w *wit.World
				if r, w, err = wit.FromComponent(typ); err != nil {
					t.Fatal(err)
				}
				pkg = w.Package
			}
			golden(t, "testdata/decode/"+name+".wit.golden", r.Print(pkg))
			checkPrint(t, r, pkg)
		})
	}
}

func ownBinary(t *testing.T, path string) []byte {
	t.Helper()
	if tool, err := wast.OpenTool(t.Context(), toolFile); err == nil {
		defer tool.Close(t.Context())
		text, err := os.ReadFile(path + ".wat")
		if err != nil {
			t.Fatal(err)
		}
		binary, err := tool.Translate(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, path+".wasm", string(binary))
	}
	binary, err := os.ReadFile(path + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
