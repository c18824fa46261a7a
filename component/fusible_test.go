package component

import (
	"testing"

	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestFusible: adapters do not look whether an instance was entered, so there are
// none where a destructor may lead back into one.
func TestFusible(t *testing.T) {
	// 0 is the root, 1 and 2 are in it, 3 is in 1, 4 is in 3.
	parents := []int{task.NoCaller, 0, 0, 1, 3}
	for _, test := range []struct {
		name             string
		dropper, definer int
		dtor             int
		imported, news   bool
		want             bool
	}{
		{name: "its own", dropper: 1, definer: 1, want: true},
		{name: "of one before it", dropper: 2, definer: 1, want: true},
		{name: "of one that it contains", dropper: 1, definer: 4, want: true},
		{name: "of the one around it", dropper: 3, definer: 1},
		{name: "of one around that", dropper: 4, definer: 0},
		{name: "without a destructor", dropper: 4, definer: 0, dtor: notGiven, want: true},
		{name: "of the host", dropper: 4, definer: 0, imported: true, want: true},
		{name: "made and not dropped", dropper: 4, definer: 0, news: true, want: true},
	} {
		p := &program{
			parents:   parents,
			resources: []resourcePlan{{instance: test.definer, dtor: test.dtor, imported: test.imported}},
			builtins:  []builtinPlan{{instance: test.dropper, drops: !test.news}},
		}
		if got := p.fusible(); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

// TestTags: exceptions end between components, so there are no adapters where
// guests throw.
func TestTags(t *testing.T) {
	for name, build := range map[string]func(*corewasm.Builder){
		"defines a tag": func(b *corewasm.Builder) { b.Tag(nil) },
		"imports a tag": func(b *corewasm.Builder) {
			b.Import("a", "b", corewasm.Desc{Kind: corewasm.KindTag, Type: b.Type(nil, nil)})
		},
		"": func(b *corewasm.Builder) { b.Memory(corewasm.Limit(1)) },
	} {
		var b corewasm.Builder
		build(&b)
		core, err := corewasm.Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := hasTags(core); got != (name != "") {
			t.Errorf("%q: %t", name, got)
		}
	}
}
