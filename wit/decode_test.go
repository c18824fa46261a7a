package wit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
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
	"components/link-wasip3-tls": "the text is newer than the translator",
}

// TestInterfaces decodes the encoded packages and the components that wasm-tools
// has as tests, and compares with the text that it prints.
func TestInterfaces(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("PATCHBAY_WASM_TOOLS names no checkout of wasm-tools")
	}
	tool := openTool(t)
	for _, pattern := range []string{"interfaces/*.wat", "components/*/component.wat"} {
		files, err := filepath.Glob(filepath.Join(root, "crates/wit-component/tests", pattern))
		if err != nil || len(files) < 40 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimSuffix(file, ".wat"), "/component")
			name = filepath.Join(filepath.Base(filepath.Dir(name)), filepath.Base(name))
			if _, err := os.Stat(printedPath(file)); err != nil {
				continue // an encoding of nothing
			}
			t.Run(name, func(t *testing.T) { checkDecoded(t, tool, name, file) })
		}
	}
}

func checkDecoded(t *testing.T, tool *wast.Tool, name, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reason := otherText[name]
	binary, err := tool.Translate(t.Context(), string(text))
	if err != nil {
		if reason == "" {
			t.Fatal(err)
		}
		return
	}
	d, err := wit.Decode(binary)
	if err != nil {
		t.Fatal(err)
	}
	got, want := texts(t, d, file)
	diff := cmp.Diff(want, got)
	switch {
	case diff != "" && reason == "":
		t.Errorf("(-want +got):\n%s", diff)
	case diff == "" && reason != "":
		t.Errorf("the same, and listed as other: %s", reason)
	}
}

// printedPath is where wasm-tools has the text that it prints of a test.
func printedPath(file string) string {
	if strings.HasSuffix(file, "/component.wat") {
		return strings.TrimSuffix(file, ".wat") + ".wit.print"
	}
	from := strings.TrimSuffix(file, ".wat")
	if info, err := os.Stat(from); err != nil || !info.IsDir() {
		return from + ".wit.print"
	}
	printed, _ := filepath.Glob(filepath.Join(from, "*.wit.print"))
	return strings.Join(printed, "")
}

// texts are the text that we print of a binary, and the text that wasm-tools
// prints: that of the package alone.
func texts(t *testing.T, d *wit.Decoded, file string) (got, want string) {
	checkPrint(t, d.Resolve, d.Package)
	printed, err := os.ReadFile(printedPath(file))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := syntax.Parse("print", string(printed))
	if err != nil {
		t.Fatal(err)
	}
	return withoutGaps((&wit.Resolve{}).Print(d.Package)), withoutGaps(parsed.Format())
}

// withoutGaps takes out empty lines, which the two place differently.
func withoutGaps(text string) string { return strings.ReplaceAll(text, "\n\n", "\n") }

// TestDecode decodes binaries of our own, right ones and wrong ones. With the
// tool at hand it checks that they are what their texts say, and makes them anew
// with -update.
func TestDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/decode/*.wat")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	tool, _ := openedTool()
	for _, file := range files {
		path := strings.TrimSuffix(file, ".wat")
		t.Run(filepath.Base(path), func(t *testing.T) {
			d, err := wit.Decode(ownBinary(t, tool, path))
			if err != nil {
				golden(t, path+".error.golden", err.Error()+"\n")
				return
			}
			golden(t, path+".wit.golden", d.Print(d.Package))
			checkPrint(t, d.Resolve, d.Package)
		})
	}
}

// ownBinary reads a binary of testdata, and with the tool checks it.
func ownBinary(t *testing.T, tool *wast.Tool, path string) []byte {
	t.Helper()
	if tool != nil {
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

// FuzzDecode decodes binaries that need not be valid. What is valid has WIT that
// resolves.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"testdata/decode/*.wasm", "testdata/componenttype/*.wasm", "../examples/guests/components/chain.wasm"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(files, err)
		}
		for _, file := range files {
			binary, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(binary)
		}
	}
	f.Fuzz(func(t *testing.T, binary []byte) {
		d, err := wit.Decode(binary)
		if err != nil {
			return
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
		text := d.Print(d.Package)
		if _, err := component.Describe(binary, engine.Limits{}); err != nil {
			return
		}
		_, _, err = wit.Parse([]*syntax.Source{{Name: "fuzz", Text: text}}, all)
		if err != nil && !strings.Contains(err.Error(), "exports and imports, both") {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}

// FuzzDocs decodes a package with documentation and gates. What is taken can be
// printed and read again.
func FuzzDocs(f *testing.F) {
	f.Add([]byte("\x01" + `{"docs":"a\nb","interfaces":{"i":{"docs":"c","stability":{"stable":{"since":"1.0.0"}},"funcs":{"f":{"docs":"d"}},` +
		`"types":{"r":{"docs":"e","items":{"a":"f"}}}}},"worlds":{"w":{"interface_import_docs":{"a:b/i@1.0.0":"g"},"func_exports":{"f":{"docs":"h"}}}}}`))
	f.Add([]byte("\x00" + `{"interfaces":{"i":{"funcs":{"f":"d"}}},"worlds":{"w":{"stability":{"unstable":{"feature":"x","deprecated":"1.0.0"}}}}}`))
	const text = "package a:b@1.0.0; interface i { record r { a: u8 } f: func(r: r); } world w { import i; export f: func(); }"
	_, pkg, err := wit.Parse([]*syntax.Source{{Name: "x.wit", Text: text}}, all)
	if err != nil {
		f.Fatal(err)
	}
	binary, err := pkg.Encode()
	if err != nil {
		f.Fatal(err)
	}
	bare := bytes.TrimSuffix(binary, custom("package-docs", []byte("\x01{}")...))
	f.Fuzz(func(t *testing.T, docs []byte) {
		d, err := wit.Decode(append(bytes.Clone(bare), custom("package-docs", docs...)...))
		if err == nil {
			checkPrint(t, d.Resolve, d.Package)
		}
	})
}
