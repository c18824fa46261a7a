package plugin_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

var i32 = []corewasm.ValueType{corewasm.I32}

// A sketch changes a module that is a waPC guest as it is.
type sketch func(b *corewasm.Builder)

func sketched(draw sketch) []byte {
	var b corewasm.Builder
	draw(&b)
	return b.Bytes()
}

// guestCall exports a __guest_call that does nothing and reports success.
func guestCall(b *corewasm.Builder) {
	f := b.Func([]corewasm.ValueType{corewasm.I32, corewasm.I32}, i32, nil, corewasm.Code{}.I32Const(1))
	b.Export("__guest_call", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
}

// exporting exports a function of no parameters and no results.
func exporting(name string) sketch {
	return func(b *corewasm.Builder) { b.Export(name, corewasm.KindFunc, b.Func(nil, nil, nil, nil)) }
}

// importing imports a function and is a guest besides.
func importing(module, name string) []byte {
	return sketched(func(b *corewasm.Builder) {
		b.ImportFunc(module, name, i32, nil)
		guestCall(b)
	})
}

func TestBadModules(t *testing.T) {
	tests := []struct {
		name   string
		binary []byte
		wants  []string // in the error
	}{
		{"nothing", nil, []string{"load bad.wasm: "}},
		{"text", []byte("func main() {}\n"), []string{"load bad.wasm: "}},
		{"web page", []byte("<!DOCTYPE html><html>not found</html>"), []string{"load bad.wasm: "}},
		{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), []string{"load bad.wasm: "}},
		{"half a component", []byte("\x00asm\x0d\x00\x01\x00\x07\x05"), []string{"section type", "0x9"}},
		{"empty module", []byte("\x00asm\x01\x00\x00\x00"), []string{"imports from wapc", "__guest_call", "imports from nothing", "exports nothing"}},
		{"library", sketched(exporting("add")), []string{"__guest_call", "exports add"}},
		{"command", sketched(exporting("_start")), []string{"WASI command", "patchbay run"}},
		{"bus", sketched(func(b *corewasm.Builder) { b.ImportFunc("wasix_32v1", "bus_poll", i32, i32) }), []string{"bus", "waPC"}},
		{"old bus", sketched(func(b *corewasm.Builder) { b.ImportFunc("wasm-bus", "poll", i32, i32) }), []string{"bus", "waPC"}},
		{"wapc without export", sketched(func(b *corewasm.Builder) { b.ImportFunc("wapc", "__host_response", i32, nil) }), []string{"__guest_call"}},
		{"wrong type", sketched(exporting("__guest_call")), []string{"__guest_call", "() -> ()", "(i32, i32) -> (i32)"}},
		{"wrong kind", sketched(func(b *corewasm.Builder) {
			b.Export("__guest_call", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
		}), []string{"__guest_call", "memory"}},
		{"wrong initializer", sketched(func(b *corewasm.Builder) {
			guestCall(b)
			b.Export("wapc_init", corewasm.KindFunc, b.Func(i32, nil, nil, nil))
		}), []string{"wapc_init", "(i32) -> ()"}},
		{"emscripten", importing("env", "emscripten_notify_memory_growth"), []string{"env.emscripten_notify_memory_growth", "-sSTANDALONE_WASM"}},
		{"undefined", importing("env", "puts"), []string{"env.puts", "undefined"}},
		{"wasix", importing("wasix_32v1", "thread_spawn"), []string{"wasix_32v1.thread_spawn", "bus contract"}},
		{"sockets", importing("wasi_snapshot_preview1", "sock_open"), []string{"sock_open", "cannot open sockets"}},
		{"preview 2", importing("wasi:clocks/wall-clock@0.2.0", "now"), []string{"WASI 0.2", "wasm32-wasip1"}},
		{"go", importing("gojs", "runtime.wasmExit"), []string{"GOOS=wasip1"}},
		{"bindgen", importing("__wbindgen_placeholder__", "__wbindgen_throw"), []string{"wasm-bindgen"}},
		{"no such wapc function", importing("wapc", "__host_cal"), []string{"wapc.__host_cal", "wapc.__host_call"}},
		{"rude names", importing("a\nb", strings.Repeat("n", 1000)), []string{`"a\nb"`}},
	}
	hosts := newHosts(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := plugin.New(t.Context(), hosts, tt.binary, plugin.Options{Name: "bad.wasm"})
			if err == nil {
				_ = p.Close(t.Context())
				t.Fatal("loaded")
			}
			for _, want := range tt.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if !strings.HasPrefix(err.Error(), "load bad.wasm: ") || len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("unfit for a log: %q", err)
			}
		})
	}
}

func TestErrorTypes(t *testing.T) {
	hosts := newHosts(t)
	load := func(binary []byte, options plugin.Options) error {
		_, err := plugin.New(t.Context(), hosts, binary, options)
		return err
	}
	var binary *engine.BinaryError
	if err := load([]byte("text"), plugin.Options{}); !errors.As(err, &binary) {
		t.Errorf("text: %v", err)
	}
	var unsupported *plugin.UnsupportedError
	if err := load(sketched(guestCall), plugin.Options{Contract: plugin.Component}); !errors.As(err, &unsupported) || unsupported.Contract != plugin.Component {
		t.Errorf("declared a component: %v", err)
	}
	if err := load(sketched(guestCall), plugin.Options{Contract: plugin.Bus}); !errors.As(err, &unsupported) || unsupported.Contract != plugin.Bus {
		t.Errorf("declared a program of the bus: %v", err)
	}
	if err := load(sketched(guestCall), plugin.Options{Contract: "cable"}); !errors.As(err, &unsupported) {
		t.Errorf("declared a cable: %v", err)
	}
	var unknown *plugin.UnknownError
	if err := load(sketched(exporting("add")), plugin.Options{}); !errors.As(err, &unknown) {
		t.Errorf("library: %v", err)
	}
	var unmet *engine.LinkError
	if err := load(importing("env", "puts"), plugin.Options{}); !errors.As(err, &unmet) || len(unmet.Unmet) != 1 {
		t.Errorf("import: %v", err)
	}
}

// TestDeclaredContractWins loads as a waPC guest what looks like a command.
func TestDeclaredContractWins(t *testing.T) {
	_, err := plugin.New(t.Context(), newHosts(t), sketched(exporting("_start")), plugin.Options{Contract: plugin.WaPC})
	if err == nil || !strings.Contains(err.Error(), "__guest_call") {
		t.Errorf("got %v", err)
	}
}

// TestEveryPrefix cuts modules short everywhere. Some of it is a module all the
// same, when it ends between sections: without its data or its names.
func TestEveryPrefix(t *testing.T) {
	hosts := newHosts(t)
	for _, name := range []string{"echo4m.wasm", "greet-c.wasm"} {
		binary, loaded := guestBinary(t, name), 0
		for n := range binary {
			p, err := plugin.New(context.Background(), hosts, binary[:n], plugin.Options{Name: "prefix"})
			if err != nil {
				continue
			}
			loaded++
			_, err = p.Call(context.Background(), "echo", []byte("x"))
			var guest *wapc.GuestError
			if err != nil && engine.AsTrap(err) == nil && !errors.As(err, &guest) {
				t.Errorf("%s: the first %d bytes: %v", name, n, err)
			}
			if err := p.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}
		if most := 5; loaded > most {
			t.Errorf("%s: %d prefixes loaded", name, loaded)
		}
	}
}
