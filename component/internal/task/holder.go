package task

import (
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
	ended []*types.Handle // what the guest lends to the host: gone after the call
	loans []loan          // Go values that the host lends to the call
}

// A loan is a Go value that stands for a resource for the time of a call.
type loan struct {
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

// Lend has a Go value forgotten when the call ends.
func (h *Host) Lend(values abi.GoValues, rep uint32) { h.loans = append(h.loans, loan{values, rep}) }

// Hold returns the host's handle for a resource.
func (h *Host) Hold(t *types.Type, rep uint32) (*types.Handle, error) {
	r, err := find(h.Resources, t)
	if err != nil {
		return nil, err
	}
	handle := &types.Handle{Resource: r.Type, Rep: rep, Owned: t.Kind() == types.Own}
	if !handle.Owned {
		h.ended = append(h.ended, handle)
	}
	return handle, nil
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
	return handle.Rep, Take(handle)
}

// Take ends an own handle so that who holds it drops the resource.
func Take(handle *types.Handle) error {
	switch {
	case handle.Gone:
		return ErrGone
	case !handle.Owned:
		return ErrOwned
	case handle.Lends > 0:
		return ErrLent
	}
	handle.Gone = true
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
	for _, l := range h.loans {
		l.values.Remove(l.rep)
	}
	clear(h.lent)
	clear(h.ended)
	clear(h.loans)
	h.lent, h.ended, h.loans = h.lent[:0], h.ended[:0], h.loans[:0]
}
