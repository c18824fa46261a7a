package p1_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/wasi"
)

// testsuiteVariable names a checkout of WebAssembly/wasi-testsuite, of its branch
// prod/testsuite-base, which has the programs compiled.
const testsuiteVariable = "PATCHBAY_WASI_TESTSUITE"

// notYet are the programs of the testsuite that do not pass, each with why. It
// only gets shorter.
var notYet = map[string]string{}

// hostModes makes programs of the testsuite that use files strict about the
// errors of the host; without, they take those of any host.
var hostModes = map[string][]string{
	"linux":   {"ERRNO_MODE_UNIX=1"},
	"windows": {"ERRNO_MODE_WINDOWS=1", "NO_RENAME_DIR_TO_EMPTY_DIR=1"},
}

// A program is a test of the testsuite, as its JSON file describes it
// (doc/specification.md, legacy form).
type program struct {
	Args     []string          `json:"args"`
	Env      map[string]string `json:"env"`
	Root     string            `json:"root"`
	ExitCode uint32            `json:"exit_code"`
	Stdout   string            `json:"stdout"`
	Stderr   string            `json:"stderr"`
}

func TestTestsuite(t *testing.T) {
	checkout := os.Getenv(testsuiteVariable)
	if checkout == "" {
		t.Skipf("not run: %s names no checkout of WebAssembly/wasi-testsuite (branch prod/testsuite-base)", testsuiteVariable)
	}
	files, err := filepath.Glob(filepath.Join(checkout, "tests", "*", "testsuite", "wasm32-wasip1", "*.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s: there are no programs for preview 1 in %s", testsuiteVariable, checkout)
	}
	h := newHost(t)
	passed := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".wasm")
		t.Run(name, func(t *testing.T) {
			reason, listed := notYet[name]
			err := runProgram(t, h, file)
			switch {
			case err == nil && listed:
				t.Errorf("it passes; take it out of notYet (%s)", reason)
			case err == nil:
				passed++
			case listed:
				t.Logf("not yet: %s: %v", reason, err)
			default:
				t.Error(err)
			}
		})
	}
	t.Logf("%d of %d programs of the testsuite pass", passed, len(files))
}

// runProgram runs one program and compares what it did with what it should do.
func runProgram(t *testing.T, h *host, file string) error {
	t.Helper()
	var want program
	description, err := os.ReadFile(strings.TrimSuffix(file, ".wasm") + ".json")
	if err == nil {
		err = json.Unmarshal(description, &want)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var stdout, stderr bytes.Buffer
	config := wasi.Config{
		Args:   append([]string{filepath.Base(file)}, want.Args...),
		Stdout: &stdout, Stderr: &stderr,
	}
	for name, value := range want.Env {
		config.Env = append(config.Env, name+"="+value)
	}
	if want.Root != "" {
		config.Env = append(config.Env, hostModes[runtime.GOOS]...)
		folder := t.TempDir()
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(filepath.Dir(file), want.Root))); err != nil {
			return err
		}
		config.Preopens = []wasi.Preopen{{Name: "/", Root: openRoot(t, folder), Writable: true}}
	}
	code, err := h.run(t, file, config)
	switch {
	case err != nil:
		return errors.New(err.Error() + "\n" + stderr.String())
	case code != want.ExitCode:
		t.Logf("stderr: %s", stderr.String())
		return &mismatch{"exit code", code, want.ExitCode}
	case want.Stdout != "" && stdout.String() != want.Stdout:
		return &mismatch{"stdout", stdout.String(), want.Stdout}
	case want.Stderr != "" && stderr.String() != want.Stderr:
		return &mismatch{"stderr", stderr.String(), want.Stderr}
	}
	return nil
}
