package component

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/engine"
)

// What is lifted and lowered is made when it is first called, and so is what that
// needs: of many functions few are.

// keep makes room for what is used.
func (i *Instance) keep() {
	if i.lifts == nil {
		program := i.pre.component.program
		i.lifts, i.calls = make([]*canon.Lift, len(program.lifts)), make([]engine.Func, len(program.calls.items))
		i.memories = make([]engine.Memory, len(program.memories.items))
	}
}

// function returns the core function of that number for the host to call; nil for
// notGiven.
func (i *Instance) function(call int) (engine.Func, error) {
	i.keep()
	switch {
	case call == notGiven:
		return nil, nil
	case i.calls[call] != nil:
		return i.calls[call], nil
	case i.cores == nil:
		return closedFunc{}, nil
	}
	item := i.pre.component.program.calls.items[call]
	if item.function != noFunction {
		i.calls[call] = canon.Direct(i.pre.component.program.functions[item.function], i.tree)
	} else if i.calls[call] = i.cores[item.instance].Func(item.name); i.calls[call] == nil {
		return nil, fmt.Errorf("core instance %d exports no function %s", item.instance, item.name)
	}
	return i.calls[call], nil
}

// memory returns the memory of that number; nil for notGiven.
func (i *Instance) memory(number int) (engine.Memory, error) {
	if number == notGiven || i.cores == nil {
		return nil, nil
	}
	if i.keep(); i.memories[number] == nil {
		item := i.pre.component.program.memories.items[number]
		if i.memories[number] = i.cores[item.instance].Memory(item.name); i.memories[number] == nil {
			return nil, fmt.Errorf("core instance %d exports no memory %s", item.instance, item.name)
		}
	}
	return i.memories[number], nil
}

func (i *Instance) options(plan *optionPlan) (o canon.Options, err error) {
	o.Encoding = plan.encoding
	if o.Memory, err = i.memory(plan.memory); err != nil {
		return o, err
	}
	if o.Realloc, err = i.function(plan.realloc); err != nil {
		return o, err
	}
	o.PostReturn, err = i.function(plan.postReturn)
	return o, err
}

// lift returns the lifted function of that number.
func (i *Instance) lift(index int) (*canon.Lift, error) {
	if i.keep(); i.lifts[index] != nil {
		return i.lifts[index], nil
	}
	plan := &i.pre.component.program.lifts[index]
	core, err := i.function(plan.core)
	if err != nil {
		return nil, err
	}
	options, err := i.options(&plan.options)
	if err != nil {
		return nil, err
	}
	i.lifts[index] = i.tree.NewLift(plan.signature, core, plan.instance, options)
	return i.lifts[index], nil
}

// A closedFunc stands for the functions of an instance that is closed.
type closedFunc struct{}

// Type returns the type of a function without parameters and results.
func (closedFunc) Type() engine.FuncType { return engine.FuncType{} }

// Call returns an error.
func (closedFunc) Call(context.Context, []uint64) error { return errClosed }

var errClosed = errors.New("the instance is closed")

// lowering makes the lowered functions of an instance.
type lowering Instance

// Lower implements [canon.Lowering].
func (l *lowering) Lower(index int) (*canon.Lower, error) {
	i := (*Instance)(l)
	plan := &i.pre.component.program.lowers[index]
	options, err := i.options(&plan.options)
	if err != nil {
		return nil, err
	}
	if plan.callee.lift == notLifted {
		return i.tree.NewHostLower(plan.signature, i.pre.servers[plan.callee.imported], plan.instance, options), nil
	}
	callee, err := i.lift(plan.callee.lift)
	if err != nil {
		return nil, err
	}
	return i.tree.NewLower(plan.transfer, plan.signature, callee, plan.instance, options), nil
}
