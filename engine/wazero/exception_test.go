package wazero_test

import (
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestLocalsOfHandlers has a guest change a local and throw within a try_table:
// the handler must see the change. The compiler of wazero 1.12 goes back to what
// the local was before (it is mended after that release), so it is not given such
// a guest.
func TestLocalsOfHandlers(t *testing.T) {
	var b corewasm.Builder
	tag := b.Tag(nil)
	i32 := []corewasm.ValueType{corewasm.I32}
	code := corewasm.Code{}.I32Const(1).LocalSet(0).
		Block().Op(0x1f, 0x40, 1, 2, 0). // try_table (catch_all 0)
		I32Const(2).LocalSet(0).Op(0x08).U32(tag).End().End().
		LocalGet(0)
	b.Export("run", corewasm.KindFunc, b.Func(nil, i32, i32, code))
	for _, mode := range []wazero.Mode{wazero.Interpreter, wazero.Compiler} {
		e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil && mode == wazero.Compiler {
			continue // there is none for this platform
		}
		defer e.Close(t.Context())
		m, err := e.Compile(t.Context(), b.Bytes(), engine.Limits{})
		if mode == wazero.Compiler {
			wantRefused(t, err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		i, err := m.Instantiate(t.Context(), nil, engine.InstanceConfig{})
		if err != nil {
			t.Fatal(err)
		}
		stack := make([]uint64, 1)
		if err := i.Func("run").Call(t.Context(), stack); err != nil || stack[0] != 2 {
			t.Errorf("mode %v: %d, %v, want 2", mode, stack[0], err)
		}
	}
}

func wantRefused(t *testing.T, err error) {
	t.Helper()
	const want = "section code: code[0]: local 0 is changed in try_table and needed by its handler at offset 0x31: the compiler of wazero 1.12 would forget the change; " +
		"run the module with the interpreter or engine/wasmtime, or build it without WebAssembly exceptions"
	var refused *engine.BinaryError
	if !errors.As(err, &refused) || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
