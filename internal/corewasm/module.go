package corewasm

// A Module is what [Parse] found in a binary. It keeps the binary and points
// into it; names are copies. It is safe for concurrent use.
type Module struct {
	Sections  []Section    // all, in order
	Types     []FuncType   // groups of recursive types laid out flat
	Imports   []Import     // in order
	Functions []uint32     // the type of each function that is defined
	Tables    []Definition // that are defined
	Memories  []Desc       // that are defined
	Tags      []Desc       // that are defined
	Globals   []Definition // that are defined
	Exports   []Export     // in order
	Elements  []Segment
	Data      []Segment
	Customs   []Custom // in order

	// Start is the start function if HasStart.
	Start    uint32
	HasStart bool

	binary  []byte
	imports [kinds][]uint32 // which imports are of a kind
}

// ImportCount returns how many imports are of that kind, which is where the
// index space of the kind goes on with what the module defines.
func (m *Module) ImportCount(kind Kind) int {
	return len(m.imports[kind])
}

// Desc describes the thing of that kind and index, or returns false if there is
// none.
func (m *Module) Desc(kind Kind, index uint32) (Desc, bool) {
	if kind >= kinds {
		return Desc{}, false
	}
	if imports := m.imports[kind]; uint64(index) < uint64(len(imports)) {
		return m.Imports[imports[index]].Desc, true
	}
	return m.defined(kind, uint64(index)-uint64(len(m.imports[kind])))
}

func (m *Module) defined(kind Kind, i uint64) (Desc, bool) {
	switch {
	case kind == KindFunc && i < uint64(len(m.Functions)):
		return Desc{Kind: KindFunc, Type: m.Functions[i]}, true
	case kind == KindTable && i < uint64(len(m.Tables)):
		return m.Tables[i].Desc, true
	case kind == KindMemory && i < uint64(len(m.Memories)):
		return m.Memories[i], true
	case kind == KindGlobal && i < uint64(len(m.Globals)):
		return m.Globals[i].Desc, true
	case kind == KindTag && i < uint64(len(m.Tags)):
		return m.Tags[i], true
	}
	return Desc{}, false
}

// FuncType returns the type of the function of that index, or false if there is
// no such function or type.
func (m *Module) FuncType(index uint32) (FuncType, bool) {
	desc, ok := m.Desc(KindFunc, index)
	if !ok || uint64(desc.Type) >= uint64(len(m.Types)) {
		return FuncType{}, false
	}
	return m.Types[desc.Type], true
}

// Bytes returns the bytes of a range of the module. They are a view.
func (m *Module) Bytes(r Range) []byte {
	return m.binary[r.Offset:r.End():r.End()]
}

// Custom returns the contents of the custom sections of that name, in order.
// They are views.
func (m *Module) Custom(name string) [][]byte {
	var contents [][]byte
	for _, custom := range m.Customs {
		if custom.Name == name {
			contents = append(contents, m.Bytes(custom.Content))
		}
	}
	return contents
}

// Section returns the section of that ID, or false if there is none.
func (m *Module) Section(id SectionID) (Section, bool) {
	for _, section := range m.Sections {
		if section.ID == id {
			return section, true
		}
	}
	return Section{}, false
}

// Bodies returns where the bodies of the functions are, their locals included
// and the size before each not, in the order of Functions. It reads the code
// section anew each time.
func (m *Module) Bodies() ([]Range, error) {
	section, ok := m.Section(SectionCode)
	if !ok {
		return nil, nil
	}
	r := newReader(m.binary)
	r.section = section.ID.String()
	r.pos, r.end = int(section.Content.Offset), int(section.Content.End())
	bodies := make([]Range, 0, len(m.Functions))
	r.each("code", 1, func() { bodies = append(bodies, r.body()) })
	r.finish()
	return bodies, r.result()
}
