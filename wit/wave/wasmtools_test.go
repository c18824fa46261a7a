package wave_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// TestWasmTools reads what wasm-tools has for its own WAVE: prints the same for
// what is right, and refuses what is wrong.
func TestWasmTools(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("PATCHBAY_WASM_TOOLS names no checkout of wasm-tools")
	}
	ui := filepath.Join(root, "crates/wasm-wave/tests/ui")
	functions := load(t, filepath.Join(ui, "ui.wit"))
	files, err := filepath.Glob(filepath.Join(ui, "*.waves"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".waves"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			calls := strings.Split(strings.TrimRight(strings.TrimSpace(string(text)), ";"), ";\n")
			if strings.HasPrefix(filepath.Base(file), "reject-") {
				reject(t, calls, functions)
				return
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".waves") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), accept(t, calls, functions)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

type finder func(name string) (*types.FuncType, error)

// load finds the functions of the only interface by all their names.
func load(t *testing.T, path string) finder {
	t.Helper()
	r, main, err := wit.Load(path, wit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	functions := make(map[string]*types.FuncType)
	var c wit.Types
	for _, i := range r.Interfaces {
		for _, f := range i.Functions {
			typ, err := c.Func(f)
			if err != nil {
				t.Fatal(err)
			}
			pkg := main.Name.Namespace + ":" + main.Name.Name
			for _, name := range []string{f.Name, i.Name + "." + f.Name, pkg + "/" + i.Name + "." + f.Name, pkg + "/" + i.Name + "." + f.Name + "@" + main.Name.Version} {
				functions[name] = typ
			}
		}
	}
	return func(name string) (*types.FuncType, error) {
		if f := functions[name]; f != nil {
			return f, nil
		}
		return nil, fmt.Errorf("there is no function %q", name)
	}
}

func accept(t *testing.T, calls []string, find finder) string {
	var out strings.Builder
	for _, call := range calls {
		for strings.HasPrefix(call, "//") {
			comment, rest, _ := strings.Cut(call, "\n")
			out.WriteString(comment + "\n")
			call = rest
		}
		name, args, err := wave.ParseCall(call, find)
		if err != nil {
			t.Fatalf("%s: %v", call, err)
		}
		f, _ := find(name)
		out.WriteString(name + "(")
		for i, arg := range args {
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(f.Params[i].Name + ": " + wave.Text(arg))
		}
		out.WriteString(")\n")
	}
	return out.String()
}

func reject(t *testing.T, calls []string, find finder) {
	for _, call := range calls {
		if name, args, err := wave.ParseCall(call, find); err == nil {
			t.Errorf("%s: accepted as %s %v", call, name, args)
		} else {
			t.Logf("%s: %v", call, err)
		}
	}
}
