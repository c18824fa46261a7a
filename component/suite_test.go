package component_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

var update = flag.Bool("update", false, "write the not-yet lists, which must not grow, and the converted scripts anew")

// A suite is a collection of scripts that others wrote.
type suite struct {
	name     string
	variable string   // names a checkout
	revision string   // of it, for which the list is
	folders  []string // in it
}

const toolFile = "../internal/wast/testdata/npm/node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm"

// tool returns the translator, or nil if it is not installed.
var tool = sync.OnceValues(func() (*wast.Tool, error) {
	if _, err := os.Stat(toolFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return wast.OpenTool(context.Background(), toolFile)
})

func needTool(t *testing.T) *wast.Tool {
	t.Helper()
	opened, err := tool()
	if err != nil {
		t.Fatal(err)
	}
	if opened == nil {
		for _, s := range suites {
			if os.Getenv(s.variable) != "" {
				t.Fatalf("%s is set, and the translator is not there; npm ci in internal/wast/testdata/npm", s.variable)
			}
		}
		t.Skip("NOT RUN: the translator is not there; npm ci in internal/wast/testdata/npm")
	}
	return opened
}

var suites = []suite{
	{"component-model", "PATCHBAY_COMPONENT_MODEL", "6d28164", []string{"test"}},
	{"wasmtime", "PATCHBAY_WASMTIME", "e6b33de", []string{
		"tests/misc_testsuite/component-model", "tests/misc_testsuite/component-model-threading",
	}},
	{"wasm-tools", "PATCHBAY_WASM_TOOLS", "a7ef477", []string{"tests/cli/component-model"}},
}

func TestComponentModel(t *testing.T) { suites[0].run(t) }

func TestWasmtime(t *testing.T) { suites[1].run(t) }

func TestWasmTools(t *testing.T) { suites[2].run(t) }

func (s suite) run(t *testing.T) {
	root := os.Getenv(s.variable)
	if root == "" {
		t.Skipf("NOT RUN: set %s to a checkout", s.variable)
	}
	translator := needTool(t)
	list, known := readList(t, s.list())
	failures := wast.NotYet{}
	var sum tally
	fused := 0
	whole := true
	for _, file := range s.files(t, root) {
		name := strings.TrimPrefix(file, root+"/")
		if strconv.IntSize == 32 && memoryFor(t, file) > 0 {
			whole = false
			t.Logf("NOT RUN: %s: its guests want 4 GiB of memory", name)
			continue
		}
		commands := translated(t, translator, file)
		if s.name == "wasm-tools" {
			respell(commands)
		}
		outcomes, n := s.runAs(t, component.CompileWith, file, commands)
		fused += n
		apart, _ := s.runAs(t, component.CompileApart, file, commands)
		if diff := cmp.Diff(errorTexts(apart), errorTexts(outcomes)); diff != "" {
			t.Errorf("%s: with adapters, and without: %s", name, diff)
		}
		sum.add(commands, outcomes)
		for _, o := range outcomes {
			if o.Err != nil {
				failures[wast.Place{File: name, Line: o.Line, Stage: o.Stage}] = reasonOf(o.Err)
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
	t.Logf("%s: %s; adapters had %d functions", s.name, sum, fused)
	if *update && whole {
		writeList(t, s.list(), failures, len(list), known)
		list = failures
	}
	if whole {
		s.checkRow(t, s.row(sum, list))
	}
}

func (s suite) list() string { return filepath.Join("testdata", "notyet", s.name+".txt") }

// runAs runs a script and returns how many functions adapters had.
func (s suite) runAs(t *testing.T, compile compiler, file string, commands []wast.Command) ([]wast.Outcome, int) {
	features := s.features(t, file)
	run := newRuntime(t, features)
	run.compile = compile
	switch s.name {
	case "wasmtime":
		run.linker = suiteHost(t, run.engine)
		run.limits.MemoryBytes = memoryFor(t, file)
	case "wasm-tools":
		run.lenient = true // the suite only validates
	}
	defer run.finish()
	return (&wast.Runner{Check: checkWith(t, features), Runtime: run, Means: means}).Run(commands), run.fused
}

func errorTexts(outcomes []wast.Outcome) []string {
	texts := make([]string, len(outcomes))
	for i, o := range outcomes {
		texts[i] = fmt.Sprint(o.Err)
	}
	return texts
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

func translated(t *testing.T, translator *wast.Tool, file string) []wast.Command {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	commands, err := wast.ParseScript(string(text))
	if err == nil {
		err = translator.TranslateScript(t.Context(), commands)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return commands
}

// checkWith is what the product says of a binary.
func checkWith(t *testing.T, features validate.Features) func(source *wast.Source) error {
	return func(source *wast.Source) error {
		if source.Core {
			return engine.Check(source.Binary, engine.Limits{})
		}
		syntax, err := componentbinary.Parse(source.Binary)
		if err != nil {
			return err
		}
		valid, err := validate.Validate(syntax, validate.Config{Features: features})
		if err != nil {
			return err
		}
		matchesItself(t, syntax, features, valid)
		return compile(t, valid)
	}
}

// matchesItself wants the type of a component to match that of the same one,
// validated again.
func matchesItself(t *testing.T, syntax *componentbinary.Component, features validate.Features, valid *validate.Component) {
	t.Helper()
	again, err := validate.Validate(syntax, validate.Config{Features: features})
	if err != nil {
		t.Fatal(err)
	}
	typ := func(c *validate.Component) types.Extern {
		return types.Extern{Kind: types.ExternComponent, Component: c.Type}
	}
	err = validate.NewMatcher().Match(typ(valid), typ(again), nil)
	if err != nil && !strings.Contains(err.Error(), "references to defined types") {
		t.Errorf("the type does not match itself: %v", err)
	}
}

// compile hands the core modules of a component to the engine, which checks their
// code.
func compile(t *testing.T, c *validate.Component) error {
	eng, err := coreEngine()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range c.Embedded {
		module, err := eng.Compile(t.Context(), c.Syntax.Bytes(m.Range), engine.Limits{})
		if err != nil {
			return err
		}
		if err := module.Close(t.Context()); err != nil {
			return err
		}
	}
	for _, inner := range c.Nested {
		if err := compile(t, inner); err != nil {
			return err
		}
	}
	return nil
}

var coreEngine = sync.OnceValues(func() (*wazero.Engine, error) {
	return wazero.New(context.Background(), wazero.Config{Mode: wazero.Interpreter})
})

func readList(t *testing.T, file string) (list wast.NotYet, known bool) {
	t.Helper()
	from, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) && *update {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if list, err = wast.ReadNotYet(from); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list, true
}

func writeList(t *testing.T, file string, list wast.NotYet, before int, known bool) {
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
