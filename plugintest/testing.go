package plugintest

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/plugin"
)

// Run runs the table in a file, each of its tests as a subtest of t. The table
// must say which module it tests.
func Run(t *testing.T, path string) {
	t.Helper()
	table, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if table.Module == "" {
		t.Fatalf("%s: it does not name the module that it tests", path)
	}
	binary, err := readFile(table.Module, maxContent)
	if err != nil {
		t.Fatal(err)
	}
	runner := Runner{CacheDir: t.TempDir()}
	err = runner.Run(t.Context(), table, binary, func(r Result) {
		t.Run(r.Test.Name, func(t *testing.T) {
			for _, line := range r.Output {
				t.Log(line)
			}
			for _, failure := range r.Failures {
				t.Errorf("%s:%d: %s", table.File, r.Test.Line, failure)
			}
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// Load loads the guest in a file for a test in Go, and closes it with the test.
// The zero options do; what the guest logs goes to slog.Default() as always.
func Load(t testing.TB, path string, options plugin.Options) *plugin.Plugin {
	t.Helper()
	binary, err := readFile(path, maxContent)
	if err != nil {
		t.Fatal(err)
	}
	hosts, closed, err := (&Runner{}).hosts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closed(); err != nil {
			t.Error(err)
		}
	})
	if options.Name == "" {
		options.Name = strings.TrimSuffix(filepath.Base(path), ".wasm")
	}
	p, err := plugin.New(t.Context(), hosts, binary, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return p
}
