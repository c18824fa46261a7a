package task

// MaxHandles is how many entries a table has at most: Table.MAX_LENGTH.
const MaxHandles = 1<<28 - 1

// A Table is the table of an instance's handles. Index 0 is never used; free
// indices are used again, the last freed first. The zero value is empty.
type Table struct {
	entries []entry // entries[0] stands for nothing
	free    uint32  // the first of the free ones, or 0; each has the next in rep
	used    int
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
		t.entries = make([]entry, 1, 8)
	}
	if len(t.entries) > MaxHandles {
		return 0, trapf("cannot allocate another handle: index overflow")
	}
	t.entries = append(t.entries, e)
	t.used++
	return uint32(len(t.entries) - 1), nil
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
