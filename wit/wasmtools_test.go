package wit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/internal/wast"
	"github.com/patchbay-go/patchbay/wit"
)

// elsewhere are wrong files in which our error is at another line than theirs.
var elsewhere = map[string]string{
	"bad-include2":                            "at the first reference of the circle",
	"bad-include3":                            "at the first reference of the circle",
	"include-cycle":                           "at the first reference of the circle",
	"use-cycle1":                              "at the first reference of the circle",
	"use-cycle4":                              "at the first reference of the circle",
	"multiple-package-inline-cycle":           "at the last reference of the circle",
	"bad-since-on-include":                    "at the version, not at what follows",
	"bad-since-on-interface":                  "at the version, not at what follows",
	"bad-since-on-type":                       "at the version, not at what follows",
	"bad-since-on-world-import":               "at the version, not at what follows",
	"bad-since-on-world":                      "at the version, not at what follows",
	"bad-list":                                "at what is missing, not at what follows",
	"keyword":                                 "theirs does not come to the missing package",
	"dangling-type":                           "at the brace that is not closed, not at the end of the file",
	"multi-file-missing-delimiter":            "at the brace that is not closed, not at the end of the file",
	"case-insensitive-duplicates":             "theirs has no place",
	"import-and-export1":                      "at the export, not at the world",
	"import-and-export2":                      "at the export, not at the world",
	"import-and-export3":                      "at the export, not at the world",
	"import-and-export4":                      "at the export, not at the world",
	"import-and-export5":                      "at the export, not at the world",
	"missing-main-declaration-initial-main":   "theirs has no place",
	"missing-main-declaration-initial-nested": "theirs has no place",
	"missing-package":                         "theirs has no place",
	"use-and-include-world":                   "at the use, not at the include",
	"multiple-package-docs":                   "at the package, not at its documentation",
}

// TestWasmTools resolves what wasm-tools has for its own parser: the same graph
// for what is right, an error for what is wrong.
func TestWasmTools(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("PATCHBAY_WASM_TOOLS names no checkout of wasm-tools")
	}
	ui := filepath.Join(root, "crates/wit-parser/tests/ui")
	files := &translated{FS: os.DirFS(ui), tool: openTool(t), t: t}
	goldens, err := filepath.Glob(filepath.Join(ui, "*.wit.json"))
	if err != nil || len(goldens) < 70 {
		t.Fatalf("%d golden files: %v", len(goldens), err)
	}
	for _, golden := range goldens {
		name := strings.TrimSuffix(filepath.Base(golden), ".wit.json")
		t.Run(name, func(t *testing.T) { checkGolden(t, files, source(ui, name), golden) })
	}
	wrong, err := filepath.Glob(filepath.Join(ui, "parse-fail/*.wit.result"))
	if err != nil || len(wrong) < 140 {
		t.Fatalf("%d wrong files: %v", len(wrong), err)
	}
	for _, result := range wrong {
		name := strings.TrimSuffix(filepath.Base(result), ".wit.result")
		path := filepath.Join(ui, source(ui, "parse-fail/"+name))
		if _, err := os.Stat(path); err != nil {
			continue // a result of nothing
		}
		t.Run("wrong/"+name, func(t *testing.T) { checkWrong(t, name, path, result) })
	}
}

// source is the file or the folder of a test.
func source(dir, name string) string {
	for _, extension := range []string{".wit", ".wat"} {
		if _, err := os.Stat(filepath.Join(dir, name) + extension); err == nil {
			return name + extension
		}
	}
	return name
}

// translated is a file system in which text of WebAssembly is binary.
type translated struct {
	fs.FS
	tool *wast.Tool
	t    *testing.T
}

func (f *translated) Open(name string) (fs.File, error) {
	if filepath.Ext(name) != ".wat" {
		return f.FS.Open(name)
	}
	text, err := fs.ReadFile(f.FS, name)
	if err != nil {
		return nil, err
	}
	binary, err := f.tool.Translate(f.t.Context(), string(text))
	if err != nil {
		return nil, err
	}
	return fstest.MapFS{name: {Data: binary}}.Open(name)
}

// openedTool is the translator, which takes a second to compile: once for all
// tests.
var openedTool = sync.OnceValues(func() (*wast.Tool, error) {
	return wast.OpenTool(context.Background(), toolFile)
})

func openTool(t *testing.T) *wast.Tool {
	tool, err := openedTool()
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

func checkGolden(t *testing.T, files fs.FS, name, golden string) {
	r, main, err := wit.LoadFS(files, name, wit.Options{Features: []string{"active"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	checkPrint(t, r, main)
}

// place finds the line of an error.
var place = regexp.MustCompile(`[^/\s]+\.wit:(\d+):\d+`)

func checkWrong(t *testing.T, name, path, result string) {
	_, _, err := wit.Load(path, wit.Options{Features: []string{"active"}})
	theirs, readErr := os.ReadFile(result)
	if err == nil || readErr != nil {
		t.Fatalf("%v; theirs is %v\n%s", err, readErr, theirs)
	}
	ours, their := place.FindStringSubmatch(err.Error()), place.FindSubmatch(theirs)
	same := ours != nil && their != nil && ours[1] == string(their[1])
	if listed := elsewhere[name] != ""; same == listed {
		t.Errorf("the same line: %v, listed as elsewhere: %v\n%v\ntheirs:\n%s", same, listed, err, theirs)
	}
}
