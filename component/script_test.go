package component_test

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
)

// scripts are ours; beside each stands its commands as JSON, with binaries for
// texts.
func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/script/*.wast")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return files
}

func convertedName(file string) string {
	return strings.TrimSuffix(file, ".wast") + ".json"
}

// TestScripts runs our own scripts, without the translator: each covers rules of
// decoding, validation or running, and refuses for the reason that it says. Calls
// between component instances go through adapters, and through Go.
func TestScripts(t *testing.T) {
	eng, err := coreEngine()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range scripts(t) {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			if n := runScript(t, file, onlyEngine{eng}, component.CompileWith); n == 0 && name == "adapters.wast" {
				t.Error("adapters have no functions")
			}
		})
		t.Run(name+"/apart", func(t *testing.T) {
			if n := runScript(t, file, eng, component.CompileApart); n != 0 {
				t.Errorf("adapters have %d functions", n)
			}
		})
	}
}

// runScript runs a script and returns how many functions adapters had.
func runScript(t *testing.T, file string, eng engine.Engine, compile compiler) int {
	t.Helper()
	run := newRuntime(t, standard())
	run.engine, run.compile = eng, compile
	defer run.finish()
	runner := wast.Runner{Check: checkWith(t, standard()), Runtime: run, Means: func(err error, message string) bool {
		return message != "" && strings.Contains(err.Error(), message)
	}}
	text, err := os.ReadFile(convertedName(file))
	if err != nil {
		t.Fatal(err)
	}
	var commands []wast.Command
	if err := json.Unmarshal(text, &commands); err != nil {
		t.Fatal(err)
	}
	for _, o := range runner.Run(commands) {
		if o.Err != nil {
			t.Errorf("%s:%d: %s: %v", file, o.Line, o.Verb, o.Err)
		}
	}
	return run.fused
}

// TestCompiledAdapters runs the script of calls between components once more, with
// the engine that compiles where there is one.
func TestCompiledAdapters(t *testing.T) {
	if runScript(t, "testdata/script/adapters.wast", newEngine(t), component.CompileWith) == 0 {
		t.Error("adapters have no functions")
	}
}

// TestScriptsAreConverted holds the converted scripts against the texts.
func TestScriptsAreConverted(t *testing.T) {
	translator := needTool(t)
	for _, file := range scripts(t) {
		want := encode(t, translated(t, translator, file))
		if *update {
			if err := os.WriteFile(convertedName(file), want, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(convertedName(file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not fresh (go test -update): %s", convertedName(file), diff)
		}
	}
}

// encode writes commands a line each.
func encode(t *testing.T, commands []wast.Command) []byte {
	t.Helper()
	var text bytes.Buffer
	text.WriteByte('[')
	for i, c := range commands {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('\n')
		text.Write(line)
	}
	text.WriteString("\n]\n")
	return text.Bytes()
}
