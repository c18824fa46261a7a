package canon

import (
	"context"
	"errors"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A Lower is a component's function as a core function: canon lower.
type Lower struct {
	Signature *abi.Signature
	Options   Options

	tree     *Tree
	instance *task.Instance
	handles  bool // some are among the parameters or in the result

	callee   *Lift // nil if the host serves it
	transfer *abi.Transfer
	enter    []*task.Instance
	related  bool // caller and callee: no call between them

	server Server

	idle *call // nil while it is used; a function that calls itself takes another
}

// A Server is a function of the host: it lifts what it needs from the stack of
// the caller, whose side cx is, and puts its result there. An error that is no
// trap ends the guest's call as the host's fault.
type Server interface {
	Serve(ctx context.Context, cx *abi.Context, s *abi.Signature, stack []uint64) error
}

// NewLower lowers a function that the same tree lifted, for the instance of that
// index. The transfer is between the two signatures.
func (t *Tree) NewLower(transfer *abi.Transfer, s *abi.Signature, callee *Lift, instance int, o Options) *Lower {
	return &Lower{
		Signature: s, Options: o, tree: t, instance: t.Instances[instance],
		callee: callee, transfer: transfer, enter: t.entering(callee.index, instance),
		related: task.Related(t.Parents, callee.index, instance),
	}
}

// NewHostLower lowers a function of the host.
func (t *Tree) NewHostLower(s *abi.Signature, server Server, instance int, o Options) *Lower {
	return &Lower{
		Signature: s, Options: o, tree: t, instance: t.Instances[instance],
		handles: s.HasHandles(), server: server,
	}
}

// LowerFunc returns the host function that core modules import for the lowered
// function of that index and type. Blocks says that it may wait for something
// outside of the guest.
func LowerFunc(name string, index int, coreType engine.FuncType, blocks bool) engine.HostFunc {
	return engine.HostFunc{
		Name: name, Type: coreType, Blocks: blocks,
		Call: func(ctx context.Context, caller engine.Instance, stack []uint64) error {
			l, err := lowerOf(caller, index)
			if err != nil {
				return err
			}
			return l.call(ctx, stack)
		},
	}
}

// lowerOf returns the lowered function of that index of the tree that the calling
// core instance belongs to.
func lowerOf(caller engine.Instance, index int) (*Lower, error) {
	t, err := treeOf(caller)
	if err != nil {
		return nil, err
	}
	return t.lower(index)
}

// RestFunc returns the host function that makes what is left of a call through the
// lowered function of that index, once the core function has returned: it is given
// what that returned, and where the caller wants the result if it is spilled.
func RestFunc(name string, index int, coreType engine.FuncType) engine.HostFunc {
	return engine.HostFunc{
		Name: name, Type: coreType,
		Call: func(ctx context.Context, caller engine.Instance, stack []uint64) error {
			l, err := lowerOf(caller, index)
			if err != nil {
				return err
			}
			return l.rest(ctx, stack)
		},
	}
}

// RefuseFunc returns the host function that ends a call because of an
// [abi.Refusal], which is its parameter.
func RefuseFunc(name string) engine.HostFunc {
	return engine.HostFunc{
		Name: name, Type: indexOnly,
		Call: func(_ context.Context, _ engine.Instance, stack []uint64) error { return abi.Refusal(stack[0]).Trap() },
	}
}

func (l *Lower) call(ctx context.Context, stack []uint64) error {
	switch {
	case !l.instance.MayLeave.Open():
		return task.CannotLeave()
	case l.callee == nil:
		return l.serve(ctx, stack)
	case l.related:
		return task.CannotEnter()
	}
	return l.cross(ctx, stack)
}

// take returns the state for a call; idle has it again when the call is over.
func (l *Lower) take() *call {
	c := l.idle
	if c == nil {
		c = new(call)
		c.setCaller(l, l.callee != nil)
		if l.callee != nil {
			c.setCallee(l.callee, true)
		} else {
			c.setHost(l.tree, &c.caller)
		}
	}
	l.idle = nil
	return c
}

// serve calls the host.
func (l *Lower) serve(ctx context.Context, stack []uint64) error {
	c := l.take()
	c.caller.Ctx, c.caller.Budget, c.caller.Lowered = l.tree.nested(ctx), abi.LiftBudget, 0
	err := l.server.Serve(ctx, &c.caller, l.Signature, stack)
	if trap := l.tree.moved(&c.caller); trap != nil && err == nil {
		err = trap
	}
	if l.handles {
		c.host.Return()
		c.subtask.Return(l.instance)
	}
	l.idle = c
	return err
}

// cross calls another instance of the tree. A trap leaves it entered: it is not
// called again, nor is the caller.
func (l *Lower) cross(ctx context.Context, stack []uint64) error {
	if err := task.Enter(l.enter); err != nil {
		return err
	}
	c := l.take()
	err := l.exchange(l.tree.nested(ctx), c, stack)
	l.idle = c
	if err == nil {
		task.Leave(l.enter)
	}
	return err
}

// rest is what cross does once the core function has returned.
func (l *Lower) rest(ctx context.Context, stack []uint64) error {
	c := l.take()
	ctx = l.tree.nested(ctx)
	c.begin(ctx)
	returned := copy(c.stack[:], stack[:len(l.callee.Signature.Lift.Results)])
	result := uint32(0)
	if l.Signature.SpillResult {
		result = uint32(stack[returned])
	}
	err := l.finish(ctx, c, stack, result)
	l.idle = c
	return err
}

func (l *Lower) exchange(ctx context.Context, c *call, stack []uint64) error {
	from, to := &c.caller, &c.callee
	c.begin(ctx)
	result := l.Signature.ResultPointer(stack)
	if err := l.transfer.Params(from, to, stack, c.stack[:]); err != nil {
		return err
	}
	if err := l.callee.run(c); err != nil {
		return err
	}
	return l.finish(ctx, c, stack, result)
}

// finish takes the result from the callee, whose core function has returned.
func (l *Lower) finish(ctx context.Context, c *call, stack []uint64, result uint32) error {
	if err := c.task.Return(); err != nil {
		return err
	}
	if err := l.transfer.Result(&c.callee, &c.caller, c.stack[:], stack, result); err != nil {
		return err
	}
	c.subtask.Return(l.instance)
	return l.callee.postReturn(c)
}

// Values is a Server that takes and returns values. The handles of type borrow
// among the arguments end when it returns, and so does the slice.
type Values func(ctx context.Context, args []types.Value) (types.Value, error)

// Serve calls the function.
func (f Values) Serve(ctx context.Context, cx *abi.Context, s *abi.Signature, stack []uint64) error {
	result := s.ResultPointer(stack)
	args, err := s.LiftParams(cx, cx.Args[:0], stack)
	if err != nil {
		cx.Holder.Refuse(cx.Handles)
		return err
	}
	cx.Args = args
	defer clear(args) // once the result is gone, of which they may be fields
	v, err := f(ctx, args)
	if err != nil {
		return err
	}
	if err = s.LowerResult(cx, v, stack, result); err != nil {
		err = errors.Join(err, s.AbandonValue(ctx, cx, v))
	}
	return err
}
