package validate

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// scriptBinaries returns the components of the scripts.
func scriptBinaries(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../../testdata/script/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var binaries [][]byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var commands []wast.Command
		if err := json.Unmarshal(text, &commands); err != nil {
			t.Fatal(err)
		}
		for _, c := range commands {
			if c.Source != nil && len(c.Source.Binary) > 0 {
				binaries = append(binaries, c.Source.Binary)
			}
		}
	}
	return binaries
}

// FuzzValidate wants no panic, no wild allocation, errors of the one type, and
// of what is valid a complete result.
func FuzzValidate(f *testing.F) {
	for _, binary := range scriptBinaries(f) {
		f.Add(binary)
	}
	f.Fuzz(func(t *testing.T, binary []byte) {
		syntax, err := componentbinary.Parse(binary)
		if err != nil {
			return
		}
		c, err := Validate(syntax, Config{Features: All()})
		var fault *componentbinary.Error
		switch {
		case errors.As(err, &fault):
			if fault.Offset < 0 || fault.Offset > len(binary) {
				t.Errorf("offset %d of %d: %v", fault.Offset, len(binary), err)
			}
		case err != nil:
			t.Errorf("%T: %v", err, err)
		default:
			complete(t, c)
			matchesItself(t, binary, c)
		}
	})
}

// matchesItself wants the type of a component to match that of the same one,
// validated again.
func matchesItself(t *testing.T, binary []byte, c *Component) {
	t.Helper()
	syntax, err := componentbinary.Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Validate(syntax, Config{Features: All()})
	if err != nil {
		t.Fatal(err)
	}
	err = NewMatcher().Match(componentExtern(c.Type), componentExtern(again.Type), nil)
	if err != nil && !strings.Contains(err.Error(), "references to defined types") && !strings.Contains(err.Error(), "too long") {
		t.Errorf("the type does not match itself: %v", err)
	}
}

func componentExtern(t *types.ComponentType) types.Extern {
	return types.Extern{Kind: types.ExternComponent, Component: t}
}

// complete wants an entry and a type for every step.
func complete(t *testing.T, c *Component) {
	if c.Type == nil || len(c.Nested) != len(c.Syntax.Components) || len(c.Embedded) != len(c.Syntax.Modules) ||
		len(c.Exports) != len(c.Syntax.Exports) || len(c.Type.Imports) != len(c.Syntax.Imports) {
		t.Fatal("the component is not complete")
	}
	for _, x := range c.Funcs {
		if x.Type == nil || (x.Origin.Kind == Defined) != (x.Canon != nil) {
			t.Errorf("function %+v", x)
		}
	}
	for _, x := range c.Types {
		if x.Value == nil && x.Func == nil && x.Component == nil && x.Instance == nil && x.Resource == nil {
			t.Errorf("type %+v", x)
		}
	}
	for _, x := range c.Instances {
		if x.Type == nil {
			t.Errorf("instance %+v", x)
		}
	}
	for _, x := range c.Components {
		if x.Type == nil {
			t.Errorf("component %+v", x)
		}
	}
	for _, x := range c.CoreModules {
		if x.Type == nil {
			t.Errorf("module %+v", x)
		}
	}
	for _, inner := range c.Nested {
		complete(t, inner)
	}
}
