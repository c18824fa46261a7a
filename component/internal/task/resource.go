package task

import (
	"context"
	"errors"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Resource is a resource type of one tree of instances.
type Resource struct {
	// Type tells it from others, also from those of other trees.
	Type *types.ResourceType

	// Impl is the instance that defines it, nil if the host does.
	Impl *Instance

	// Destroy ends a resource whose last handle was dropped; nil if there is
	// nothing to do.
	Destroy func(ctx context.Context, rep uint32) error

	// Held is how many own handles of the tree the host has, if an instance of it
	// defines the type.
	Held int
}

// held notes that the host has got or given away so many own handles.
func (r *Resource) held(n int) {
	if r.Impl != nil {
		r.Held += n
	}
}

func (r *Resource) sort() string {
	if r.Impl == nil {
		return "host resource"
	}
	return "guest-defined resource"
}

// resource returns the entry at index, which is a handle of resource type r.
func (t *Table) resource(r *Resource, index uint32) (*entry, error) {
	e, err := t.get(index)
	if err != nil {
		return nil, err
	}
	if e.resource != r {
		found := e.resource.sort()
		if r.Impl != nil && e.resource.Impl != nil {
			found = "a different guest-defined resource"
		}
		return nil, trapf("handle index %d used with the wrong type, expected %s but found %s", index, r.sort(), found)
	}
	return e, nil
}

// New makes an own handle: canon resource.new.
func (t *Table) New(r *Resource, rep uint32) (uint32, error) {
	return t.add(entry{kind: entryOwn, resource: r, rep: rep})
}

// Rep returns what a handle stands for: canon resource.rep.
func (t *Table) Rep(r *Resource, index uint32) (uint32, error) {
	e, err := t.resource(r, index)
	if err != nil {
		return 0, err
	}
	return e.rep, nil
}

// Drop ends a handle: canon resource.drop. If it was the resource's own, the
// caller destroys the resource.
func (t *Table) Drop(r *Resource, index uint32) (rep uint32, owned bool, err error) {
	e, err := t.unlent(r, index)
	if err != nil {
		return 0, false, err
	}
	rep, owned = e.rep, e.kind == entryOwn
	if e.scope != nil {
		e.scope.borrows--
	}
	t.remove(index)
	return rep, owned, nil
}

// DropForeign drops those own handles whose resources are not the tree's own: of
// the host, or of another tree. Those of an instance that nobody can enter any more
// are gone with it.
func (t *Table) DropForeign(ctx context.Context) error {
	var errs []error
	for index := range t.entries {
		e := &t.entries[index]
		if e.kind != entryOwn || e.resource.Impl != nil {
			continue
		}
		destroy, rep := e.resource.Destroy, e.rep
		t.remove(uint32(index))
		if destroy == nil {
			continue
		}
		if err := destroy(ctx, rep); err != nil && !isCannotEnter(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// unlent returns a handle that no call has as a borrow.
func (t *Table) unlent(r *Resource, index uint32) (*entry, error) {
	e, err := t.resource(r, index)
	switch {
	case err != nil:
		return nil, err
	case e.lends > 0:
		return nil, trapf("cannot remove owned resource while borrowed")
	}
	return e, nil
}

// liftOwn takes an own handle away: lift_own.
func (t *Table) liftOwn(r *Resource, index uint32) (uint32, error) {
	e, err := t.unlent(r, index)
	switch {
	case err != nil:
		return 0, err
	case e.kind != entryOwn:
		return 0, trapf("cannot lift own resource from a borrow")
	}
	rep := e.rep
	t.remove(index)
	return rep, nil
}

// liftBorrow lends a handle to a call: lift_borrow.
func (t *Table) liftBorrow(r *Resource, index uint32, call *Subtask) (uint32, error) {
	e, err := t.resource(r, index)
	switch {
	case err != nil:
		return 0, err
	case len(call.lenders) == MaxHandles:
		return 0, trapf("cannot lend another handle to the call: there are %d", MaxHandles)
	}
	e.lends++
	call.lenders = append(call.lenders, index)
	return e.rep, nil
}

// lowerBorrow makes a borrow that ends with a call: lower_borrow.
func (t *Table) lowerBorrow(r *Resource, rep uint32, call *Task) (uint32, error) {
	index, err := t.add(entry{kind: entryBorrow, resource: r, rep: rep, scope: call})
	if err == nil {
		call.borrows++
	}
	return index, err
}
