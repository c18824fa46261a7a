package corewasm

import "fmt"

// A SectionID is the byte that begins a section.
type SectionID byte

// The sections.
const (
	SectionCustom SectionID = iota
	SectionType
	SectionImport
	SectionFunction
	SectionTable
	SectionMemory
	SectionGlobal
	SectionExport
	SectionStart
	SectionElement
	SectionCode
	SectionData
	SectionDataCount
	SectionTag
	sectionIDs // how many there are
)

// sectionRank is the order in which sections must come, and 0 where they may
// stand anywhere: by ID, but tags come after memories and the data count
// before the code.
var sectionRank = [sectionIDs]int{
	SectionType: 1, SectionImport: 2, SectionFunction: 3, SectionTable: 4,
	SectionMemory: 5, SectionTag: 6, SectionGlobal: 7, SectionExport: 8,
	SectionStart: 9, SectionElement: 10, SectionDataCount: 11, SectionCode: 12,
	SectionData: 13,
}

// sectionOrder is the order in which sections are written.
var sectionOrder = [...]SectionID{
	SectionType, SectionImport, SectionFunction, SectionTable, SectionMemory,
	SectionTag, SectionGlobal, SectionExport, SectionStart, SectionElement,
	SectionDataCount, SectionCode, SectionData,
}

// String returns the section's name as the specification has it.
func (id SectionID) String() string {
	if id < sectionIDs {
		return [sectionIDs]string{
			"custom", "type", "import", "function", "table", "memory", "global",
			"export", "start", "element", "code", "data", "data count", "tag",
		}[id]
	}
	return fmt.Sprintf("section(0x%02x)", byte(id))
}

// header is how modules begin: the magic number, and the version and layer.
const header = "\x00asm\x01\x00\x00\x00"

// readHeader reads the first eight bytes, and says what the input is if it is
// something else than a core module.
func (r *reader) readHeader() {
	if r.err != nil || len(r.data) >= len(header) && string(r.data[:len(header)]) == header {
		r.pos = min(len(header), len(r.data))
		return
	}
	r.failAt(0, "%s", notAModule(r.data))
}

func notAModule(data []byte) string {
	switch {
	case len(data) == 0:
		return "it is empty"
	case looksLikeText(data):
		if trimmed := trimText(data); hasPrefix(trimmed, "(module") || hasPrefix(trimmed, "(component") {
			return "it is the text format (WAT): translate it to a binary first"
		}
		return "it looks like text, not like a WebAssembly binary"
	case len(data) < 4 || !hasPrefix(data, header[:4]):
		if len(data) < 4 && hasPrefix([]byte(header), string(data)) {
			return "it is cut off within the first 8 bytes"
		}
		return "it is not a WebAssembly binary: the magic number is missing"
	case len(data) < 8:
		return "it is cut off within the first 8 bytes"
	case data[6] == 1 && data[7] == 0:
		return "it is a component, not a core module"
	}
	return fmt.Sprintf("it has version %#x, not 1", uint32(data[4])|uint32(data[5])<<8|uint32(data[6])<<16|uint32(data[7])<<24)
}

// looksLikeText reports whether the first bytes are printable ASCII or white
// space, or a byte order mark.
func looksLikeText(data []byte) bool {
	if hasPrefix(data, "\xef\xbb\xbf") {
		return true
	}
	for _, c := range data[:min(len(data), 16)] {
		if c != '\t' && c != '\n' && c != '\r' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

func trimText(data []byte) []byte {
	if hasPrefix(data, "\xef\xbb\xbf") {
		data = data[3:]
	}
	for len(data) > 0 && (data[0] == ' ' || data[0] == '\t' || data[0] == '\n' || data[0] == '\r') {
		data = data[1:]
	}
	return data
}

func hasPrefix(data []byte, prefix string) bool {
	return len(data) >= len(prefix) && string(data[:len(prefix)]) == prefix
}

// next reads the header of the next section and bounds the reader to its
// content; at the end of the binary, or after an error, it returns false.
// after is the rank of the last section before it that is not custom.
func (r *reader) next(after *int) (Section, bool) {
	r.leave()
	if r.err != nil || r.pos == len(r.data) {
		return Section{}, false
	}
	start := r.pos
	id := SectionID(r.byte())
	if id >= sectionIDs {
		r.failAt(start, "unknown section %#x", byte(id))
		return Section{}, false
	}
	r.section = id.String()
	at := r.pos
	size := r.u32()
	if r.err == nil && uint64(size) > uint64(len(r.data)-r.pos) {
		r.failAt(at, "size %d goes beyond the end", size)
	}
	if rank := sectionRank[id]; rank != 0 {
		if rank <= *after {
			r.failAt(start, "it is out of order or there twice")
		}
		*after = rank
	}
	if r.err != nil {
		return Section{}, false
	}
	r.end = r.pos + int(size)
	return Section{ID: id, Header: uint32(start), Content: Range{uint32(r.pos), size}}, true
}

// finish checks that the section was read to its end.
func (r *reader) finish() {
	r.item = ""
	if r.err == nil && r.pos != r.end {
		r.fail("%d bytes are left over", r.end-r.pos)
	}
}

// leave lifts the bound of the section.
func (r *reader) leave() {
	r.section, r.item, r.end = "", "", len(r.data)
}
