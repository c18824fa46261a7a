package validate

import (
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
)

// TestMatchIsCheap compares functions while there are many resource types: a guest
// may import a hundred thousand of either.
func TestMatchIsCheap(t *testing.T) {
	bound := types.Substitution{}
	for range 10_000 {
		bound[new(types.ResourceType)] = new(types.ResourceType)
	}
	f := types.Extern{Kind: types.ExternFunc, Func: &types.FuncType{Params: []types.Param{{Name: "a", Type: types.U8.Type()}}}}
	other := types.Extern{Kind: types.ExternFunc, Func: &types.FuncType{}}
	m := NewMatcher()
	if err := m.Match(f, other, bound); err == nil {
		t.Error("another type does")
	}
	if n := testing.AllocsPerRun(100, func() {
		if err := m.Match(f, f, bound); err != nil {
			t.Error(err)
		}
	}); n > 10 {
		t.Errorf("%v allocations", n)
	}
	c := types.Extern{Kind: types.ExternComponent, Component: new(types.ComponentType)}
	if err := m.Match(c, c, nil); err != nil {
		t.Error(err)
	}
}
