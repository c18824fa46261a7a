package task

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
)

// Errors of handles that the host passes.
var (
	ErrGone  = errors.New("the handle was given away, was dropped, or has ended")
	ErrLent  = errors.New("the handle is borrowed by a call")
	ErrOwned = errors.New("a borrow is no own handle")

	// ErrForeign is what dropping a handle of another component's is.
	ErrForeign = errors.New("the handle is of no resource type of this component")
)

// A Host is the host's side of a call: an [abi.Holder].
type Host struct {
	Resources []*Resource // of the tree, by Slot

	lent  []*types.Handle // what the host lends to the call
	given []given         // what it gives away
	ended []*types.Handle // what the guest lends to the host: gone after the call
	loans []goValue       // Go values that the host lends to the call
	gifts []goValue       // and that it gives away
	got   []got           // what the guest gives to the host
}

// What the host has got of an own handle: a handle, or a Go value.
type got struct {
	of     *Resource // of a handle
	typ    *types.Type
	handle *types.Handle
	goValue
}

// A given handle is one that the host gives away.
type given struct {
	handle *types.Handle
	of     *Resource
}

// A goValue is a Go value that stands for a resource.
type goValue struct {
	values abi.GoValues
	rep    uint32
}

// Resource returns the resource type of the tree that a handle's type is.
func (h *Host) Resource(t *types.Type) (*types.ResourceType, error) {
	r, err := find(h.Resources, t)
	if err != nil {
		return nil, err
	}
	return r.Type, nil
}

// Put has a Go value forgotten if the call is undone, or also when it ends if it is
// only lent.
func (h *Host) Put(t *types.Type, values abi.GoValues, rep uint32) {
	if t.Kind() == types.Borrow {
		h.loans = append(h.loans, goValue{values, rep})
	} else {
		h.gifts = append(h.gifts, goValue{values, rep})
	}
}

// Hold returns the host's handle for a resource.
func (h *Host) Hold(t *types.Type, rep uint32) (*types.Handle, error) {
	r, err := find(h.Resources, t)
	if err != nil {
		return nil, err
	}
	handle := &types.Handle{Resource: r.Type, Rep: rep, Owned: t.Kind() == types.Own}
	if handle.Owned {
		r.held(1)
		h.got = append(h.got, got{of: r, typ: t, handle: handle, goValue: goValue{rep: rep}})
	} else {
		h.ended = append(h.ended, handle)
	}
	return handle, nil
}

// Took has a Go value forgotten when the call ends, because the host has it.
func (h *Host) Took(t *types.Type, values abi.GoValues, rep uint32) {
	h.got = append(h.got, got{typ: t, goValue: goValue{values, rep}})
}

// Refuse gives the guest back what the host has got from it: the lift failed of
// which it was a part, or what follows. Handles for it are gone.
func (h *Host) Refuse(guest abi.Handles) {
	for _, g := range h.got {
		if g.handle != nil {
			g.handle.Gone = true
			g.of.held(-1)
		}
		guest.Unlift(g.typ, g.rep)
	}
	empty(&h.got)
}

// Destroy ends a resource of the host's that it has given away and nobody has got.
func (h *Host) Destroy(ctx context.Context, t *types.Type, rep uint32) error {
	r, err := find(h.Resources, t)
	if err != nil || r.Impl != nil || r.Destroy == nil {
		return err
	}
	return r.Destroy(ctx, rep)
}

// Release gives an own handle away, or lends one for the time of the call.
func (h *Host) Release(t *types.Type, handle *types.Handle) (uint32, error) {
	r, err := find(h.Resources, t)
	switch {
	case err != nil:
		return 0, err
	case handle.Resource != r.Type:
		return 0, fmt.Errorf("mismatched resource types: want %v, have %v", r.Type, handle.Resource)
	case handle.Gone:
		return 0, ErrGone
	case t.Kind() == types.Borrow:
		handle.Lends++
		h.lent = append(h.lent, handle)
		return handle.Rep, nil
	}
	if err := Take(r, handle); err != nil {
		return 0, err
	}
	h.given = append(h.given, given{handle, r})
	return handle.Rep, nil
}

// Take ends an own handle so that who holds it drops the resource, which is of
// type r.
func Take(r *Resource, handle *types.Handle) error {
	switch {
	case handle.Gone:
		return ErrGone
	case !handle.Owned:
		return ErrOwned
	case handle.Lends > 0:
		return ErrLent
	}
	handle.Gone = true
	r.held(-1)
	return nil
}

// Return ends the call: lent handles are the host's again, and what was lent to it
// is gone.
func (h *Host) Return() {
	for _, handle := range h.lent {
		handle.Lends--
	}
	for _, handle := range h.ended {
		handle.Gone = true
	}
	for _, v := range h.loans {
		v.values.Remove(v.rep)
	}
	for _, g := range h.got {
		if g.values != nil {
			g.values.Remove(g.rep)
		}
	}
	empty(&h.lent)
	empty(&h.ended)
	empty(&h.given)
	empty(&h.loans)
	empty(&h.gifts)
	empty(&h.got)
}

// Undo has the host keep what it gave away to a call that does not take place.
// Return follows.
func (h *Host) Undo() {
	for _, g := range h.given {
		g.handle.Gone = false
		g.of.held(1)
	}
	for _, v := range h.gifts {
		v.values.Remove(v.rep)
	}
}

// empty forgets what is in a list. There is mostly nothing, or one.
func empty[T any](list *[]T) {
	if len(*list) > 0 {
		clear(*list)
		*list = (*list)[:0]
	}
}
