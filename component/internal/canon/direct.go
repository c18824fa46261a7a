package canon

import (
	"context"

	"github.com/patchbay-go/patchbay/engine"
)

// Direct returns a built-in or lowered function as one that can be called without
// a core module between: where a component lifts it, or uses it as an option.
func Direct(f engine.HostFunc, t *Tree) engine.Func { return direct{f, standIn{tree: t}} }

type direct struct {
	function engine.HostFunc
	caller   standIn
}

// Type returns the function's type.
func (d direct) Type() engine.FuncType { return d.function.Type }

// Call calls the function as if one of the tree's core instances did.
func (d direct) Call(ctx context.Context, stack []uint64) error {
	if span, ok := ctx.(*engine.Span); ok {
		own, cancel := span.Context()
		defer cancel()
		ctx = own
	}
	if err := d.function.Call(ctx, d.caller, stack); err != nil {
		return engine.HostTrap(err)
	}
	return nil
}

// A standIn is the caller where there is no core instance. It has a tree and
// nothing else.
type standIn struct {
	engine.Instance
	tree *Tree
}

// Data returns the tree.
func (s standIn) Data() any { return s.tree }
