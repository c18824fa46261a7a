package componenttest

import (
	"context"
	"fmt"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// An Instance is an instance of a guest in some runtime. One goroutine at a time
// uses it.
type Instance interface {
	// Call calls the function at a path of exports. The result is the zero Value
	// if it has none.
	Call(t *types.FuncType, path []string, args []types.Value) (types.Value, error)

	// Drop ends a handle of type own that the guest gave away.
	Drop(*types.Handle) error
}

// Ours is an instance in package component.
type Ours struct {
	ctx      context.Context
	instance *component.Instance
}

// Start makes an instance of a component whose host is h. It is closed when the
// test ends.
func Start(t testing.TB, c *component.Component, h *Host) *Ours {
	t.Helper()
	pre, err := h.Linker(c).Link(c)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.closing = true
		if err := instance.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if len(h.values) > 0 {
			t.Errorf("counters that nobody dropped: %v", h.values)
		}
	})
	return &Ours{t.Context(), instance}
}

// Call calls a function. The types that the instance knows are of the structure of
// the caller's, but for the resources: each instance has its own.
func (o *Ours) Call(_ *types.FuncType, path []string, args []types.Value) (types.Value, error) {
	f := o.instance.Func(path...)
	if f == nil {
		return types.Value{}, fmt.Errorf("no export %q", path)
	}
	return f.Call(o.ctx, args...)
}

// Drop ends a handle.
func (o *Ours) Drop(h *types.Handle) error { return o.instance.Drop(o.ctx, h) }
