package canon

import (
	"context"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
)

// A Foreign serves calls with a function of another tree, from memory to memory.
// That tree is entered as from the host, so that it may not be on the way of the
// call already, and has its own limits besides those of the caller's.
type Foreign struct {
	callee   *Lift
	transfer *abi.Transfer
}

// NewForeign returns the server for functions that are lowered with s. The types
// of both are the same but for what their resource types are in each tree.
func NewForeign(s *abi.Signature, callee *Lift) (*Foreign, error) {
	transfer, err := abi.NewTransfer(s, callee.Signature)
	return &Foreign{callee, transfer}, err
}

// Serve calls the function. What moves between guests is not counted as what moves
// to and from the host.
func (f *Foreign) Serve(_ context.Context, from *abi.Context, s *abi.Signature, stack []uint64) error {
	c, err := f.callee.begin(from.Ctx)
	if err != nil {
		return err
	}
	err = f.exchange(c, from, s, stack)
	from.Budget, from.Lowered = abi.LiftBudget, 0
	return err
}

func (f *Foreign) exchange(c *call, from *abi.Context, s *abi.Signature, stack []uint64) error {
	from.Budget, c.callee.Budget = abi.TransferBudget, abi.TransferBudget
	result := s.ResultPointer(stack)
	if err := f.transfer.Params(from, &c.callee, stack, c.stack[:]); err != nil {
		return f.refused(c, from, err)
	}
	err := f.transact(c, from, stack, result)
	return f.callee.end(c, err, err != nil)
}

// refused ends a call that trapped before it began. The callee is as before, unless
// it is its realloc that did not return: what another tree passes is not its fault.
func (f *Foreign) refused(c *call, from *abi.Context, err error) error {
	if f.callee.handles {
		c.to.Undo(from.Handles.(*task.Side))
	}
	return f.callee.end(c, err, !f.callee.instance.MayLeave.Open())
}

// transact makes the call, whose arguments are there.
func (f *Foreign) transact(c *call, from *abi.Context, stack []uint64, result uint32) error {
	if err := f.callee.run(c); err != nil {
		return err
	}
	if err := c.task.Return(); err != nil {
		return err
	}
	if err := f.transfer.Result(&c.callee, from, c.stack[:], stack, result); err != nil {
		return err
	}
	return f.callee.postReturn(c)
}

// Destroyer returns what ends resources of type r, which an instance of the tree
// defines, for another tree that has handles to them.
func (t *Tree) Destroyer(r *task.Resource) func(ctx context.Context, rep uint32) error {
	return func(ctx context.Context, rep uint32) error {
		if t.span.Running() {
			return task.CannotEnter()
		}
		return t.Within(ctx, func(ctx context.Context) error { return t.destroy(ctx, r, rep, task.NoCaller) })
	}
}
