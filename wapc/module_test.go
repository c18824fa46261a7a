package wapc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// directs is a handler for the guest initializers.wat: what the initializer of
// that name shall do. Those that are not named do nothing.
func directs(orders map[string]string) bus.Handler {
	return bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{Payload: []byte(orders[inv.Operation])}, nil
	})
}

func TestInitializers(t *testing.T) {
	ctx := context.Background()
	inOrder := []string{"7 start", "7 _start", "7 _initialize", "7 wapc_init"}
	for _, test := range []struct {
		name   string
		orders map[string]string
		log    []string
	}{
		{"WP-02 WP-10 order, host calls", nil, inOrder},
		{"WP-04 exit with 0 in _start", map[string]string{"_start": "exit\x00"}, inOrder},
		{"WP-04 exit with 0 in all", map[string]string{"_start": "exit\x00", "_initialize": "exit\x00", "wapc_init": "exit\x00"}, inOrder},
		{"WP-10 no request", map[string]string{"_initialize": "request"}, []string{"7 start", "7 _start", "7 _initialize", "7 !!!!", "7 wapc_init"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			guest := r.start("initializers.wasm", directs(test.orders), engine.Limits{})
			if diff := cmp.Diff(test.log, r.log); diff != "" {
				t.Error(diff)
			}
			// WP-05: callable, with what the initializers left; and nothing that
			// they handed over shows in the first call.
			for range 2 {
				reply, err := guest.Call(ctx, "runs", nil)
				if err != nil || string(reply) != "\x04" {
					t.Errorf("%q, %v", reply, err)
				}
			}
		})
	}
	t.Run("WP-03 once per instance", func(t *testing.T) {
		r := newRig(t)
		module := r.link("initializers.wasm", nil, engine.Limits{})
		for id := range uint64(2) {
			guest, err := module.Instantiate(ctx, id+1, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := guest.Call(ctx, "runs", nil); err != nil {
				t.Error(err)
			}
		}
		want := strings.Fields("1-start 1-_start 1-_initialize 1-wapc_init 2-start 2-_start 2-_initialize 2-wapc_init")
		var got []string
		for _, line := range r.log {
			got = append(got, strings.Replace(line, " ", "-", 1))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFailingInitializers(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct {
		name   string
		orders map[string]string
		kind   engine.TrapKind
		text   []string
		ran    int
	}{
		{"WP-06 exit with 3", map[string]string{"_start": "exit\x03"}, engine.Exit, []string{"_start: guest exited with code 3"}, 2},
		{"WP-07 WP-27 trap", map[string]string{"_initialize": "trap"}, engine.Unreachable, []string{"_initialize: unreachable", "said: _initialize"}, 3},
		{"WP-07 trap in wapc_init", map[string]string{"wapc_init": "trap"}, engine.Unreachable, []string{"wapc_init: unreachable"}, 4},
		{"trap in the start function", map[string]string{"start": "trap"}, engine.Unreachable, []string{"start function: ", "unreachable", "said: start"}, 1},
		{"exit with 0 in the start function", map[string]string{"start": "exit\x00"}, engine.Exit, []string{"start function: "}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			guest, err := r.link("initializers.wasm", directs(test.orders), engine.Limits{}).Instantiate(ctx, 7, nil)
			if guest != nil {
				t.Error("there is an instance")
			}
			wantTrap(t, err, test.kind, test.text...)
			if len(r.log) != test.ran {
				t.Errorf("what ran: %q", r.log)
			}
		})
	}
	t.Run("canceled", func(t *testing.T) {
		canceled, cancel := context.WithCancel(ctx)
		cancel()
		_, err := newRig(t).link("initializers.wasm", nil, engine.Limits{}).Instantiate(canceled, 7, nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
}

func TestNotModules(t *testing.T) {
	r := newRig(t)
	whole, err := os.ReadFile("testdata/echo.wasm")
	if err != nil {
		t.Fatal(err)
	}
	binaries := map[string][]byte{"nothing": {}, "text": []byte("This is not a module.")}
	// The sections after the code, of which the first holds data, may be missing.
	data := bytes.Index(whole, []byte("binding")) - 8
	for n := 1; n < data; n++ {
		binaries[fmt.Sprintf("the first %d bytes", n)] = whole[:n]
	}
	for name, binary := range binaries {
		module, err := r.engine.Compile(context.Background(), binary, engine.Limits{})
		if err == nil {
			_, err = r.host.Link(module, wapc.Config{})
		}
		if err == nil {
			t.Errorf("WP-01 %s: no error", name)
		}
	}
}

func TestNoMemory(t *testing.T) {
	ctx := context.Background()
	guest := newRig(t).start("nomemory.wasm", nil, engine.Limits{})
	t.Run("WP-13 what needs the memory fails the call", func(t *testing.T) {
		_, err := guest.Call(ctx, "op", nil)
		wantTrap(t, err, engine.MemoryBounds, `__console_log: text`, `no memory named "memory"`)
	})
	t.Run("WP-13 WP-14 a subset of the functions, and no memory needed", func(t *testing.T) {
		if _, err := guest.Call(ctx, "", nil); err != nil {
			t.Error(err)
		}
		if size := guest.MemorySize(); size != 0 {
			t.Errorf("%d bytes of memory", size)
		}
	})
}

// A fakeModule is a module of which only imports and exports count.
type fakeModule struct {
	engine.Module
	imports []engine.Import
	exports []engine.Export
}

func (m fakeModule) Imports() []engine.Import { return m.imports }
func (m fakeModule) Exports() []engine.Export { return m.exports }

// exports returns exports of functions: names, and types as a letter for each
// parameter, ">" and a letter for each result.
func exports(namesAndTypes ...string) []engine.Export {
	var out []engine.Export
	for i := 0; i < len(namesAndTypes); i += 2 {
		out = append(out, engine.Export{Name: namesAndTypes[i], Type: function(namesAndTypes[i+1])})
	}
	return out
}

func function(text string) engine.ExternType {
	params, results, _ := strings.Cut(text, ">")
	return engine.ExternType{Kind: engine.KindFunc, Func: engine.FuncType{Params: types(params), Results: types(results)}}
}

func types(letters string) []engine.ValueType {
	var out []engine.ValueType
	for _, letter := range letters {
		out = append(out, map[rune]engine.ValueType{'i': engine.I32, 'l': engine.I64, 'd': engine.F64}[letter])
	}
	return out
}

func TestLinkExports(t *testing.T) {
	r := newRig(t)
	memory := engine.ExternType{Kind: engine.KindMemory, Memory: engine.MemoryType{Min: 1}}
	for _, test := range []struct {
		name    string
		exports []engine.Export
		want    string // of the error; empty: none
	}{
		{"WP-08 missing", exports("_start", ">"), "does not export __guest_call"},
		{"WP-09 other type", exports("__guest_call", "il>i"), "export __guest_call has type (i32, i64) -> (i32), not (i32, i32) -> (i32)"},
		{"WP-09 no result", exports("__guest_call", "ii>"), "export __guest_call has type"},
		{"WP-09 not a function", []engine.Export{{Name: "__guest_call", Type: memory}}, "export __guest_call is a memory"},
		{"WP-11 _start", exports("__guest_call", "ii>i", "_start", ">i"), "initializer: export _start has type () -> (i32), not () -> ()"},
		{"WP-11 _initialize", exports("__guest_call", "ii>i", "_initialize", "i>"), "initializer: export _initialize has type"},
		{"WP-11 wapc_init", []engine.Export{exports("__guest_call", "ii>i")[0], {Name: "wapc_init", Type: memory}}, "initializer: export wapc_init is a memory"},
		{"WP-13 memory is a function", exports("__guest_call", "ii>i", "memory", ">"), "export memory is a func, not a memory"},
		{"enough", exports("__guest_call", "ii>i"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := r.host.Link(fakeModule{exports: test.exports}, wapc.Config{})
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestLinkImports(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	nothing := func(context.Context, engine.Instance, []uint64) error { return nil }
	other, err := r.engine.Host(ctx, engine.HostFunc{Name: "mine", Call: nothing}, engine.HostFunc{Name: "abort", Call: nothing})
	if err != nil {
		t.Fatal(err)
	}
	provided := map[string]engine.Instance{"env": other, "more": other}
	for _, test := range []struct {
		name     string
		module   string
		function string
		of       string
		want     string // of the error; empty: none
	}{
		{"", "wapc", "__host_call", "iiiiiiii>i", ""},
		{"arity 6", "wapc", "__host_call", "iiiiii>i", ""},
		{"arity 4", "wapc", "__host_call", "iiii>i", ""},
		{"arity 5", "wapc", "__host_call", "iiiii>i", "import wapc.__host_call"},
		{"", "wapc", "__console_log", "ii>", ""},
		{"", "wapc", "__guest_request", "ii>", ""},
		{"", "wapc", "__guest_response", "ii>", ""},
		{"", "wapc", "__guest_error", "ii>", ""},
		{"", "wapc", "__host_response", "i>", ""},
		{"", "wapc", "__host_response_len", ">i", ""},
		{"", "wapc", "__host_error", "i>", ""},
		{"", "wapc", "__host_error_len", ">i", ""},
		{"", "env", "abort", "iiii>", ""},
		{"", "env", "trace", "iiddddd>", ""},
		{"", "env", "seed", ">d", ""},
		{"", "env", "__console_log", "ii>", ""},
		{"provided", "more", "mine", ">", ""},
		{"provided beside ours", "env", "mine", ">", ""},
		{"ours comes first", "env", "abort", ">", "import env.abort func () -> (): its type is (i32, i32, i32, i32) -> ()"},
		{"near", "wapc", "__guest_respons", "ii>", "the contract has wapc.__guest_response"},
		{"near in another module", "wapc", "abort", "iiii>", "the contract has env.abort"},
		{"near with another name", "env", "console_log", "ii>", "the contract has env.__console_log"},
		{"neither", "env", "memset", "iii>", `module "env" has no such export`},
		{"no such module", "wasi_snapshot_preview1", "fd_write", "iiii>i", `nothing provides module "wasi_snapshot_preview1"`},
	} {
		t.Run("WP-12 "+strings.TrimSpace(test.name+" "+test.module+"."+test.function), func(t *testing.T) {
			imports := []engine.Import{{Module: test.module, Name: test.function, Type: function(test.of)}}
			_, err := r.host.Link(fakeModule{imports: imports, exports: exports("__guest_call", "ii>i")}, wapc.Config{Provided: provided})
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var link *engine.LinkError
			if !errors.As(err, &link) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	t.Run("WP-12 all at once", func(t *testing.T) {
		imports := []engine.Import{
			{Module: "wapc", Name: "nothing like it", Type: function(">")},
			{Module: "wapc", Name: "__guest_error", Type: function("ii>")},
			{Module: "", Name: "", Type: function(">")},
			{Module: "wapc", Name: strings.Repeat("x", 1000), Type: function(">")},
		}
		_, err := r.host.Link(fakeModule{imports: imports, exports: exports("__guest_call", "ii>i")}, wapc.Config{})
		var link *engine.LinkError
		if !errors.As(err, &link) || len(link.Unmet) != 3 {
			t.Errorf("error %v, want three unmet imports", err)
		}
	})
}

func TestRecognize(t *testing.T) {
	imports := func(module string) []engine.Import {
		return []engine.Import{{Module: "wasi_snapshot_preview1", Name: "fd_write"}, {Module: module, Name: "x"}}
	}
	for _, test := range []struct {
		name    string
		imports []engine.Import
		exports []engine.Export
		want    bool
	}{
		{"imports from wapc", imports("wapc"), nil, true},
		{"exports __guest_call", nil, exports("memory", ">", "__guest_call", ">"), true},
		{"both", imports("wapc"), exports("__guest_call", "ii>i"), true},
		{"imports from elsewhere", imports("env"), exports("_start", ">"), false},
		{"nothing", nil, nil, false},
	} {
		if got := wapc.Recognize(test.imports, test.exports); got != test.want {
			t.Errorf("E.1 %s: %v", test.name, got)
		}
	}
}
