package corewasm

// Parse reads a module's interface and finds its parts. It checks the form of
// every section but the code section, of which it looks at no body, and no
// index. The module keeps binary, which must not change any more. Errors are of
// type [*Error].
//
// It takes time and memory in proportion to the binary without its code and
// data.
func Parse(binary []byte) (*Module, error) {
	p := parser{reader: newReader(binary), module: &Module{binary: binary}}
	p.readHeader()
	after := 0
	for section, ok := p.next(&after); ok; section, ok = p.next(&after) {
		p.module.Sections = append(p.module.Sections, section)
		p.content(section)
		p.finish()
	}
	p.checkCode()
	if p.err != nil {
		return nil, p.err
	}
	return p.module, nil
}

type parser struct {
	*reader
	module *Module
	bodies int // count of the code section
}

func (p *parser) content(section Section) {
	m := p.module
	switch section.ID {
	case SectionCustom:
		name := string(p.name())
		m.Customs = append(m.Customs, Custom{name, Range{uint32(p.pos), uint32(p.left())}})
		p.pos = p.end
	case SectionType:
		p.each("type", 2, func() { p.funcTypes(p.funcType) })
	case SectionImport:
		list(p, &m.Imports, "import", 4, p.imported)
	case SectionFunction:
		list(p, &m.Functions, "function", 1, p.typeIndex)
	case SectionTable:
		list(p, &m.Tables, "table", 3, p.table)
	case SectionMemory:
		list(p, &m.Memories, "memory", 2, p.memory)
	case SectionTag:
		list(p, &m.Tags, "tag", 2, p.tag)
	case SectionGlobal:
		list(p, &m.Globals, "global", 3, p.global)
	case SectionExport:
		list(p, &m.Exports, "export", 3, p.exported)
	case SectionStart:
		m.Start, m.HasStart = p.function(), true
	case SectionElement:
		list(p, &m.Elements, "element", 2, p.element)
	case SectionDataCount:
		p.u32()
	case SectionCode:
		p.bodies = p.count(1)
		p.pos = p.end
	case SectionData:
		list(p, &m.Data, "data", 2, p.dataSegment)
	}
}

// list reads the items of a section into dst, each of at least size bytes.
func list[T any](p *parser, dst *[]T, item string, size int, read func() T) {
	n := p.count(size)
	*dst = make([]T, 0, n)
	p.items(item, n, func() { *dst = append(*dst, read()) })
}

func (p *parser) funcType() {
	p.module.Types = append(p.module.Types, FuncType{p.valueTypes(), p.valueTypes()})
}

func (p *parser) imported() Import {
	module, name, desc := p.importItem()
	if p.err == nil {
		space := &p.module.imports[desc.Kind]
		*space = append(*space, uint32(len(p.module.Imports)))
	}
	return Import{string(module), string(name), desc}
}

func (p *parser) exported() Export {
	name, kind, index := p.exportItem()
	return Export{string(name), kind, index}
}

// checkCode holds the count of bodies against the count of functions.
func (p *parser) checkCode() {
	if functions := len(p.module.Functions); functions != p.bodies {
		p.fail("%d functions and %d bodies", functions, p.bodies)
	}
}
