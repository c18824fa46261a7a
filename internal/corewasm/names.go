package corewasm

// The subsections of the name section that are read.
const (
	namesModule   = 0
	namesFunction = 1
)

// FunctionNames returns the names that the module's name section gives to
// functions, by function index, imports included. Names are advice: a section
// that is broken yields what could be read before the break, indices that are
// no function's are left out, and the first of several sections counts.
//
// It reads the section anew each time.
func (m *Module) FunctionNames() map[uint32]string {
	names := map[uint32]string{}
	functions := uint64(m.ImportCount(KindFunc)) + uint64(len(m.Functions))
	m.nameSubsection(namesFunction, func(r *reader) {
		r.each("name", 2, func() {
			index, name := r.u32(), r.name()
			if r.err == nil && uint64(index) < functions {
				names[index] = string(name)
			}
		})
	})
	return names
}

// ModuleName returns the name that the module's name section gives to it, or
// the empty string.
func (m *Module) ModuleName() string {
	var name []byte
	m.nameSubsection(namesModule, func(r *reader) { name = r.name() })
	return string(name)
}

// nameSubsection calls read with a reader of the first subsection of that ID.
func (m *Module) nameSubsection(id byte, read func(*reader)) {
	for _, custom := range m.Customs {
		if custom.Name == "name" {
			r := m.readerAt(custom.Content)
			for r.err == nil && r.left() > 0 {
				sub, size := r.byte(), r.u32()
				if r.err == nil && sub == id {
					// A size that lies must not hide names that are there.
					r.end = min(r.end, r.pos+int(min(size, maxSize)))
					read(r)
					return
				}
				r.skip(size)
			}
			return
		}
	}
}

func (m *Module) readerAt(part Range) *reader {
	r := newReader(m.binary)
	r.pos, r.end = int(part.Offset), int(part.End())
	return r
}
