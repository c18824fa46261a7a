package canon

import (
	"context"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A Lift is a core function as a component's function: canon lift.
type Lift struct {
	Signature *abi.Signature
	Options   Options

	core     engine.Func
	tree     *Tree
	index    int
	instance *task.Instance
	slots    int
	handles  bool // some are among the parameters or in the result

	// Of calls by the host, of which there is one at a time; made for the first.
	enter []*task.Instance
	call  *call
}

// NewLift lifts core, which has the type that the signature's Lift says, for the
// instance of that index.
func (t *Tree) NewLift(s *abi.Signature, core engine.Func, instance int, o Options) *Lift {
	return &Lift{
		Signature: s, Options: o, core: core, tree: t, index: instance, instance: t.Instances[instance],
		slots: s.Lift.Slots(), handles: s.HasHandles(),
	}
}

// prepare makes what calls by the host need.
func (f *Lift) prepare() *call {
	c := new(call)
	c.setCallee(f, false)
	c.to.Undoable = true
	c.setHost(f.tree, &c.callee)
	c.callee.Ctx = &f.tree.span
	f.enter, f.call = f.tree.entering(f.index, task.NoCaller), c
	return c
}

// begin enters the instance from the host. A call that cannot enter is none.
func (f *Lift) begin(ctx context.Context) (*call, error) {
	c := f.call
	if c == nil {
		c = f.prepare()
	}
	if err := task.Enter(f.enter); err != nil {
		return nil, err
	}
	if err := f.tree.span.Begin(ctx, &f.tree.Limits); err != nil {
		task.Leave(f.enter)
		return nil, err
	}
	c.callee.Budget = abi.LiftBudget
	return c, nil
}

// end leaves the instance, unless the call trapped: then nobody enters it again.
// It returns err, or that the call spent too much.
func (f *Lift) end(c *call, err error, trapped bool) error {
	if spent := f.tree.span.End(); spent != nil && !trapped {
		err, trapped = spent, true
	}
	if !trapped {
		task.Leave(f.enter)
	}
	if f.handles {
		if trapped {
			c.host.Refuse(&c.to)
		}
		c.to.Done()
		c.host.Return()
		c.task = task.Task{}
	}
	return err
}

// refused ends a call that an argument does not fit, or that trapped before it
// began. Nothing was given away.
func (f *Lift) refused(c *call, err error) error {
	if f.handles {
		c.to.Undo(nil)
		c.host.Undo()
	}
	return f.end(c, err, engine.AsTrap(err) != nil)
}

// run calls the core function. Its results are on the stack.
func (f *Lift) run(c *call) error {
	return f.core.Call(c.callee.Ctx, c.stack[:f.slots])
}

// postReturn lets the guest free what its result took.
func (f *Lift) postReturn(c *call) error {
	if f.Options.PostReturn == nil {
		return nil
	}
	f.instance.MayLeave.Set(false)
	if err := f.Options.PostReturn.Call(c.callee.Ctx, c.stack[:len(f.Signature.Lift.Results)]); err != nil {
		return err
	}
	f.instance.MayLeave.Set(true)
	return nil
}

// Call calls the function with values. An error that is no trap says what is
// wrong with the arguments; the function was not called then, and can be.
func (f *Lift) Call(ctx context.Context, args []types.Value) (types.Value, error) {
	c, err := f.begin(ctx)
	if err != nil {
		return types.Value{}, err
	}
	if err := f.Signature.LowerParams(&c.callee, args, c.stack[:]); err != nil {
		return types.Value{}, f.refused(c, err)
	}
	if err := f.run(c); err != nil {
		return types.Value{}, f.end(c, err, true)
	}
	result, err := f.Signature.LiftResult(&c.callee, c.stack[:])
	if err = f.returned(c, err); err != nil {
		return types.Value{}, err
	}
	return result, nil
}

// A GoCall is what calls with Go values have in common: what their parameters and
// their result are bound to.
type GoCall struct {
	abi.Params
	Result *abi.Binding // nil if the function has none

	numbers bool // all are numbers, and nothing is in memory
}

// NewGoCall returns what calls of the function have in common.
func (f *Lift) NewGoCall(params abi.Params, result *abi.Binding) GoCall {
	return GoCall{
		Params: params, Result: result,
		numbers: params.AreNumbers() && (result == nil || result.IsNumber()) &&
			!f.Signature.NeedsMemory() && f.Options.PostReturn == nil,
	}
}

// CallGo is Call with Go values: the arguments at args, and the result, which is
// zero before, at result. Neither is kept.
func (f *Lift) CallGo(ctx context.Context, g *GoCall, args, result unsafe.Pointer) error {
	if g.numbers {
		return f.callNumbers(ctx, g, args, result)
	}
	c, err := f.begin(ctx)
	if err != nil {
		return err
	}
	if err := f.Signature.LowerGo(&c.callee, &g.Params, args, c.stack[:]); err != nil {
		return f.refused(c, err)
	}
	if err := f.run(c); err != nil {
		return f.end(c, err, true)
	}
	if g.Result != nil {
		err = f.Signature.LiftGoResult(&c.callee, g.Result, result, c.stack[:])
	}
	return f.returned(c, err)
}

// callNumbers is CallGo for numbers: none can be refused, and nothing follows.
func (f *Lift) callNumbers(ctx context.Context, g *GoCall, args, result unsafe.Pointer) error {
	c := f.call
	if c == nil {
		c = f.prepare()
	}
	if err := task.Enter(f.enter); err != nil {
		return err
	}
	if err := f.tree.span.Begin(ctx, &f.tree.Limits); err != nil {
		task.Leave(f.enter)
		return err
	}
	g.PutNumbers(args, c.stack[:])
	err := f.core.Call(&f.tree.span, c.stack[:f.slots])
	if spent := f.tree.span.End(); spent != nil && err == nil {
		err = spent
	}
	if err != nil {
		return err
	}
	if g.Result != nil {
		g.Result.SetNumber(result, c.stack[0])
	}
	task.Leave(f.enter)
	return nil
}

// returned is what follows once the result was lifted, or was not.
func (f *Lift) returned(c *call, err error) error {
	if err == nil && f.handles {
		err = c.task.Return()
	}
	if err == nil && f.Options.PostReturn != nil {
		err = f.postReturn(c)
	}
	return f.end(c, err, err != nil)
}
