package task

import "github.com/patchbay-go/patchbay/component/internal/abi"

// An Instance is the state of one component instance: ComponentInstance in the
// specification. Its zero value may be entered and left.
type Instance struct {
	// MayLeave is shut while the instance must not call out.
	MayLeave abi.Gate

	// Handles are the handles that the instance's code holds.
	Handles Table

	entered bool
}

// NewInstance returns an instance that may be entered and left.
func NewInstance() *Instance { return new(Instance) }

// NewInstances returns n of them, which share how many handles there may be.
func NewInstances(n int) []*Instance {
	made, all, room := make([]Instance, n), make([]*Instance, n), newRoom()
	for i := range made {
		made[i].Handles.room = room
		all[i] = &made[i]
	}
	return all
}

// NoCaller stands for the host where an instance's index is wanted.
const NoCaller = -1

// EnteringSet returns the instances that a call to callee enters, if it comes from
// caller: the callee and all around it, without the caller and all around it.
// Instances are indices; parents has the parent of each, or NoCaller. The set
// depends on nothing else, so that it is found once for each edge.
func EnteringSet(parents []int, callee, caller int) []int {
	var set []int
	for i := callee; i != NoCaller && !Within(parents, caller, i); i = parents[i] {
		set = append(set, i)
	}
	return set
}

// Related reports whether two instances are the same or one is around the other.
// Calls between them are not allowed yet: the specification's own tests and other
// implementations trap.
func Related(parents []int, a, b int) bool {
	return Within(parents, a, b) || Within(parents, b, a)
}

// Within reports whether instance i is outer or somewhere in it.
func Within(parents []int, i, outer int) bool {
	for ; i != NoCaller; i = parents[i] {
		if i == outer {
			return true
		}
	}
	return false
}

// Enter marks instances as entered, or traps if one of them is already. Who gets
// no trap calls [Leave] when the call has returned, and does not if it trapped:
// what trapped is never entered again, nor is anything around it.
func Enter(set []*Instance) error {
	if len(set) == 1 && !set[0].entered { // in most components
		set[0].entered = true
		return nil
	}
	return enter(set)
}

func enter(set []*Instance) error {
	for n, i := range set {
		if i.entered {
			Leave(set[:n])
			return CannotEnter()
		}
		i.entered = true
	}
	return nil
}

// Leave undoes Enter.
func Leave(set []*Instance) {
	for _, i := range set {
		i.entered = false
	}
}
