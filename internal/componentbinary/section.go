package componentbinary

import "fmt"

// A SectionID is the byte that begins a section.
type SectionID byte

// The sections.
const (
	SectionCustom SectionID = iota
	SectionCoreModule
	SectionCoreInstance
	SectionCoreType
	SectionComponent
	SectionInstance
	SectionAlias
	SectionType
	SectionCanon
	SectionStart
	SectionImport
	SectionExport
	SectionValue
	sectionIDs // how many there are
)

// String returns the section's name.
func (id SectionID) String() string {
	if id < sectionIDs {
		return [sectionIDs]string{
			"custom", "core module", "core instance", "core type", "component", "instance",
			"alias", "type", "canon", "start", "import", "export", "value",
		}[id]
	}
	return fmt.Sprintf("section(0x%02x)", byte(id))
}

// A Range is a part of the binary of the outermost component.
type Range struct {
	Offset, Size uint32
}

// End returns the offset after the range.
func (r Range) End() uint32 { return r.Offset + r.Size }

// A Section is a part of a component. Sections may come in any order and more
// than once. What it defines are Count items from First on of the list in
// [Component] that is for its ID.
type Section struct {
	ID      SectionID
	Header  uint32 // offset of the ID
	Content Range
	First   int
	Count   int
}

// A Custom is a custom section; Content is what follows its name.
type Custom struct {
	Name    string
	Content Range
}

// next reads the header of the next section before the end of the component and
// bounds the reader to its content; at the end, or after an error, it returns
// false.
func (r *reader) next(end int) (Section, bool) {
	r.end = end
	if r.err != nil || r.pos == end {
		return Section{}, false
	}
	start := r.pos
	id := SectionID(r.byte())
	if id >= sectionIDs {
		r.failAt(start, "malformed section id: %#x", byte(id))
		return Section{}, false
	}
	r.path.Section(id.String())
	at := r.pos
	size := r.u32()
	if r.err == nil && uint64(size) > uint64(r.left()) {
		r.failAt(at, "unexpected end-of-file: section of %d bytes, and %d are left", size, r.left())
	}
	if r.err != nil {
		return Section{}, false
	}
	r.end = r.pos + int(size)
	return Section{ID: id, Header: uint32(start), Content: Range{uint32(r.pos), size}}, true
}

// finish checks that the section was read to its end.
func (r *reader) finish() {
	if r.err == nil && r.pos != r.end {
		r.failAt(r.pos, "unexpected data at the end of the section: %d bytes", r.left())
	}
}
