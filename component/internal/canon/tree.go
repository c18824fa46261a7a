package canon

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/engine"
)

// A Tree is the state of all instances of one instantiated component. The core
// instances of it have it as their Data. One goroutine at a time uses it; what
// the host calls while it serves the tree cannot enter.
type Tree struct {
	// Instances are the component instances and Parents the instance around each,
	// or [task.NoCaller].
	Instances []*task.Instance
	Parents   []int

	// Resources are the resource types, by [task.Slot]. An entry is set before
	// handles of its type cross.
	Resources []*task.Resource

	// Lowers are the lowered functions, by the index that their [LowerFunc] has.
	// One that is nil is made by Lowering when it is first called: adapters take
	// most calls between instances, and of many imports few are called.
	Lowers   []*Lower
	Lowering Lowering

	// Limits are those of each call by the host, with all that it calls.
	Limits engine.Limits

	// Owner is whose the tree is, as far as the host knows.
	Owner any

	span engine.Span // the host's call that runs
}

// Lowering makes the lowered functions of a tree.
type Lowering interface {
	// Lower makes the lowered function of that index.
	Lower(index int) (*Lower, error)
}

// lower returns the lowered function of that index.
func (t *Tree) lower(index int) (*Lower, error) {
	if l := t.Lowers[index]; l != nil {
		return l, nil
	}
	return t.makeLower(index)
}

func (t *Tree) makeLower(index int) (*Lower, error) {
	l, err := t.Lowering.Lower(index)
	if err == nil {
		t.Lowers[index] = l
	}
	return l, err
}

// NewTree returns a tree of instances with those parents, with room for so many
// resource types and lowered functions.
func NewTree(parents []int, resources, lowers int) *Tree {
	t := &Tree{
		Parents:   parents,
		Resources: make([]*task.Resource, resources),
		Lowers:    make([]*Lower, lowers),
	}
	t.Instances = task.NewInstances(len(parents))
	return t
}

// entering returns the instances that a call from caller to callee enters.
func (t *Tree) entering(callee, caller int) []*task.Instance {
	indices := task.EnteringSet(t.Parents, callee, caller)
	set := make([]*task.Instance, len(indices))
	for i, index := range indices {
		set[i] = t.Instances[index]
	}
	return set
}

// OwnerOf returns the Owner of the tree that a caller of host functions belongs
// to; nil if it belongs to none.
func OwnerOf(caller engine.Instance) any {
	if tree, ok := caller.Data().(*Tree); ok {
		return tree.Owner
	}
	return nil
}

// treeOf returns the tree that the calling core instance belongs to.
func treeOf(caller engine.Instance) (*Tree, error) {
	tree, ok := caller.Data().(*Tree)
	if !ok {
		return nil, fmt.Errorf("the caller is no instance of a component: its data is %T", caller.Data())
	}
	return tree, nil
}

// Options are the canonical options of one lifted or lowered function.
type Options struct {
	abi.Options
	PostReturn engine.Func // of a lifted function, if it has one
}

// maxSlots is how long a stack for calls gets: all parameters flat, and the
// address of the result.
const maxSlots = abi.MaxFlatParams + 1

// A call is what one call through a lifted or lowered function needs. What does
// not change from call to call is set when it is made.
type call struct {
	caller, callee abi.Context
	from, to       task.Side
	task           task.Task
	subtask        task.Subtask
	host           task.Host
	stack          [maxSlots]uint64
}

// setCallee makes the context of the side that is called.
func (c *call) setCallee(f *Lift, adapter bool) {
	c.to = task.Side{Instance: f.instance, Resources: f.tree.Resources, Task: &c.task}
	c.callee = abi.Context{Options: f.Options.Options, MayLeave: &f.instance.MayLeave, Handles: &c.to, Adapter: adapter}
}

// setCaller makes the context of the side that calls.
func (c *call) setCaller(l *Lower, adapter bool) {
	c.from = task.Side{Instance: l.instance, Resources: l.tree.Resources, Subtask: &c.subtask}
	c.caller = abi.Context{Options: l.Options.Options, MayLeave: &l.instance.MayLeave, Handles: &c.from, Adapter: adapter}
}

// begin begins a call between two instances.
func (c *call) begin(ctx context.Context) {
	c.caller.Ctx, c.callee.Ctx, c.task = ctx, ctx, task.Task{}
	c.caller.Budget, c.callee.Budget = abi.TransferBudget, abi.TransferBudget
}

// setHost makes the host the other side of cx.
func (c *call) setHost(t *Tree, cx *abi.Context) {
	c.host.Resources = t.Resources
	cx.Holder = &c.host
}

// Within has run make calls of the engine that share the limits of one: what is no
// call of a lifted function takes them so. The tree must not run already.
func (t *Tree) Within(ctx context.Context, run func(context.Context) error) error {
	if err := t.span.Begin(ctx, &t.Limits); err != nil {
		return err
	}
	err := run(&t.span)
	if spent := t.span.End(); spent != nil && err == nil {
		return spent
	}
	return err
}

// moved counts what a call of the host has moved from and to the memory of cx. It
// returns a trap if the running call has moved too much with that.
func (t *Tree) moved(cx *abi.Context) *engine.Trap {
	if !t.span.Running() {
		return nil
	}
	return t.span.Move(uint64(abi.LiftBudget-cx.Budget) + cx.Lowered)
}

// nested returns the context for calls that are made while one of the host's
// runs: that one's.
func (t *Tree) nested(ctx context.Context) context.Context {
	if t.span.Running() {
		return &t.span
	}
	return ctx
}
