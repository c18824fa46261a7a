package wazero

import (
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestCompileForNames gives an import what it was compiled for, which makes no module
// to rename it, and something else.
func TestCompileForNames(t *testing.T) {
	r := newHostRig(t)
	i32 := []corewasm.ValueType{corewasm.I32}
	var b corewasm.Builder
	f := b.ImportFunc("", "0", nil, i32)
	b.Export("eight", corewasm.KindFunc, b.Func(nil, i32, nil, corewasm.Code{}.I32Const(8)))
	b.Export("call", corewasm.KindFunc, b.Func(nil, i32, nil, corewasm.Code{}.Call(f)))
	m, err := r.engine.CompileChecked(t.Context(), checked(t, b.Bytes(), engine.Limits{}), []string{"seven"})
	if err != nil {
		t.Fatal(err)
	}
	if name := m.Imports()[0].Name; name != "0" {
		t.Errorf("the import is called %s", name)
	}
	var from engine.Instance = r.host
	for _, test := range []struct {
		name    string
		want    uint64
		renamed int
	}{{"seven", 7, 0}, {"eight", 8, 1}} {
		i, err := m.Instantiate(t.Context(), []engine.Extern{{Instance: from, Name: test.name}}, engine.InstanceConfig{})
		if err != nil {
			t.Fatal(err)
		}
		stack := []uint64{0}
		if err := i.Func("call").Call(t.Context(), stack); err != nil || stack[0] != test.want {
			t.Errorf("%s: %d, %v", test.name, stack[0], err)
		}
		if n := len(i.(*Instance).renamed); n != test.renamed {
			t.Errorf("%s: %d modules were made to link it", test.name, n)
		}
		from = i
	}
}

func TestCompileForNamesCounts(t *testing.T) {
	r := newHostRig(t)
	for _, names := range [][]string{{}, {"a"}, {"a", "b", "c"}} {
		_, err := r.engine.CompileChecked(t.Context(), checked(t, lenderModule(false), engine.Limits{}), names)
		if err == nil || !strings.Contains(err.Error(), "names for 2 imports") {
			t.Errorf("%q: %v", names, err)
		}
	}
}

// checked is what the check of the module comes to.
func checked(t *testing.T, binary []byte, limits engine.Limits) *engine.Checked {
	t.Helper()
	module, err := engine.CheckModule(binary, limits)
	if err != nil {
		t.Fatal(err)
	}
	return module
}
