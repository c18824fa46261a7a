package componenttest

import (
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit"
)

// The interfaces that the guests export, and relays import.
const (
	Echo     = "patchbay:kinds/echo@1.0.0"
	Counters = "patchbay:kinds/counters@1.0.0"
)

// A World is what the guests' WIT says: the functions of its two interfaces by
// their names, and a resource type that stands for their counters.
type World struct {
	Echo, Counters map[string]*types.FuncType
	Counter        component.Resource
}

// ReadWorld reads kinds.wit in a folder.
func ReadWorld(t testing.TB, folder string) *World {
	t.Helper()
	_, p, err := wit.Load(filepath.Join(folder, "kinds.wit"), wit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Counter: component.Resource{Name: "counter"}}
	c := wit.Types{Resources: map[*wit.TypeDef]*types.ResourceType{
		p.Interface("counters").Type("counter"): w.Counter.Type(),
	}}
	w.Echo, w.Counters = functions(t, &c, p.Interface("echo")), functions(t, &c, p.Interface("counters"))
	return w
}

func functions(t testing.TB, c *wit.Types, from *wit.Interface) map[string]*types.FuncType {
	t.Helper()
	all := map[string]*types.FuncType{}
	for _, f := range from.Functions {
		typ, err := c.Func(f)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = typ
	}
	return all
}
