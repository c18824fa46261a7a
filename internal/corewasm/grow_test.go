package corewasm_test

import (
	"bytes"
	"slices"
	"testing"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestGrowIsReplaced looks for memory.grow and the call in its place in modules
// where it is replaced and where it is not.
func TestGrowIsReplaced(t *testing.T) {
	grow, call := Code{}.I32Const(300).Op(0x40, 0), Code{}.I32Const(300).Call(1) // after the tick
	for _, test := range []struct {
		name     string
		memory   bool
		asked    bool
		replaced bool
	}{
		{"asked for", true, true, true},
		{"not asked for", true, false, false},
		{"no memory", false, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			if test.memory {
				b.Memory(Limit(1))
			}
			b.Export("f", KindFunc, b.Func(nil, i32s, nil, grow))
			rewritten := rewrite(t, b.Bytes(), Options{Grow: test.asked, Unmetered: true})
			module, err := Parse(rewritten.Binary)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(rewritten.Binary, call) != test.replaced || bytes.Contains(rewritten.Binary, grow) == test.replaced {
				t.Errorf("% x", rewritten.Binary)
			}
			want := []string{"tick"}
			if test.replaced {
				want = append(want, GrowName)
				if of, ok := module.FuncType(1); !ok || !slices.Equal(of.Params, i32s) || !slices.Equal(of.Results, i32s) {
					t.Errorf("%s is of type %v", GrowName, of)
				}
			}
			var names []string
			for _, imported := range module.Imports {
				names = append(names, imported.Name)
			}
			if !slices.Equal(names, want) || module.Exports[0].Index != uint32(len(want)) || rewritten.Unneeded == test.replaced {
				t.Errorf("imports %v, export of function %d, unneeded %v", names, module.Exports[0].Index, rewritten.Unneeded)
			}
		})
	}
}
