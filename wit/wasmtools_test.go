package wit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/wit"
)

// needsBinary are the tests with packages in the binary format.
var needsBinary = map[string]bool{"simple-wasm-text.wit.json": true, "kinds-of-deps.wit.json": true}

// elsewhere are wrong files in which our error is at another line than theirs.
var elsewhere = map[string]string{
	"bad-gate-record-field":                   "at the record with the field",
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
	goldens, err := filepath.Glob(filepath.Join(ui, "*.wit.json"))
	if err != nil || len(goldens) < 70 {
		t.Fatalf("%d golden files: %v", len(goldens), err)
	}
	for _, golden := range goldens {
		if needsBinary[filepath.Base(golden)] {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(golden), ".wit.json")
		t.Run(name, func(t *testing.T) { checkGolden(t, filepath.Join(ui, name), golden) })
	}
	wrong, err := filepath.Glob(filepath.Join(ui, "parse-fail/*.wit.result"))
	if err != nil || len(wrong) < 140 {
		t.Fatalf("%d wrong files: %v", len(wrong), err)
	}
	for _, result := range wrong {
		name := strings.TrimSuffix(filepath.Base(result), ".wit.result")
		path := source(filepath.Join(ui, "parse-fail", name))
		if _, err := os.Stat(path); err != nil {
			continue // a result of nothing
		}
		t.Run("wrong/"+name, func(t *testing.T) { checkWrong(t, name, path, result) })
	}
}

// source is the file or the folder of a test.
func source(path string) string {
	if _, err := os.Stat(path + ".wit"); err == nil {
		return path + ".wit"
	}
	return path
}

func checkGolden(t *testing.T, path, golden string) {
	r, main, err := wit.Load(source(path), wit.Options{Features: []string{"active"}})
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
