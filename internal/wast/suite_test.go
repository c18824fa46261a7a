package wast

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

var update = flag.Bool("update", false, "write the not-yet lists, which must not grow, and the converted scripts anew")

// A suite is a collection of scripts that others wrote.
type suite struct {
	name     string
	variable string   // names a checkout
	folders  []string // in it
}

const toolFile = "testdata/npm/node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm"

// tool returns the translator, or nil if it is not installed.
var tool = sync.OnceValues(func() (*Tool, error) {
	if _, err := os.Stat(toolFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return OpenTool(context.Background(), toolFile)
})

func needTool(t *testing.T) *Tool {
	t.Helper()
	opened, err := tool()
	if err != nil {
		t.Fatal(err)
	}
	if opened == nil {
		t.Skip("NOT RUN: the translator is not there; npm ci in testdata/npm")
	}
	return opened
}

func TestComponentModel(t *testing.T) {
	suite{"component-model", "PATCHBAY_COMPONENT_MODEL", []string{"test"}}.run(t)
}

func TestWasmtime(t *testing.T) {
	suite{"wasmtime", "PATCHBAY_WASMTIME", []string{
		"tests/misc_testsuite/component-model", "tests/misc_testsuite/component-model-threading",
	}}.run(t)
}

func TestWasmTools(t *testing.T) {
	suite{"wasm-tools", "PATCHBAY_WASM_TOOLS", []string{"tests/cli/component-model"}}.run(t)
}

func (s suite) run(t *testing.T) {
	root := os.Getenv(s.variable)
	if root == "" {
		t.Skipf("NOT RUN: set %s to a checkout", s.variable)
	}
	translator := needTool(t)
	listFile := filepath.Join("testdata", "notyet", s.name+".txt")
	list, known := readList(t, listFile)
	failures := NotYet{}
	var sum tally
	for _, file := range s.files(t, root) {
		name := strings.TrimPrefix(file, root+"/")
		commands := translated(t, translator, file)
		outcomes := (&Runner{Check: check}).Run(commands)
		sum.add(commands, outcomes)
		for _, o := range outcomes {
			if o.Err != nil {
				failures[Place{name, o.Line, o.Stage}] = need(o.Err)
			}
		}
		if *update {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, err := range list.Judge(name, outcomes) {
				t.Error(err)
			}
		})
	}
	t.Logf("%s: %s", s.name, sum)
	if *update {
		writeList(t, listFile, failures, len(list), known)
	}
}

func (s suite) files(t *testing.T, root string) []string {
	var files []string
	for _, folder := range s.folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, _ fs.DirEntry, err error) error {
			if strings.HasSuffix(name, ".wast") {
				files = append(files, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatalf("no scripts in %s", root)
	}
	slices.Sort(files)
	return files
}

func translated(t *testing.T, translator *Tool, file string) []Command {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	commands, err := ParseScript(string(text))
	if err == nil {
		err = translator.TranslateScript(t.Context(), commands)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return commands
}

// check is what the product says of a binary.
func check(binary []byte) error {
	_, err := componentbinary.Parse(binary)
	return err
}

// need says what an outcome that failed would take.
func need(err error) string {
	var decoding *componentbinary.Error
	switch {
	case errors.Is(err, ErrNoRuntime):
		return "instantiation"
	case errors.As(err, &decoding) && decoding.Feature != "":
		return decoding.Feature
	}
	return "validation"
}

func readList(t *testing.T, file string) (list NotYet, known bool) {
	t.Helper()
	from, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) && *update {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if list, err = ReadNotYet(from); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list, true
}

func writeList(t *testing.T, file string, list NotYet, before int, known bool) {
	t.Helper()
	if known && len(list) > before {
		t.Errorf("%s would grow from %d to %d entries", file, before, len(list))
		for place, need := range list {
			t.Logf("%v %s", place, need)
		}
		return
	}
	var text strings.Builder
	if err := list.Write(&text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
