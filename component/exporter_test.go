package component_test

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// TestExportVersions binds what an instance exports of an interface to another
// version of it.
func TestExportVersions(t *testing.T) {
	binary, err := os.ReadFile("../plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := component.Compile(t.Context(), newEngine(t), binary, component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var linker component.Linker
	linker.Define(returning(1), "acme:host/ask@1.0.0", "double")
	pre, err := linker.Link(c)
	if err != nil {
		t.Fatal(err)
	}
	i, err := pre.InstantiateWith(t.Context(), "its data")
	if err != nil {
		t.Fatal(err)
	}
	if i.Data() != "its data" {
		t.Errorf("data %v", i.Data())
	}
	for _, test := range []struct {
		name string
		ok   bool
	}{
		{"acme:math/ops@1.0.0", true}, {"acme:math/ops@1.3.0", true}, {"acme:math/ops@1", true},
		{"acme:math/ops@2.0.0", false}, {"acme:math/ops", false}, {"acme:math/other@1.0.0", false},
	} {
		e := component.NewExports(i, test.name)
		var add component.Export[struct{ A, B uint32 }, uint32]
		component.BindExport(e, &add, "add")
		err := e.Err()
		if test.ok != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), "the component does not export "+test.name+"; it has acme:math/ops@1.0.0") {
			t.Errorf("%s: %v", test.name, err)
		}
		if sum, err := add.Call(t.Context(), struct{ A, B uint32 }{1, 2}); test.ok != (err == nil && sum == 3) {
			t.Errorf("%s: 1 and 2 is %d, %v", test.name, sum, err)
		}
	}
}

// A sealed interface has a handle in one of its cases.
type (
	sealed      interface{ isSealed(sealedCases) }
	sealedCases struct {
		None sealedNone
		One  sealedOne
	}
	sealedNone struct{}
	sealedOne  struct{ Value []holding }
	holding    struct{ Holder *holder }
	holder     struct {
		Handle *types.Handle
		Owner  *component.Exports
	}
	ofHost interface {
		Drop(context.Context) error
		Read(context.Context) ([]byte, error)
	}
)

func (sealedNone) isSealed(sealedCases) {}
func (sealedOne) isSealed(sealedCases)  {}

// TestHolds finds the handles in Go types that belong to one instance.
func TestHolds(t *testing.T) {
	for _, test := range []struct {
		value any
		want  bool
	}{
		{new(int), false},
		{new(struct{ A []string }), false},
		{new(struct{ A *types.Handle }), true},
		{new([2]*holder), true},
		{new(sealed), true},
		{new(types.Maybe[[]sealed]), true},
		{new(types.Outcome[string, *holder]), true},
		{new(ofHost), false},
		{new(types.Maybe[ofHost]), false},
	} {
		if got := component.Holds(reflect.TypeOf(test.value).Elem()); got != test.want {
			t.Errorf("%T: %v, want %v", test.value, got, test.want)
		}
	}
}
