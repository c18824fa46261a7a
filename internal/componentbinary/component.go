package componentbinary

// A Component is what [Parse] found in a binary. Each list has the items of all
// sections of its kind, in order; Sections says how they are interleaved. It is
// safe for concurrent use as long as nobody changes it.
type Component struct {
	// Range is where the component is in the binary.
	Range Range

	Sections      []Section
	Customs       []Custom
	Modules       []Range // the core modules, undecoded
	CoreInstances []CoreInstance
	CoreTypes     []CoreTypeDef
	Components    []*Component
	Instances     []Instance
	Aliases       []Alias
	Types         []TypeDef
	Canons        []Canon
	Starts        []Start
	Imports       []Import
	Exports       []Export
	Values        []Value

	binary []byte
}

// The two ways in which a binary can begin: magic number, version and layer.
const (
	componentHeader = "\x00asm\x0d\x00\x01\x00"
	moduleHeader    = "\x00asm\x01\x00\x00\x00"
)

// Is reports whether a binary begins like a component, whatever its version.
func Is(binary []byte) bool {
	return len(binary) >= 8 && string(binary[:4]) == componentHeader[:4] && binary[6] == 1 && binary[7] == 0
}

// Parse decodes a component with all that is nested in it. The component keeps
// binary, which must not change any more. Errors are of type [*Error].
//
// It takes time and memory in proportion to the binary without its core
// modules.
func Parse(binary []byte) (*Component, error) {
	r := newReader(binary)
	c := r.component()
	if r.err != nil {
		return nil, r.err
	}
	return c, nil
}

// Bytes returns the bytes of a range. They are a view.
func (c *Component) Bytes(r Range) []byte {
	return c.binary[r.Offset:r.End():r.End()]
}

// component reads a component up to the reader's end.
func (r *reader) component() *Component {
	end := r.end
	c := &Component{Range: Range{uint32(r.pos), uint32(end - r.pos)}, binary: r.data}
	if !r.nest() {
		return c
	}
	defer r.unnest()
	r.header()
	r.reserve(c, end)
	depth := r.path.Depth()
	for section, ok := r.next(end); ok; section, ok = r.next(end) {
		section.First = c.size(section.ID)
		r.content(c, section)
		section.Count = c.size(section.ID) - section.First
		c.Sections = append(c.Sections, section)
		r.finish()
		r.path.Return(depth)
	}
	return c
}

// header reads the first eight bytes.
func (r *reader) header() {
	at, head := r.pos, r.data[r.pos:r.end]
	if len(head) >= len(componentHeader) && string(head[:len(componentHeader)]) == componentHeader {
		r.pos += len(componentHeader)
		return
	}
	switch {
	case len(head) >= 4 && string(head[:4]) != componentHeader[:4]:
		r.failAt(at, "magic header not detected: it is not a WebAssembly binary")
	case len(head) < len(componentHeader):
		r.failAt(at, "unexpected end-of-file: it is cut off within the first 8 bytes")
	case string(head[:len(moduleHeader)]) == moduleHeader:
		r.failAt(at+4, "expected a version header for a component: it is a core module")
	case head[6] == 1 && head[7] == 0:
		r.failAt(at+4, "unknown binary version %#x of components", uint16(head[4])|uint16(head[5])<<8)
	default:
		r.failAt(at+4, "unknown binary version and layer: % x", head[4:8])
	}
}

// content reads a section into c.
func (r *reader) content(c *Component, section Section) {
	switch section.ID {
	case SectionCustom:
		c.Customs = append(c.Customs, r.custom())
	case SectionCoreModule:
		r.pos = r.end
		c.Modules = append(c.Modules, section.Content)
	case SectionCoreInstance:
		c.CoreInstances = appendList(c.CoreInstances, r, "instance", smallest[section.ID], (*reader).coreInstance)
	case SectionCoreType:
		c.CoreTypes = appendList(c.CoreTypes, r, "type", smallest[section.ID], (*reader).coreType)
	case SectionComponent:
		r.path.Return(r.path.Depth() - 1)
		r.path.Enter("component", len(c.Components))
		c.Components = append(c.Components, r.component())
	case SectionInstance:
		c.Instances = appendList(c.Instances, r, "instance", smallest[section.ID], (*reader).instance)
	case SectionAlias:
		c.Aliases = appendList(c.Aliases, r, "alias", smallest[section.ID], (*reader).alias)
	case SectionType:
		c.Types = appendList(c.Types, r, "type", smallest[section.ID], (*reader).typeDef)
	case SectionCanon:
		c.Canons = appendList(c.Canons, r, "canon", smallest[section.ID], (*reader).canon)
	case SectionStart:
		c.Starts = append(c.Starts, r.start())
	case SectionImport:
		c.Imports = appendList(c.Imports, r, "import", smallest[section.ID], (*reader).imported)
	case SectionExport:
		c.Exports = appendList(c.Exports, r, "export", smallest[section.ID], (*reader).exported)
	case SectionValue:
		c.Values = appendList(c.Values, r, "value", smallest[section.ID], (*reader).value)
	}
}

// size returns how many items c has of what sections of that ID define.
func (c *Component) size(id SectionID) int {
	return [sectionIDs]int{
		len(c.Customs), len(c.Modules), len(c.CoreInstances), len(c.CoreTypes), len(c.Components),
		len(c.Instances), len(c.Aliases), len(c.Types), len(c.Canons), len(c.Starts),
		len(c.Imports), len(c.Exports), len(c.Values),
	}[id]
}

// custom reads a custom section.
func (r *reader) custom() Custom {
	c := Custom{Name: r.name(), Content: Range{uint32(r.pos), uint32(r.left())}}
	r.pos = r.end
	return c
}
