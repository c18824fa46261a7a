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
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
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
		t.Skip("NOT RUN: the translator is not there; npm ci in internal/wast/testdata/npm")
	}
	return opened
}

var suites = []suite{
	{"component-model", "PATCHBAY_COMPONENT_MODEL", []string{"test"}},
	{"wasmtime", "PATCHBAY_WASMTIME", []string{
		"tests/misc_testsuite/component-model", "tests/misc_testsuite/component-model-threading",
	}},
	{"wasm-tools", "PATCHBAY_WASM_TOOLS", []string{"tests/cli/component-model"}},
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
	listFile := filepath.Join("testdata", "notyet", s.name+".txt")
	list, known := readList(t, listFile)
	failures := wast.NotYet{}
	var sum tally
	fused := 0
	for _, file := range s.files(t, root) {
		name := strings.TrimPrefix(file, root+"/")
		commands := translated(t, translator, file)
		features := s.features(t, file)
		outcomes, n := s.runAs(t, component.CompileWith, features, commands)
		fused += n
		apart, _ := s.runAs(t, component.CompileApart, features, commands)
		if diff := cmp.Diff(errorTexts(apart), errorTexts(outcomes)); diff != "" {
			t.Errorf("%s: with adapters, and without: %s", name, diff)
		}
		sum.add(commands, outcomes)
		for _, o := range outcomes {
			if o.Err != nil {
				failures[wast.Place{File: name, Line: o.Line, Stage: o.Stage}] = need(o.Err)
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
	if *update {
		writeList(t, listFile, failures, len(list), known)
	}
}

// runAs runs a script and returns how many functions adapters had.
func (s suite) runAs(t *testing.T, compile compiler, features validate.Features, commands []wast.Command) ([]wast.Outcome, int) {
	run := newRuntime(t, features)
	run.compile = compile
	if s.name == "wasmtime" {
		run.linker = suiteHost()
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
		return compile(t, valid)
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

// wasmtimeOnly are texts of errors for what is valid, and wasmtime does not
// support.
var wasmtimeOnly = []string{
	"root-level component imports", "exporting a component from the root component",
	"is a reexport of an imported function which is not implemented",
}

// need says what an outcome that failed would take.
func need(err error) string {
	var decoding *componentbinary.Error
	switch {
	case errors.Is(err, component.ErrUnsupported):
		return "more than synchronous functions"
	case errors.Is(err, wast.ErrNoInstance), errors.Is(err, wast.ErrNoRuntime):
		return "what it calls"
	case errors.As(err, new(*component.LinkError)):
		return "a host"
	case errors.As(err, &decoding) && decoding.Feature != "":
		return decoding.Feature
	}
	for _, restriction := range wasmtimeOnly {
		if strings.Contains(err.Error(), restriction) {
			return "a restriction of wasmtime's own"
		}
	}
	return "a fix: " + err.Error()
}

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
