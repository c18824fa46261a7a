package p1

// MaxDescriptors is how many descriptors a guest can have open.
const MaxDescriptors = 1024

// firstFree is the lowest descriptor that is given out: what the guest opens
// never takes the place of a standard stream that it closed.
const firstFree = 3

// An entry is an open descriptor.
type entry struct {
	descriptor Descriptor
	rights     Rights
	inherits   Rights // what may be opened from it can have
	flags      uint16
	readOnly   bool   // it is of a tree that is only read
	preopen    string // the guest's name of it if it was open from the start
}

// refuse returns the error for a use of the entry that it has no right to.
func (e *entry) refuse(need Rights) Errno {
	_, isDirectory := e.descriptor.(*directory)
	_, isFile := e.descriptor.(*file)
	switch {
	case isDirectory && need&fileRights&^directoryRights != 0:
		return EISDIR
	case !isDirectory && need&directoryRights&^fileRights != 0:
		return ENOTDIR
	case !isFile && need&positionRights != 0:
		return ESPIPE
	case need&(FDRead|FDWrite)&^e.rights != 0:
		return EBADF
	case e.readOnly && need&changingRights&^e.rights != 0:
		return EROFS
	}
	return ENOTCAPABLE
}

// A table holds the open descriptors of a guest by their number.
type table struct {
	entries []*entry // nil: free
	open    int
}

// get returns an open descriptor that may be used as needed.
func (t *table) get(fd uint32, need Rights) (*entry, error) {
	if uint64(fd) >= uint64(len(t.entries)) || t.entries[fd] == nil {
		return nil, EBADF
	}
	e := t.entries[fd]
	if need&^e.rights != 0 {
		return nil, e.refuse(need)
	}
	return e, nil
}

// full reports whether nothing more can be opened.
func (t *table) full() bool { return t.open >= MaxDescriptors }

// insert gives e the lowest free number.
func (t *table) insert(e *entry) (uint32, error) {
	if t.full() {
		return 0, EMFILE
	}
	t.open++
	for fd := firstFree; fd < len(t.entries); fd++ {
		if t.entries[fd] == nil {
			t.entries[fd] = e
			return uint32(fd), nil
		}
	}
	t.entries = append(t.entries, e)
	return uint32(len(t.entries) - 1), nil
}

// remove takes an open descriptor out of the table.
func (t *table) remove(fd uint32) (*entry, error) {
	e, err := t.get(fd, 0)
	if err != nil {
		return nil, err
	}
	t.entries[fd] = nil
	t.open--
	return e, nil
}
