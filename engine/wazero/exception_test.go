package wazero_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestLocalsOfHandlers has a guest change a local and throw within a try_table:
// the handler must see the change. The compiler of wazero 1.12 goes back to what
// the local was before (it is mended after that release), and the package comment
// says so. When this fails for the compiler, take the note away.
func TestLocalsOfHandlers(t *testing.T) {
	var b corewasm.Builder
	tag := b.Tag(nil)
	i32 := []corewasm.ValueType{corewasm.I32}
	code := corewasm.Code{}.I32Const(1).LocalSet(0).
		Block().Op(0x1f, 0x40, 1, 2, 0). // try_table (catch_all 0)
		I32Const(2).LocalSet(0).Op(0x08).U32(tag).End().End().
		LocalGet(0)
	b.Export("run", corewasm.KindFunc, b.Func(nil, i32, i32, code))
	for mode, want := range map[wazero.Mode]uint64{wazero.Interpreter: 2, wazero.Compiler: 1} {
		e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil && mode == wazero.Compiler {
			continue // there is none for this platform
		}
		defer e.Close(t.Context())
		m, err := e.Compile(t.Context(), b.Bytes(), engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		i, err := m.Instantiate(t.Context(), nil, engine.InstanceConfig{})
		if err != nil {
			t.Fatal(err)
		}
		stack := make([]uint64, 1)
		if err := i.Func("run").Call(t.Context(), stack); err != nil || stack[0] != want {
			t.Errorf("mode %v: %d, %v, want %d", mode, stack[0], err, want)
		}
	}
}
