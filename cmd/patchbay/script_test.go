package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/project"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"patchbay": main})
}

// TestScripts runs testdata/script: each script shows one behavior of the
// command. Besides the commands of testscript there are
//
//	exits CODE COMMAND ARG...  runs a command that ends with that exit code
//	interrupts [-after N] ARG...
//	                           runs patchbay, interrupts it once it has said N
//	                           lines, 1 by default, and wants it to end with 130;
//	                           what it wrote is in the file out
//	unhex FILE OUT             writes the bytes of FILE, which is hex with
//	                           comments behind #
//	cut N FILE OUT             writes the first N bytes of FILE
//	repeat N TEXT OUT          writes TEXT N times
//	blurred N IN OUT           wants OUT to be the picture IN, each pixel the mean
//	                           of the square of N pixels around it
//
// and $GUESTS, $COMPONENTS, $PICTURES and $WIT, the folders of the guests, of
// components, of the pictures and of binaries with WIT that ship with the
// repository. Conditions are wasm-clang, if there is a clang that makes WebAssembly, and env:NAME, if
// that variable is set; what cargo needs to know is handed on from it.
func TestScripts(t *testing.T) {
	guests, err := filepath.Abs("../../examples/guests")
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir() // one for all, so that each guest is compiled once
	commands := serverCommands()
	maps.Copy(commands, map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits":      exits,
		"interrupts": interrupts,
		"blurred":    blurred,
		"unhex":      unhex,
		"cut":        cutFile,
		"repeat":     repeat,
	})
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GUESTS", guests)
			env.Setenv("WIT", filepath.Join(filepath.Dir(guests), "..", "wit", "testdata", "decode"))
			env.Setenv("COMPONENTS", filepath.Join(filepath.Dir(guests), "..", "plugin", "testdata", "component"))
			env.Setenv("PICTURES", filepath.Join(filepath.Dir(guests), "pictures"))
			env.Setenv("PATCHBAY_CACHE_DIR", cache)
			env.Values["servers"] = servers{}
			handOn(env)
			return nil
		},
		Condition: condition,
		Cmds:      commands,
	})
}

// handOn gives a script what compilers find in the environment.
func handOn(env *testscript.Env) {
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err == nil {
		env.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "CARGO_") || strings.HasPrefix(name, "RUST") {
			env.Setenv(name, value)
		}
	}
}

func condition(name string) (bool, error) {
	if variable, ok := strings.CutPrefix(name, "env:"); ok {
		return os.Getenv(variable) != "", nil
	}
	if name != "wasm-clang" {
		return false, fmt.Errorf("no condition is called %q", name)
	}
	clang, err := project.Tool("clang")
	if err != nil {
		return false, nil
	}
	_, err = exec.Command(clang, "--target=wasm32-unknown-unknown", "-nostdlib", "-Wl,--no-entry", "-x", "c", "-o", os.DevNull, os.DevNull).Output()
	return err == nil, nil
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	checkExit(ts, want, ts.Exec(args[1], args[2:]...))
}

func checkExit(ts *testscript.TestScript, want int, err error) {
	got := 0
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func interrupts(ts *testscript.TestScript, _ bool, args []string) {
	if runtime.GOOS == "windows" {
		ts.Fatalf("interrupts: a process cannot be interrupted on windows; guard it with [!windows]")
	}
	after := 1
	if args[0] == "-after" {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		after, args = n, args[2:]
	}
	path, err := exec.LookPath("patchbay")
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "PATCHBAY_CACHE_DIR="+ts.Getenv("PATCHBAY_CACHE_DIR"))
	cmd.Dir = ts.MkAbs(".")
	out, err := os.Create(ts.MkAbs("out"))
	ts.Check(err)
	defer out.Close()
	cmd.Stdout = out
	talk, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewScanner(talk)
	for n := range after {
		if !lines.Scan() {
			ts.Fatalf("patchbay said %d lines: %v", n, lines.Err())
		}
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	last := lines.Text()
	for lines.Scan() {
		last = lines.Text()
	}
	_, err = ts.Stderr().Write([]byte(last + "\n"))
	ts.Check(err)
	checkExit(ts, exitInterrupt, cmd.Wait())
}

func unhex(ts *testscript.TestScript, _ bool, args []string) {
	var digits strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		line, _, _ = strings.Cut(line, "#")
		digits.WriteString(strings.Join(strings.Fields(line), ""))
	}
	bytes, err := hex.DecodeString(digits.String())
	ts.Check(err)
	write(ts, args[1], bytes)
}

func cutFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	write(ts, args[2], []byte(ts.ReadFile(args[1])[:n]))
}

func repeat(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	write(ts, args[2], []byte(strings.Repeat(args[1], n)))
}

func write(ts *testscript.TestScript, name string, contents []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), contents, 0o600))
}
