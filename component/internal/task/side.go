package task

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Slot is where the resource type of a handle is among a tree's Resources. It
// is what the Host field of a [types.ResourceType] says, for the types that calls
// are compiled from.
type Slot int

// A Side is an instance's side of a call: what lifts its handles and makes new
// ones, an [abi.Handles].
type Side struct {
	Instance  *Instance
	Resources []*Resource // of the tree, by Slot

	// Task is the call if the instance is the callee, Subtask if it is the
	// caller.
	Task    *Task
	Subtask *Subtask

	// Undoable has the handles that are made remembered, for Undo.
	Undoable bool
	made     []uint32
}

// Undo ends the handles that were made for a call that does not take place: own
// ones are those of the giver again, unless that is nil. Nothing of the instance but
// its realloc may have run since then.
func (s *Side) Undo(giver *Side) {
	for _, index := range slices.Backward(s.made) { // so that the same indices come next
		e := s.Instance.Handles.entries[index]
		s.Instance.Handles.remove(index)
		if giver != nil && e.kind == entryOwn {
			giver.regain(e.resource.Type, e.rep)
		}
	}
	s.Done()
}

// regain makes an own handle for a resource of that type.
func (s *Side) regain(of *types.ResourceType, rep uint32) {
	for _, r := range s.Resources {
		if r != nil && r.Type == of {
			s.regainOf(r, rep)
			return
		}
	}
}

// regainOf is regain where the tree's type is known. There was an entry for it just
// now, so there is room.
func (s *Side) regainOf(r *Resource, rep uint32) { _, _ = s.Instance.Handles.New(r, rep) }

// Unlift gives an own handle back that was lifted and got nowhere.
func (s *Side) Unlift(t *types.Type, rep uint32) {
	if r, err := find(s.Resources, t); err == nil {
		s.regainOf(r, rep)
	}
}

// Done forgets which handles were made: the call takes place.
func (s *Side) Done() { s.made = s.made[:0] }

func find(resources []*Resource, t *types.Type) (*Resource, error) {
	slot, ok := t.Resource().Host.(Slot)
	if !ok || int(slot) >= len(resources) || resources[slot] == nil {
		return nil, trapf("%v: no such resource type", t)
	}
	return resources[slot], nil
}

// LiftHandle ends an own handle of the instance, or lends a borrow for the time of
// the call.
func (s *Side) LiftHandle(t *types.Type, index uint32) (uint32, error) {
	r, err := find(s.Resources, t)
	switch {
	case err != nil:
		return 0, err
	case t.Kind() == types.Own:
		return s.Instance.Handles.liftOwn(r, index)
	case s.Subtask == nil:
		return 0, trapf("%v in a result", t)
	}
	return s.Instance.Handles.liftBorrow(r, index, s.Subtask)
}

// LowerHandle makes an own handle, or a borrow that ends with the call. The
// instance that defines a resource gets its representation and no borrow.
func (s *Side) LowerHandle(t *types.Type, rep uint32) (uint32, error) {
	r, err := find(s.Resources, t)
	index := uint32(0)
	switch {
	case err != nil:
		return 0, err
	case t.Kind() == types.Own:
		index, err = s.Instance.Handles.New(r, rep)
	case r.Impl == s.Instance:
		return rep, nil
	case s.Task == nil:
		return 0, trapf("%v in a result", t)
	default:
		index, err = s.Instance.Handles.lowerBorrow(r, rep, s.Task)
	}
	if s.Undoable && err == nil {
		s.made = append(s.made, index)
	}
	return index, err
}
