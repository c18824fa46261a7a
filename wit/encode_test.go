package wit_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit"
)

// checkEncode encodes a package, validates what was encoded, and expects to
// decode the same.
func checkEncode(t *testing.T, pkg *wit.Package) {
	t.Helper()
	binary, err := pkg.Encode()
	if err != nil {
		if !noBinary.MatchString(err.Error()) {
			t.Fatal(err)
		}
		return
	}
	if _, err := component.Describe(binary, engine.Limits{}); err != nil {
		t.Fatalf("%v\n%s", err, alone(pkg))
	}
	d, err := wit.Decode(binary)
	if err != nil {
		t.Fatalf("%v\n%s", err, alone(pkg))
	}
	if diff := cmp.Diff(alone(pkg), alone(d.Package)); diff != "" {
		t.Errorf("decoded (-encoded +decoded):\n%s", diff)
	}
	again, err := d.Package.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sections(t, again, "package-docs"), sections(t, binary, "package-docs"); got != want {
		t.Errorf("encoded again it is\n%q\nand was\n%q", got, want)
	}
}

// noBinary are the errors for what WIT can say, and no component can have.
var noBinary = regexp.MustCompile(`without interfaces and worlds|capital letters|type "[^"]+": .*(it is empty|no elements|more than|not less than)|function "[^"]+": no component can have it`)

// alone prints a package without others.
func alone(pkg *wit.Package) string { return (&wit.Resolve{}).Print(pkg) }

// TestEncodeSuite encodes what wasm-tools encodes in its tests, to the same
// bytes but for the section that says who made them.
func TestEncodeSuite(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("NOT RUN: set PATCHBAY_WASM_TOOLS to a checkout")
	}
	tool := openTool(t)
	dir := filepath.Join(root, "crates/wit-component/tests/interfaces")
	files, err := filepath.Glob(filepath.Join(dir, "*.wat"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".wat")
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path + ".wit"); err == nil {
			path += ".wit"
		}
		if _, err := os.Stat(path); err != nil {
			continue // an encoding of nothing
		}
		t.Run(name, func(t *testing.T) {
			_, pkg, err := wit.Load(path, wit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := tool.Translate(t.Context(), string(text))
			if err != nil {
				t.Fatal(err)
			}
			ours, err := pkg.Encode()
			if err != nil && !noBinary.MatchString(err.Error()) {
				t.Fatal(err)
			}
			if err == nil {
				if got, want := sections(t, ours, "producers"), sections(t, theirs, "producers"); got != want {
					t.Errorf("got\n%q\nwant\n%q", got, want)
				}
			}
			checkEncode(t, pkg)
		})
	}
}

// sections returns the content of all sections but a custom one.
func sections(t *testing.T, binary []byte, but string) string {
	c, err := componentbinary.Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	custom := 0
	for _, s := range c.Sections {
		if s.ID == componentbinary.SectionCustom {
			custom++
			if c.Customs[custom-1].Name == but {
				continue
			}
		}
		b.WriteString(s.ID.String())
		b.Write(c.Bytes(s.Content))
	}
	return b.String()
}

// TestRoundTrip takes everything that wasm-tools has for its parser, and WASI,
// from text to binary and back, and from text to text.
func TestRoundTrip(t *testing.T) {
	roots := []struct{ variable, pattern string }{
		{"PATCHBAY_WASM_TOOLS", "crates/wit-parser/tests/ui/*"},
		{"PATCHBAY_WASM_TOOLS", "crates/wit-component/tests/components/*/*.wit"},
		{"PATCHBAY_WASM_TOOLS", "tests/cli/*.wit"},
		{"PATCHBAY_WASMTIME", "crates/*/wit"},
		{"PATCHBAY_WASMTIME", "crates/*/src/*/wit"},
	}
	for _, r := range roots {
		root := os.Getenv(r.variable)
		if root == "" {
			continue
		}
		paths, err := filepath.Glob(filepath.Join(root, r.pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			resolve, main, err := wit.Load(path, all)
			if err != nil {
				continue // not one of those that are right by themselves
			}
			name, _ := filepath.Rel(root, path)
			t.Run(name, func(t *testing.T) {
				checkPrint(t, resolve, main)
				for _, pkg := range resolve.Packages {
					checkEncode(t, pkg)
				}
			})
		}
	}
}
