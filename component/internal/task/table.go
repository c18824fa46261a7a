package task

// MaxHandles is how many entries the tables of a tree have at most together, and
// how many handles a call is lent. Table.MAX_LENGTH, 2^28-1 for each, would be
// gigabytes that a guest can have the host take in seconds.
const MaxHandles = 1 << 20

// A Table is the table of an instance's handles. Index 0 is never used; free
// indices are used again, the last freed first. The zero value is empty.
type Table struct {
	entries []entry // entries[0] stands for nothing
	free    uint32  // the first of the free ones, or 0; each has the next in rep
	used    int
	room    *int // how many entries more there may be, here and in the other tables of the tree
}

// An entry is a handle, or what else has an index.
type entry struct {
	kind     entryKind
	resource *Resource
	scope    *Task // of a borrow: the call that it ends with
	rep      uint32
	lends    uint32 // how many calls have it as a borrow now
}

type entryKind uint8

const (
	entryFree entryKind = iota
	entryOwn
	entryBorrow
)

// Len returns how many entries are in use.
func (t *Table) Len() int { return t.used }

// add puts e into the table and returns its index.
func (t *Table) add(e entry) (uint32, error) {
	if i := t.free; i != 0 {
		t.free = t.entries[i].rep
		t.entries[i] = e
		t.used++
		return i, nil
	}
	if len(t.entries) == 0 {
		t.begin()
	}
	if *t.room == 0 {
		return 0, trapf("cannot allocate another handle: there are %d", MaxHandles)
	}
	*t.room--
	t.entries = append(t.entries, e)
	t.used++
	return uint32(len(t.entries) - 1), nil
}

// begin makes the entry that stands for nothing.
func (t *Table) begin() {
	t.entries = make([]entry, 1, 8)
	if t.room == nil {
		t.room = newRoom()
	}
}

func newRoom() *int {
	room := MaxHandles
	return &room
}

// get returns the entry at index. The pointer is good until the next add.
func (t *Table) get(index uint32) (*entry, error) {
	if uint64(index) >= uint64(len(t.entries)) || t.entries[index].kind == entryFree {
		return nil, trapf("unknown handle index %d", index)
	}
	return &t.entries[index], nil
}

// remove frees index, which is in use.
func (t *Table) remove(index uint32) {
	t.entries[index] = entry{rep: t.free}
	t.free = index
	t.used--
}
