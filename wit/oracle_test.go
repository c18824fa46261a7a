package wit_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// otherWorld are components whose world wasm-tools prints differently, and why.
// The list may only shrink.
var otherWorld = map[string]string{
	"async/big-interleaving-test.wast:14":     copied,
	"validation/external-visibility.wast:410": copied,
	"validation/external-visibility.wast:420": copied,
	"type-export-restrictions.wast:231":       copied,
	"type-export-restrictions.wast:244":       copied,
	"validation/attributes.wast:30":           "an @external-id that is empty is none",
}

const copied = "what an interface without a name defines is copied; theirs refers to it, and does not resolve"

// noWorld are the errors for components that WIT cannot say.
var noWorld = regexp.MustCompile(`a (core module|component|value|instance|type of functions, instances or components) has no WIT|` +
	`is no label|where WIT cannot refer to it|no name of an interface or a world|where an interface or a world is expected`)

// TestWorlds decodes all valid components of the suites, and compares with what
// wasm-tools prints of them.
func TestWorlds(t *testing.T) {
	same := 0
	for _, suite := range []struct{ variable, folder string }{
		{"PATCHBAY_COMPONENT_MODEL", "test"},
		{"PATCHBAY_WASMTIME", "tests/misc_testsuite/component-model"},
		{"PATCHBAY_WASM_TOOLS", "tests/cli/component-model"},
	} {
		root := os.Getenv(suite.variable)
		if root == "" {
			continue
		}
		dir := filepath.Join(root, suite.folder)
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".wast" {
				name, _ := filepath.Rel(dir, path)
				t.Run(name, func(t *testing.T) { same += checkWorlds(t, name, path) })
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d are the same, %d are not", same, len(otherWorld))
}

// checkWorlds returns how many are the same.
func checkWorlds(t *testing.T, name, path string) (same int) {
	tool := openTool(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	commands, err := wast.ParseScript(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.TranslateScript(t.Context(), commands); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if c.Source == nil || !componentbinary.Is(c.Source.Binary) {
			continue
		}
		if _, err := component.Describe(c.Source.Binary, engine.Limits{}); err == nil &&
			checkWorld(t, tool, fmt.Sprintf("%s:%d", name, c.Line), c.Source.Binary) {
			same++
		}
	}
	return same
}

func checkWorld(t *testing.T, tool *wast.Tool, place string, binary []byte) (same bool) {
	d, err := wit.Decode(binary)
	if err != nil {
		if !noWorld.MatchString(err.Error()) {
			t.Errorf("%s: %v", place, err)
		}
		return false
	}
	ours := d.Print(d.Package)
	if _, _, err := wit.Parse([]*syntax.Source{{Name: place, Text: ours}}, all); err != nil {
		t.Errorf("%v\n%s", err, ours)
	}
	theirs, err := tool.Wit(t.Context(), binary)
	if err != nil { // it is older than we are
		return false
	}
	parsed, err := syntax.Parse("theirs", theirs)
	if err != nil {
		t.Fatal(err)
	}
	diff := cmp.Diff(withoutGaps(firstPackage(parsed)), withoutGaps(alone(d.Package)))
	if listed := otherWorld[place] != ""; listed == (diff == "") {
		t.Errorf("%s: listed as other: %v (-theirs +ours):\n%s", place, listed, diff)
	}
	return diff == ""
}

// firstPackage prints a file without the packages behind the first.
func firstPackage(file *syntax.File) string {
	var items []syntax.Item
	for _, item := range file.Items {
		if _, ok := item.(*syntax.Package); !ok {
			items = append(items, item)
		}
	}
	file.Items = items
	return strings.TrimRight(file.Format(), "\n") + "\n"
}
