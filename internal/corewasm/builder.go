package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// A Builder puts a module together. The zero value is an empty module. It
// checks nothing, so that tests can build modules that are wrong.
//
// Indices count as in the binary: import everything of a kind before the first
// definition of that kind.
type Builder struct {
	sections [sectionIDs]vector
	types    map[string]uint32
	spaces   [kinds]uint32 // how large the index spaces are
	customs  []byte        // whole sections, after all others
}

// vector is the content of a section: items and how many there are.
type vector struct {
	count uint32
	items []byte
}

// Limit returns limits with a minimum and, if given, a maximum.
func Limit(minimum uint32, maximum ...uint32) Limits {
	l := Limits{Min: minimum}
	for _, m := range maximum {
		l.Max, l.HasMax = m, true
	}
	return l
}

// Type returns the index of the function type and adds it if it is new.
func (b *Builder) Type(params, results []ValueType) uint32 {
	item := []byte{formFunc}
	item = appendTypes(item, params)
	item = appendTypes(item, results)
	if index, ok := b.types[string(item)]; ok {
		return index
	}
	if b.types == nil {
		b.types = map[string]uint32{}
	}
	index := b.add(SectionType, item)
	b.types[string(item)] = index
	return index
}

// Import adds an import and returns its index among its kind.
func (b *Builder) Import(module, name string, desc Desc) uint32 {
	item := appendName(nil, module)
	item = appendName(item, name)
	item = append(item, byte(desc.Kind))
	switch desc.Kind {
	case KindTag:
		item = append(item, 0)
		fallthrough
	case KindFunc:
		item = leb128.AppendUint32(item, desc.Type)
	case KindTable:
		item = appendLimits(appendType(item, desc.Value), desc.Limits)
	case KindMemory:
		item = appendLimits(item, desc.Limits)
	case KindGlobal:
		item = appendGlobalType(item, desc.Value, desc.Mutable)
	}
	b.add(SectionImport, item)
	return b.next(desc.Kind)
}

// ImportFunc adds the import of a function and returns its index.
func (b *Builder) ImportFunc(module, name string, params, results []ValueType) uint32 {
	return b.Import(module, name, Desc{Kind: KindFunc, Type: b.Type(params, results)})
}

// Func adds a function and returns its index. The code goes without the end
// that closes the function.
func (b *Builder) Func(params, results, locals []ValueType, code Code) uint32 {
	body := leb128.AppendUint32(nil, uint32(len(locals)))
	for _, t := range locals {
		body = appendType(append(body, 1), t)
	}
	body = append(append(body, code...), opEnd)
	return b.FuncBody(b.Type(params, results), body)
}

// FuncBody adds a function of that type whose body is given as it stands in the
// binary after its size: locals, code and end.
func (b *Builder) FuncBody(typeIndex uint32, body []byte) uint32 {
	b.add(SectionFunction, leb128.AppendUint32(nil, typeIndex))
	b.add(SectionCode, append(leb128.AppendUint32(nil, uint32(len(body))), body...))
	return b.next(KindFunc)
}

// Table adds a table and returns its index.
func (b *Builder) Table(element ValueType, limits Limits) uint32 {
	b.add(SectionTable, appendLimits(appendType(nil, element), limits))
	return b.next(KindTable)
}

// Memory adds a memory and returns its index.
func (b *Builder) Memory(limits Limits) uint32 {
	b.add(SectionMemory, appendLimits(nil, limits))
	return b.next(KindMemory)
}

// Global adds a global and returns its index. The initial value goes without
// its end.
func (b *Builder) Global(value ValueType, mutable bool, init Code) uint32 {
	b.add(SectionGlobal, append(append(appendGlobalType(nil, value, mutable), init...), opEnd))
	return b.next(KindGlobal)
}

// Tag adds a tag of exceptions with those values and returns its index.
func (b *Builder) Tag(params []ValueType) uint32 {
	b.add(SectionTag, leb128.AppendUint32([]byte{0}, b.Type(params, nil)))
	return b.next(KindTag)
}

// Export adds an export.
func (b *Builder) Export(name string, kind Kind, index uint32) {
	b.add(SectionExport, leb128.AppendUint32(append(appendName(nil, name), byte(kind)), index))
}

// Start names the start function.
func (b *Builder) Start(index uint32) {
	b.sections[SectionStart].items = leb128.AppendUint32(nil, index)
}

// Elements adds an active element segment of functions, for table 0.
func (b *Builder) Elements(at int32, funcs ...uint32) uint32 {
	segment := append(leb128.AppendUint32(nil, 0), Code{}.I32Const(at).End()...)
	segment = leb128.AppendUint32(segment, uint32(len(funcs)))
	for _, f := range funcs {
		segment = leb128.AppendUint32(segment, f)
	}
	return b.ElementSegment(segment)
}

// ElementSegment adds an element segment as it stands in the binary.
func (b *Builder) ElementSegment(segment []byte) uint32 {
	return b.add(SectionElement, segment)
}

// Data adds an active data segment, for memory 0.
func (b *Builder) Data(at int32, data []byte) uint32 {
	segment := append(leb128.AppendUint32(nil, 0), Code{}.I32Const(at).End()...)
	return b.add(SectionData, append(leb128.AppendUint32(segment, uint32(len(data))), data...))
}

// PassiveData adds a data segment for memory.init. All data are counted in a
// section of their own, which such code needs.
func (b *Builder) PassiveData(data []byte) uint32 {
	b.sections[SectionDataCount].items = []byte{}
	return b.add(SectionData, append(leb128.AppendUint32([]byte{1}, uint32(len(data))), data...))
}

// Custom adds a custom section; all of them come last.
func (b *Builder) Custom(name string, content []byte) {
	b.customs = appendSection(b.customs, SectionCustom, append(appendName(nil, name), content...))
}

// Bytes returns the module.
func (b *Builder) Bytes() []byte {
	if count := &b.sections[SectionDataCount]; count.items != nil {
		count.items = leb128.AppendUint32(nil, b.sections[SectionData].count)
	}
	binary := []byte(header)
	for _, id := range sectionOrder {
		section := b.sections[id]
		switch {
		case id == SectionStart || id == SectionDataCount:
			if section.items != nil {
				binary = appendSection(binary, id, section.items)
			}
		case section.count > 0:
			binary = appendSection(binary, id, append(leb128.AppendUint32(nil, section.count), section.items...))
		}
	}
	return append(binary, b.customs...)
}

func (b *Builder) add(id SectionID, item []byte) (index uint32) {
	section := &b.sections[id]
	section.items = append(section.items, item...)
	section.count++
	return section.count - 1
}

func (b *Builder) next(kind Kind) (index uint32) {
	b.spaces[kind]++
	return b.spaces[kind] - 1
}

func appendSection(dst []byte, id SectionID, content []byte) []byte {
	dst = leb128.AppendUint32(append(dst, byte(id)), uint32(len(content)))
	return append(dst, content...)
}

func appendName(dst []byte, name string) []byte {
	return append(leb128.AppendUint32(dst, uint32(len(name))), name...)
}

func appendTypes(dst []byte, types []ValueType) []byte {
	dst = leb128.AppendUint32(dst, uint32(len(types)))
	for _, t := range types {
		dst = appendType(dst, t)
	}
	return dst
}

func appendType(dst []byte, t ValueType) []byte {
	dst = append(dst, t.Byte())
	if t.hasHeap() {
		dst = leb128.AppendInt64(dst, int64(t)>>8)
	}
	return dst
}

func appendGlobalType(dst []byte, value ValueType, mutable bool) []byte {
	dst = appendType(dst, value)
	if mutable {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func appendLimits(dst []byte, l Limits) []byte {
	var flags byte
	if l.HasMax {
		flags |= limitsMax
	}
	if l.Shared {
		flags |= limitsShared
	}
	dst = leb128.AppendUint32(append(dst, flags), l.Min)
	if l.HasMax {
		dst = leb128.AppendUint32(dst, l.Max)
	}
	return dst
}
