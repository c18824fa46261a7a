package task

// A Task is a call on the callee's side. The zero value is one that begins.
type Task struct {
	borrows int // handles that end with the call and are still there
}

// Return ends the call. It traps if the callee still holds what was lent to it.
func (t *Task) Return() error {
	if t.borrows > 0 {
		return trapf("borrow handles still remain at the end of the call")
	}
	return nil
}

// A Subtask is a call on the caller's side. The zero value is one that begins,
// and it may be used again once the call has returned.
type Subtask struct {
	lenders []uint32 // handles of the caller that are lent; twice if lent twice
}

// Return ends the call: the caller has its handles back.
func (s *Subtask) Return(caller *Instance) {
	for _, index := range s.lenders {
		caller.Handles.entries[index].lends-- // who is lent is not removed
	}
	s.lenders = s.lenders[:0]
}
