package corewasm_test

import (
	"bytes"
	"slices"
	"testing"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestWaitsAreReplaced looks for memory.atomic.wait32 and the call in its place
// in modules where it is replaced and where it is not.
func TestWaitsAreReplaced(t *testing.T) {
	instruction := func(align byte) Code { return Code{}.Op(0xfe, 0x01, align).U32(300) }
	call := Code{}.I32Const(300).Call(2) // after the tick and notify
	for _, test := range []struct {
		name     string
		shared   bool
		align    byte
		replaced bool
	}{
		{"shared", true, 2, true},
		{"not shared", false, 2, false},
		{"wrong alignment", true, 3, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			b.Memory(Limits{Min: 1, Max: 2, HasMax: true, Shared: test.shared})
			wait := instruction(test.align)
			b.Export("f", KindFunc, b.Func(nil, i32s, nil, Code{}.I32Const(0).I32Const(0).I64Const(0).Op(wait...)))
			binary := rewrite(t, b.Bytes(), Options{Slice: 1, Waits: true}).Binary
			if bytes.Contains(binary, call) != test.replaced || bytes.Contains(binary, wait) == test.replaced {
				t.Errorf("% x", binary)
			}
			module, err := Parse(binary)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, imported := range module.Imports {
				names = append(names, imported.Name)
			}
			want := []string{"tick"}
			if test.shared {
				want = append(want, WaitNames()...)
			}
			if !slices.Equal(names, want) || module.Exports[0].Index != uint32(len(want)) {
				t.Errorf("imports %v, export of function %d", names, module.Exports[0].Index)
			}
		})
	}
}
