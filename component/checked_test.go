package component_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
)

// onePage and twoPages are memory sections. Limits of one page refuse the second,
// which no engine would notice when it compiles.
var (
	onePage  = []byte("\x05\x03\x01\x00\x01")
	twoPages = []byte("\x05\x03\x01\x00\x02")
	limits   = engine.Limits{MemoryBytes: engine.PageSize}
)

// A swapper is an engine that has the modules in binary grow before they are
// compiled, so that they would not pass a check any more.
type swapper struct {
	engine.Engine
	binary   []byte
	compiled int
}

func (s *swapper) CompileChecked(ctx context.Context, module *engine.Checked, names []string) (engine.Module, error) {
	s.compiled++
	copy(s.binary, bytes.ReplaceAll(s.binary, onePage, twoPages))
	return s.Engine.(engine.CheckedCompiler).CompileChecked(ctx, module, names)
}

// checkedOnce is how modules come through package component: what is read of the
// binary, and which of the modules in it are compiled.
var checkedOnce = []struct {
	name     string
	compiled int
}{
	{"$Instantiated", 1}, {"$InstantiatedTwice", 1}, {"$Unused", 1}, {"$Nested", 1}, {"$NeverInstantiated", 0},
	{"$Exported", 1}, {"$ExportedWithin", 1}, {"$Open", 1},
}

// TestCheckedOnce: no module is compiled that was not checked, and none is checked
// twice.
func TestCheckedOnce(t *testing.T) {
	compile := func(ctx context.Context, e engine.Engine, binary []byte) error {
		c, err := component.Compile(ctx, e, binary, component.Config{Limits: limits})
		if err != nil {
			return err
		}
		return c.Close(ctx)
	}
	for _, test := range checkedOnce {
		t.Run(test.name, func(t *testing.T) {
			binary := definition(t, "checked", test.name)
			expectChecked(t, binary, test.compiled, compile)
			_, err := component.Describe(bytes.ReplaceAll(binary, onePage, twoPages), limits)
			expectRefused(t, "described", err)
		})
	}
	t.Run("alone", func(t *testing.T) {
		binary := append([]byte("\x00asm\x01\x00\x00\x00"), onePage...)
		expectChecked(t, binary, 1, func(ctx context.Context, e engine.Engine, binary []byte) error {
			m, err := component.CompileModule(ctx, e, binary, limits)
			if err != nil {
				return err
			}
			return m.Close(ctx)
		})
	})
}

// expectChecked compiles a binary whose modules are within limits, and would be
// beyond them if they were looked at once more, and one whose modules are beyond
// them from the start.
func expectChecked(t *testing.T, binary []byte, compiled int, compile func(context.Context, engine.Engine, []byte) error) {
	t.Helper()
	if !bytes.Contains(binary, onePage) {
		t.Fatal("there is no module in it")
	}
	large := bytes.ReplaceAll(binary, onePage, twoPages)
	s := &swapper{Engine: newEngine(t), binary: bytes.Clone(binary)}
	if err := compile(t.Context(), s, s.binary); err != nil {
		t.Errorf("checked twice: %v", err)
	}
	if s.compiled != compiled {
		t.Errorf("%d modules were compiled, want %d", s.compiled, compiled)
	}
	never := &swapper{Engine: s.Engine}
	expectRefused(t, "compiled", compile(t.Context(), never, large))
	if never.compiled != 0 {
		t.Error("the engine was asked before the check")
	}
	expectRefused(t, "compiled by an engine that only knows binaries", compile(t.Context(), onlyEngine{s.Engine}, large))
}

func expectRefused(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "memory of 2 pages, and 1 are allowed") {
		t.Errorf("%s without a check: %v", what, err)
	}
}
