package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// A guestFunc is an exported function. It keeps an activation for each depth of
// re-entry.
type guestFunc struct {
	instance *Instance
	name     string
	of       engine.FuncType
	slots    int
	raw      function
	idle     []*activation
}

var _ engine.Func = (*guestFunc)(nil)

// An activation is one call from the host that runs or could run.
type activation struct {
	instance *Instance
	task     engine.Task
	values   []value
	outer    *activation  // the call of the same store that this one is nested in
	fault    *engine.Trap // why the host ends the call
	end      *C.patchbay_end

	// Where fuel is counted:
	budget uint64 // what the call got
	inner  uint64 // what calls nested in it have spent
	left   uint64 // what the outer call had when this one began
}

func newGuestFunc(i *Instance, name string, t engine.FuncType, raw function) *guestFunc {
	return &guestFunc{instance: i, name: name, of: t, slots: t.Slots(), raw: raw}
}

// Type implements [engine.Func].
func (f *guestFunc) Type() engine.FuncType { return f.of }

// Call implements [engine.Func].
func (f *guestFunc) Call(ctx context.Context, stack []uint64) error {
	if len(stack) < f.slots {
		return fmt.Errorf("call %s: a stack of %d slots, %d needed", f.name, len(stack), f.slots)
	}
	if f.instance.closed {
		return fmt.Errorf("call %s: instance %w", f.name, ErrClosed)
	}
	a := f.take()
	err := a.task.Begin(ctx)
	if err == nil {
		err = f.run(a, stack)
		a.task.End()
	}
	f.idle = append(f.idle, a)
	return err
}

func (f *guestFunc) run(a *activation, stack []uint64) error {
	if err := toValues(a.values, f.of.Params, stack); err != nil {
		return fmt.Errorf("call %s: %w", f.name, err)
	}
	if err := f.instance.store.run(a, &f.raw); err != nil {
		return err
	}
	fromValues(stack, f.of.Results, a.values)
	return nil
}

// take returns an activation that is not running.
func (f *guestFunc) take() *activation {
	if n := len(f.idle) - 1; n >= 0 {
		a := f.idle[n]
		f.idle = f.idle[:n]
		return a
	}
	a := newActivation(f.instance)
	a.values = make([]value, valueCount(f.of))
	return a
}

func newActivation(i *Instance) *activation {
	return &activation{
		instance: i, end: new(C.patchbay_end),
		task: engine.Task{Instance: i.self, Timeout: i.of.limits.Timeout, Stretch: i.of.limits.Stretch},
	}
}
