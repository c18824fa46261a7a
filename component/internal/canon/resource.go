package canon

import (
	"context"
	"errors"

	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

var (
	indexToIndex = engine.FuncType{Params: []engine.ValueType{engine.I32}, Results: []engine.ValueType{engine.I32}}
	indexOnly    = engine.FuncType{Params: []engine.ValueType{engine.I32}}
)

// ResourceNewFunc returns the host function that makes an own handle for a
// representation: canon resource.new, for the instance of that index and the
// resource type in that slot.
func ResourceNewFunc(name string, instance int, slot task.Slot) engine.HostFunc {
	return builtin(name, indexToIndex, instance, func(_ context.Context, t *Tree, i *task.Instance, stack []uint64) error {
		index, err := i.Handles.New(t.Resources[slot], uint32(stack[0]))
		stack[0] = uint64(index)
		return err
	})
}

// ResourceRepFunc returns the host function that says what a handle stands for:
// canon resource.rep. It may be called when the instance must not call out.
func ResourceRepFunc(name string, instance int, slot task.Slot) engine.HostFunc {
	return engine.HostFunc{
		Name: name, Type: indexToIndex,
		Call: func(_ context.Context, caller engine.Instance, stack []uint64) error {
			t, err := treeOf(caller)
			if err != nil {
				return err
			}
			rep, err := t.Instances[instance].Handles.Rep(t.Resources[slot], uint32(stack[0]))
			stack[0] = uint64(rep)
			return err
		},
	}
}

// ResourceDropFunc returns the host function that ends a handle: canon
// resource.drop. If it was the resource's own, the resource is destroyed by its
// definer: in an instance, which is entered for it, or by the host.
func ResourceDropFunc(name string, instance int, slot task.Slot) engine.HostFunc {
	return builtin(name, indexOnly, instance, func(ctx context.Context, t *Tree, i *task.Instance, stack []uint64) error {
		r := t.Resources[slot]
		rep, owned, err := i.Handles.Drop(r, uint32(stack[0]))
		if err != nil || !owned {
			return err
		}
		return t.destroy(ctx, r, rep, instance)
	})
}

// builtin is a host function of an instance that calls out by calling it.
func builtin(name string, coreType engine.FuncType, instance int,
	run func(context.Context, *Tree, *task.Instance, []uint64) error) engine.HostFunc {
	return engine.HostFunc{
		Name: name, Type: coreType,
		Call: func(ctx context.Context, caller engine.Instance, stack []uint64) error {
			t, err := treeOf(caller)
			if err != nil {
				return err
			}
			i := t.Instances[instance]
			if !i.MayLeave.Open() {
				return task.CannotLeave()
			}
			return run(ctx, t, i, stack)
		},
	}
}

// destroy ends a resource on behalf of the caller: an instance, or the host.
func (t *Tree) destroy(ctx context.Context, r *task.Resource, rep uint32, caller int) error {
	if r.Impl == nil {
		if r.Destroy == nil {
			return nil
		}
		return r.Destroy(ctx, rep)
	}
	set := t.entering(t.indexOf(r.Impl), caller)
	if err := task.Enter(set); err != nil {
		return err
	}
	if r.Destroy != nil {
		if err := r.Destroy(t.nested(ctx), rep); err != nil {
			return err
		}
	}
	task.Leave(set)
	return nil
}

func (t *Tree) indexOf(instance *task.Instance) int {
	for i := range t.Instances {
		if t.Instances[i] == instance {
			return i
		}
	}
	return task.NoCaller
}

// Drop ends an own handle that the host holds and destroys the resource. Only the
// tree that the handle came from can do that.
func (t *Tree) Drop(ctx context.Context, handle *types.Handle) error {
	for _, r := range t.Resources {
		if r != nil && r.Type == handle.Resource {
			return t.drop(ctx, r, handle)
		}
	}
	return task.ErrForeign
}

func (t *Tree) drop(ctx context.Context, r *task.Resource, handle *types.Handle) error {
	if t.span.Running() {
		return task.CannotEnter()
	}
	if err := task.Take(r, handle); err != nil {
		return err
	}
	return t.Within(ctx, func(context.Context) error { return t.destroy(ctx, r, handle.Rep, task.NoCaller) })
}

// Held returns how many own handles the host has to resources that are defined in
// the tree.
func (t *Tree) Held() int {
	held := 0
	for _, r := range t.Resources {
		if r != nil {
			held += r.Held
		}
	}
	return held
}

// DropForeign drops the resources of the host, and of other trees, that the
// instances own.
func (t *Tree) DropForeign(ctx context.Context) error {
	var errs []error
	for _, i := range t.Instances {
		if err := i.Handles.DropForeign(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Destructor returns what [task.Resource.Destroy] is for a resource type whose
// destructor is a core function of type (i32) -> ().
func Destructor(core engine.Func) func(ctx context.Context, rep uint32) error {
	return func(ctx context.Context, rep uint32) error {
		stack := [1]uint64{uint64(rep)}
		return core.Call(ctx, stack[:])
	}
}
