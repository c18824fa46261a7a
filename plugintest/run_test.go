package plugintest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/plugintest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestRun(t *testing.T) { plugintest.Run(t, "testdata/greet.toml") }

func TestRunTube(t *testing.T) { plugintest.Run(t, "testdata/tube.toml") }

// TestFailures holds what is said of tests that fail to a golden file.
func TestFailures(t *testing.T) {
	var b strings.Builder
	run(t, "testdata/fails.toml", func(r plugintest.Result) {
		if len(r.Failures) == 0 {
			t.Errorf("%s passes", r.Test.Name)
		}
		fmt.Fprintf(&b, "%d: %s\n", r.Test.Line, r.Test.Name)
		for _, failure := range r.Failures {
			fmt.Fprintf(&b, "%s\n", failure)
		}
		b.WriteString("\n")
	})
	golden(t, "testdata/fails.golden", b.String())
}

func run(t *testing.T, path string, report func(plugintest.Result)) {
	t.Helper()
	table, err := plugintest.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(table.Module)
	if err != nil {
		t.Fatal(err)
	}
	if err := new(plugintest.Runner).Run(t.Context(), table, binary, report); err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// TestTraps tells the traps of the guest "faults" apart.
func TestTraps(t *testing.T) {
	const text = `
module = "../examples/guests/%s"
timeout = "%s"
[[test]]
name = "traps"
operation = "%s"
trap = "%s"
`
	for _, test := range []struct {
		guest, operation, timeout, trap string
		want                            string // a part of the first failure; "" if the test passes
	}{
		{"faults.wasm", "unreachable", "30s", "unreachable", ""},
		{"faults.wasm", "unreachable", "30s", "any", ""},
		{"faults.wasm", "unreachable", "30s", "deadline", "the trap is unreachable, expected was deadline"},
		{"spin.wasm", "spin", "20ms", "deadline", ""},
		{"spin.wasm", "spin", "20ms", "unreachable", "\n    at spin_forever"},
	} {
		t.Run(test.guest+" "+test.trap, func(t *testing.T) {
			table, err := plugintest.Parse("table.toml", fmt.Appendf(nil, text, test.guest, test.timeout, test.operation, test.trap))
			if err != nil {
				t.Fatal(err)
			}
			binary, err := os.ReadFile(table.Module)
			if err != nil {
				t.Fatal(err)
			}
			err = new(plugintest.Runner).Run(t.Context(), table, binary, func(r plugintest.Result) {
				if got := strings.Join(r.Failures, "\n"); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNotAGuest: what cannot be loaded is the error of Run, not of a test.
func TestNotAGuest(t *testing.T) {
	table := &plugintest.Table{Tests: []plugintest.Test{{Name: "x", Operation: "x"}}}
	err := new(plugintest.Runner).Run(t.Context(), table, []byte("no wasm"), func(plugintest.Result) { t.Error("a test ran") })
	if binary := new(engine.BinaryError); !errors.As(err, &binary) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = new(plugintest.Runner).Run(ctx, table, []byte("no wasm"), func(plugintest.Result) { t.Error("a test ran") })
	if err == nil {
		t.Error("no error although the context has ended")
	}
}

func TestLoad(t *testing.T) {
	p := plugintest.Load(t, "../examples/guests/greet-c.wasm", plugin.Options{})
	reply, err := p.Call(t.Context(), "echo", []byte("hello"))
	if err != nil || string(reply) != "hello" {
		t.Errorf("got %q, %v", reply, err)
	}
	if p.Name() != "greet-c" {
		t.Errorf("the name is %q", p.Name())
	}
}

func TestParseErrors(t *testing.T) {
	const head = "[[test]]\nname = 'x'\noperation = 'y'\n"
	for _, test := range []struct{ text, want string }{
		{"", "t.toml:1:1: there is no [[test]]"},
		{"modul = 'x'", `t.toml:1:1: unknown key "modul"; did you mean "module"?`},
		{"[[test]]\noperation = 'y'", "t.toml:1:3: the test has no name"},
		{"[[test]]\nname = 'y'", "t.toml:1:3: the test has no operation"},
		{head + head, `t.toml:5:8: there is another test with the name "x"`},
		{head + "reply = ''\nerror = ''", "t.toml:5:9: a call ends with a reply or with an error"},
		{head + "reply = ''\nreply_hex = ''", "t.toml:5:13: reply is given as well"},
		{head + "reply = ''\ntrap = 'any'", "t.toml:5:8: a call that traps has neither reply nor error"},
		{head + "trap = 'unreachabel'", `t.toml:4:8: no trap is called "unreachabel"; did you mean "unreachable"?`},
		{head + "trap = ''", `t.toml:4:8: no trap is called ""`},
		{head + "reply_json = '{'", "t.toml:4:14: this is no JSON: unexpected EOF"},
		{head + "reply_json = '{} {}'", "t.toml:4:14: this is no JSON: more follows after the end of the document"},
		{head + "payload_hex = '0g'", "t.toml:4:15: this is not hexadecimal: invalid byte: U+0067 'g'"},
		{head + "payload_file = '../x'", "t.toml:4:16: a file is named by its path below the folder of the table"},
		{head + "payload_file = 'none'", "t.toml:4:16: stat none: no such file or directory"},
		{head + "payload_file = '.'", "t.toml:4:16: read .: it is a folder"},
		{head + "[[test.host]]\nreply = ''\nerror = ''", "t.toml:6:9: the host answers with a reply or with an error"},
		{head + "[[test.host]]\nreply_file = '/x'", "t.toml:5:14: a file is named by its path below the folder of the table"},
	} {
		_, err := plugintest.Parse("t.toml", []byte(test.text))
		if err == nil {
			t.Errorf("%q: no error", test.text)
			continue
		}
		if first, _, _ := strings.Cut(err.Error(), "\n"); filepath.ToSlash(first) != test.want && !strings.Contains(test.want, "stat none") {
			t.Errorf("%q:\n got %s\nwant %s", test.text, first, test.want)
		}
		if at := new(plugintest.Error); !errors.As(err, &at) {
			t.Errorf("%q: %T is no Error", test.text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/greet.toml", "testdata/fails.toml"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := plugintest.Parse("testdata/x.toml", text)
		if err != nil {
			_ = err.Error()
			return
		}
		for _, test := range table.Tests {
			if test.Name == "" || test.Line == 0 {
				t.Errorf("%+v", test)
			}
		}
	})
}
