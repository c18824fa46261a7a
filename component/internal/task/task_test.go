package task

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

var (
	_ abi.Handles = (*Side)(nil)
	_ abi.Holder  = (*Host)(nil)
)

// A world has one instance that defines the resource type in slot 0, another
// that uses it, and a resource type of the host in slot 1.
type world struct {
	definer, user *Instance
	resources     []*Resource
	file, socket  *types.ResourceType // as calls are compiled with them
}

func newWorld() *world {
	w := &world{definer: NewInstance(), user: NewInstance()}
	w.file, w.socket = &types.ResourceType{Name: "file", Host: Slot(0)}, &types.ResourceType{Name: "socket", Host: Slot(1)}
	w.resources = []*Resource{
		{Type: &types.ResourceType{Name: "file"}, Impl: w.definer},
		{Type: &types.ResourceType{Name: "socket"}},
	}
	return w
}

func wantTrap(t *testing.T, err error, text string) {
	t.Helper()
	if trap, ok := err.(*engine.Trap); !ok || trap.Text != text {
		t.Errorf("got %v, want the trap %q", err, text)
	}
}

func TestEnteringSet(t *testing.T) {
	// 0 is the root, 1 and 2 are in it, 3 is in 1, 4 is in 3.
	parents := []int{NoCaller, 0, 0, 1, 3}
	for _, test := range []struct {
		callee, caller int
		want           []int
	}{
		{0, NoCaller, []int{0}},
		{4, NoCaller, []int{4, 3, 1, 0}},
		{1, 2, []int{1}},
		{4, 2, []int{4, 3, 1}},
		{2, 4, []int{2}},
		{4, 1, []int{4, 3}},
		{1, 4, nil}, // a child calls its parent: it is within it already
		{1, 1, nil},
	} {
		if diff := cmp.Diff(test.want, EnteringSet(parents, test.callee, test.caller)); diff != "" {
			t.Errorf("%d from %d: %s", test.callee, test.caller, diff)
		}
	}
}

func TestRelated(t *testing.T) {
	parents := []int{NoCaller, 0, 0, 1, 3}
	for _, test := range []struct {
		a, b int
		want bool
	}{{0, 0, true}, {0, 4, true}, {4, 1, true}, {1, 2, false}, {2, 3, false}} {
		if got := Related(parents, test.a, test.b); got != test.want {
			t.Errorf("%d and %d: %t", test.a, test.b, got)
		}
	}
}

func TestEnter(t *testing.T) {
	root, a, b := NewInstance(), NewInstance(), NewInstance()
	if err := Enter([]*Instance{a, root}); err != nil {
		t.Fatal(err)
	}
	wantTrap(t, Enter([]*Instance{b, root}), "cannot enter component instance")
	if err := Enter([]*Instance{b}); err != nil {
		t.Errorf("a sibling: %v", err)
	}
	wantTrap(t, Enter([]*Instance{a}), "cannot enter component instance")
	Leave([]*Instance{b})
	Leave([]*Instance{a, root})
	if err := Enter([]*Instance{b, root}); err != nil {
		t.Errorf("after the call: %v", err)
	}
}

// TestUndo has handles end, so that their indices come again, and Go values be
// forgotten.
func TestUndo(t *testing.T) {
	w := newWorld()
	values := new(forgetting)
	host := &Host{Resources: w.resources}
	side := &Side{Instance: w.user, Resources: w.resources, Task: new(Task), Undoable: true}
	own, borrow := types.OwnOf(w.file), types.BorrowOf(w.file)
	for range 2 {
		for i, typ := range []*types.Type{own, borrow, own} {
			index, err := side.LowerHandle(typ, 10)
			if err != nil || index != uint32(i+1) {
				t.Fatalf("%v has index %d, %v", typ, index, err)
			}
			host.Put(typ, values, uint32(i))
		}
		*values = nil
		side.Undo(nil)
		host.Undo()
		host.Return()
		if diff := cmp.Diff(forgetting{0, 2, 1}, *values); diff != "" || w.user.Handles.Len() != 0 {
			t.Errorf("%d handles left; forgotten: %s", w.user.Handles.Len(), diff)
		}
	}
	host.Put(own, values, 7)
	host.Return()
	host.Undo()
	if len(*values) != 3 {
		t.Error("a gift was forgotten after the call")
	}
}

// forgetting are Go values that were removed.
type forgetting []uint32

func (*forgetting) GoType() reflect.Type       { return nil }
func (*forgetting) Put(unsafe.Pointer) uint32  { return 0 }
func (*forgetting) Get(uint32, unsafe.Pointer) {}
func (f *forgetting) Remove(rep uint32)        { *f = append(*f, rep) }

func TestHandles(t *testing.T) {
	w := newWorld()
	file, socket := w.resources[0], w.resources[1]
	table := &w.user.Handles
	for _, index := range []uint32{0, 1, 5, 1<<32 - 1} {
		_, err := table.Rep(file, index)
		if err == nil {
			t.Errorf("handle %d is known", index)
		}
	}
	_, _, err := table.Drop(file, 5)
	wantTrap(t, err, "unknown handle index 5")
	for want := uint32(1); want <= 3; want++ {
		if got, err := table.New(file, 10+want); got != want || err != nil {
			t.Fatalf("handle %d, %v; want %d", got, err, want)
		}
	}
	if rep, err := table.Rep(file, 2); rep != 12 || err != nil {
		t.Errorf("rep %d, %v", rep, err)
	}
	_, err = table.Rep(socket, 2)
	wantTrap(t, err, "handle index 2 used with the wrong type, expected host resource but found guest-defined resource")
	other := &Resource{Type: &types.ResourceType{}, Impl: w.user}
	_, err = table.Rep(other, 2)
	wantTrap(t, err,
		"handle index 2 used with the wrong type, expected guest-defined resource but found a different guest-defined resource")
	for _, index := range []uint32{1, 3} {
		if rep, owned, err := table.Drop(file, index); rep != 10+index || !owned || err != nil {
			t.Errorf("dropped %d, %t, %v", rep, owned, err)
		}
	}
	_, _, err = table.Drop(file, 3)
	wantTrap(t, err, "unknown handle index 3")
	for _, want := range []uint32{3, 1, 4} { // the last freed first
		if got, _ := table.New(file, 0); got != want {
			t.Errorf("handle %d, want %d", got, want)
		}
	}
	if table.Len() != 4 {
		t.Errorf("%d handles", table.Len())
	}
}

func TestBorrow(t *testing.T) {
	w := newWorld()
	own, borrow := types.OwnOf(w.file), types.BorrowOf(w.file)
	index, err := w.user.Handles.New(w.resources[0], 7)
	if err != nil {
		t.Fatal(err)
	}
	caller := &Side{Instance: w.user, Resources: w.resources, Subtask: new(Subtask)}
	rep, err := caller.LiftHandle(borrow, index)
	if rep != 7 || err != nil {
		t.Fatalf("lent %d, %v", rep, err)
	}
	_, _, err = w.user.Handles.Drop(w.resources[0], index)
	wantTrap(t, err, "cannot remove owned resource while borrowed")
	_, err = caller.LiftHandle(own, index)
	wantTrap(t, err, "cannot remove owned resource while borrowed")

	third := NewInstance()
	call := new(Task)
	callee := &Side{Instance: third, Resources: w.resources, Task: call}
	borrowed, err := callee.LowerHandle(borrow, rep)
	if err != nil {
		t.Fatal(err)
	}
	_, err = callee.LiftHandle(own, borrowed)
	wantTrap(t, err, "cannot lift own resource from a borrow")
	wantTrap(t, call.Return(), "borrow handles still remain at the end of the call")
	if rep, owned, err := third.Handles.Drop(w.resources[0], borrowed); rep != 7 || owned || err != nil {
		t.Errorf("dropped %d, %t, %v", rep, owned, err)
	}
	if err := call.Return(); err != nil {
		t.Error(err)
	}
	caller.Subtask.Return(w.user)
	if rep, err := caller.LiftHandle(own, index); rep != 7 || err != nil {
		t.Errorf("given away %d, %v", rep, err)
	}
	definer := &Side{Instance: w.definer, Resources: w.resources, Task: new(Task)}
	if got, err := definer.LowerHandle(borrow, 7); got != 7 || err != nil || w.definer.Handles.Len() != 0 {
		t.Errorf("the definer got %d, %v", got, err)
	}
}

func TestHost(t *testing.T) {
	w := newWorld()
	own, borrow := types.OwnOf(w.file), types.BorrowOf(w.file)
	h := &Host{Resources: w.resources}
	held, err := h.Hold(own, 7)
	if err != nil || held.Resource != w.resources[0].Type || !held.Owned {
		t.Fatalf("held %+v, %v", held, err)
	}
	if _, err := h.Release(types.OwnOf(w.socket), held); err == nil {
		t.Error("a handle of another type is released")
	}
	if rep, err := h.Release(borrow, held); rep != 7 || err != nil {
		t.Errorf("lent %d, %v", rep, err)
	}
	if _, err := h.Release(own, held); !errors.Is(err, ErrLent) {
		t.Errorf("while it is lent: %v", err)
	}
	h.Return()
	if _, err := h.Release(own, held); err != nil {
		t.Error(err)
	}
	for _, typ := range []*types.Type{own, borrow} {
		if _, err := h.Release(typ, held); !errors.Is(err, ErrGone) {
			t.Errorf("%v of what is gone: %v", typ, err)
		}
	}
	lent, err := h.Hold(borrow, 8)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Release(own, lent); !errors.Is(err, ErrOwned) {
		t.Errorf("a borrow as own: %v", err)
	}
	h.Return()
	if !lent.Gone {
		t.Error("a borrow outlives its call")
	}
}

// TestTableModel compares the table with a map and a list of free indices, over
// many operations.
func TestTableModel(t *testing.T) {
	w := newWorld()
	var table Table
	model, free, next := map[uint32]uint32{}, []uint32(nil), uint32(1)
	random := rand.New(rand.NewPCG(1, 2))
	for step := range 20000 {
		if random.IntN(2) == 0 {
			want := next
			if n := len(free); n > 0 {
				want, free = free[n-1], free[:n-1]
			} else {
				next++
			}
			got, err := table.New(w.resources[0], uint32(step))
			if got != want || err != nil {
				t.Fatalf("step %d: handle %d, %v; want %d", step, got, err, want)
			}
			model[got] = uint32(step)
			continue
		}
		index := random.Uint32N(next + 2)
		rep, owned, err := table.Drop(w.resources[0], index)
		want, known := model[index]
		if known != (err == nil) || known && (rep != want || !owned) {
			t.Fatalf("step %d: dropped %d: %d, %v; want %d, %t", step, index, rep, err, want, known)
		}
		if known {
			delete(model, index)
			free = append(free, index)
		}
	}
	if table.Len() != len(model) || slices.Contains(free, 0) {
		t.Errorf("%d handles, want %d", table.Len(), len(model))
	}
}

func TestCallsDoNotAllocate(t *testing.T) {
	w := newWorld()
	borrow := types.BorrowOf(w.file)
	index, err := w.user.Handles.New(w.resources[0], 7)
	if err != nil {
		t.Fatal(err)
	}
	side := &Side{Instance: w.user, Resources: w.resources, Subtask: new(Subtask)}
	set := []*Instance{w.definer}
	allocations := testing.AllocsPerRun(100, func() {
		if err := Enter(set); err != nil {
			t.Fatal(err)
		}
		if _, err := side.LiftHandle(borrow, index); err != nil {
			t.Fatal(err)
		}
		side.Subtask.Return(w.user)
		Leave(set)
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

// TestRoom has the instances of a tree share how many handles there may be.
func TestRoom(t *testing.T) {
	both, r := NewInstances(2), &Resource{Type: &types.ResourceType{Name: "r"}}
	*both[0].Handles.room = 3
	for n, i := range []*Instance{both[0], both[1], both[0]} {
		if _, err := i.Handles.New(r, uint32(n)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := both[1].Handles.New(r, 3)
	wantTrap(t, err, "cannot allocate another handle: there are 1048576")
	if _, _, err := both[1].Handles.Drop(r, 1); err != nil {
		t.Fatal(err)
	}
	if index, err := both[1].Handles.New(r, 4); err != nil || index != 1 {
		t.Errorf("the index that was free: %d, %v", index, err)
	}
	if _, err := both[0].Handles.New(r, 5); err == nil {
		t.Error("an index that is free is another instance's")
	}
}
