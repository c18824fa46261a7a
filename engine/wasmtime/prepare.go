//go:build cgo

package wasmtime

import (
	"errors"
	"fmt"
	"math"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// A plan is what is known of a module besides what wasmtime compiled.
type plan struct {
	reexports map[string]int     // exports that are imports, as positions in Imports
	start     bool               // there is a start function, exported for the engine
	code      bool               // there are functions, of which one is exported for the engine
	helpers   []*engine.HostFunc // the engine's functions that it imports after its own imports
	carefree  bool               // instantiating it, without imports from guests, does nothing that can fail
}

// sectionOrder is the order in which sections stand in a binary.
var sectionOrder = [...]corewasm.SectionID{
	corewasm.SectionType, corewasm.SectionImport, corewasm.SectionFunction, corewasm.SectionTable,
	corewasm.SectionMemory, corewasm.SectionTag, corewasm.SectionGlobal, corewasm.SectionExport,
	corewasm.SectionElement, corewasm.SectionDataCount, corewasm.SectionCode, corewasm.SectionData,
}

// prepare returns the binary that wasmtime compiles: the same module with the
// limits as the maxima of its memories and tables, with its first function and
// its start function exported for the engine instead of started, and with no
// names but the module's number. What cannot be stopped is rewritten (see
// [rewrite]).
func (e *Engine) prepare(m *Module, binary []byte) ([]byte, error) {
	module, err := corewasm.Parse(binary)
	if err != nil {
		return nil, err
	}
	if of, ok := module.FuncType(module.Start); module.HasStart && (!ok || len(of.Params)+len(of.Results) > 0) {
		return nil, errStart
	}
	m.plan = newPlan(module)
	if section, ok := module.Section(corewasm.SectionCode); ok {
		m.source.code = uint64(section.Content.Offset)
	}
	if module, err = rewrite(module, m); err != nil {
		return nil, err
	}
	p := &preparer{
		engine: e, module: module, source: m.source, limits: m.limits,
		out: make([]byte, 0, len(binary)+512),
	}
	p.out = append(p.out, "\x00asm\x01\x00\x00\x00"...)
	for _, id := range sectionOrder {
		p.section(id)
	}
	p.name()
	return p.out, nil
}

// errStart stands for wasmtime's own error: what is only exported for the engine
// may have any type.
var errStart = errors.New("the start function is not there, or has parameters or results")

func newPlan(module *corewasm.Module) *plan {
	p := &plan{
		reexports: map[string]int{},
		start:     module.HasStart,
		code:      len(module.Functions) > 0,
		carefree:  !module.HasStart && segmentsFit(module),
	}
	var positions [corewasm.KindTag + 1][]int
	for i, imported := range module.Imports {
		positions[imported.Kind] = append(positions[imported.Kind], i)
	}
	for _, export := range module.Exports {
		if of := positions[export.Kind]; uint64(export.Index) < uint64(len(of)) {
			p.reexports[export.Name] = of[export.Index]
		}
	}
	return p
}

// segmentsFit reports whether all active segments are sure to fit into memories
// and tables that the module itself defines.
func segmentsFit(module *corewasm.Module) bool {
	fit := func(segments []corewasm.Segment, kind corewasm.Kind, unit uint64) bool {
		for _, s := range segments {
			if s.Mode != corewasm.Active {
				continue
			}
			desc, ok := module.Desc(kind, s.Index)
			at, constant := constantOffset(module.Bytes(s.At))
			if !ok || !constant || uint64(at)+uint64(s.Count) > uint64(desc.Limits.Min)*unit {
				return false
			}
		}
		return true
	}
	return fit(module.Data, corewasm.KindMemory, engine.PageSize) && fit(module.Elements, corewasm.KindTable, 1)
}

// constantOffset reads a constant expression that is one i32.const.
func constantOffset(expr []byte) (uint32, bool) {
	const i32const, end = 0x41, 0x0b
	if len(expr) < 3 || expr[0] != i32const {
		return 0, false
	}
	v, size, err := leb128.Int32(expr[1:])
	return uint32(v), err == nil && len(expr) == size+2 && expr[size+1] == end
}

// A preparer writes the prepared binary.
type preparer struct {
	engine *Engine
	module *corewasm.Module
	source *source
	limits engine.Limits
	out    []byte
}

// section writes the section of that ID, changed where it has to be.
func (p *preparer) section(id corewasm.SectionID) {
	section, there := p.module.Section(id)
	switch content := p.module.Bytes(section.Content); {
	case id == corewasm.SectionExport:
		p.append(id, p.exports())
	case !there:
	case id == corewasm.SectionMemory:
		p.append(id, p.memories())
	case id == corewasm.SectionTable:
		p.append(id, p.tables(content))
	case id == corewasm.SectionCode:
		p.append(id, content)
		p.source.compiled = uint64(len(p.out) - len(content))
	default:
		p.append(id, content)
	}
}

func (p *preparer) append(id corewasm.SectionID, content []byte) {
	p.out = leb128.AppendUint32(append(p.out, byte(id)), uint32(len(content)))
	p.out = append(p.out, content...)
}

// memories is the memory section with maxima that are within the limits.
func (p *preparer) memories() []byte {
	out := leb128.AppendUint32(nil, uint32(len(p.module.Memories)))
	for _, memory := range p.module.Memories {
		out = appendLimits(out, memory.Limits, p.limits.MemoryPages())
	}
	return out
}

// appendLimits writes limits whose maximum is at most most.
func appendLimits(out []byte, l corewasm.Limits, most uint32) []byte {
	const hasMax, shared = 1, 2
	flags := byte(hasMax)
	if l.Shared {
		flags |= shared
	}
	if l.HasMax {
		most = min(most, l.Max)
	}
	out = leb128.AppendUint32(append(out, flags), l.Min)
	return leb128.AppendUint32(out, most)
}

// tables is the table section with maxima that are within the limits.
func (p *preparer) tables(content []byte) []byte {
	_, size, _ := leb128.Uint32(content) // it was parsed before
	out := append([]byte(nil), content[:size]...)
	rest := content[size:]
	for _, table := range p.module.Tables {
		size := tableTypeSize(rest)
		out = append(out, rest[:size]...)
		out = appendLimits(out, table.Limits, uint32(min(p.limits.TableElements, math.MaxUint32)))
		rest = rest[size+limitsSize(rest[size:]):]
		out = append(out, p.module.Bytes(table.Init)...)
		rest = rest[table.Init.Size:]
	}
	return out
}

// tableTypeSize is how many bytes stand before the limits of a table.
func tableTypeSize(table []byte) int {
	const withInit, refNull, ref = 0x40, 0x63, 0x64
	size := 0
	if table[0] == withInit {
		size = 2
	}
	if b := table[size]; b != refNull && b != ref {
		return size + 1
	}
	_, heap, _ := leb128.Int33(table[size+1:])
	return size + 1 + heap
}

// limitsSize is how many bytes limits take.
func limitsSize(b []byte) int {
	_, size, _ := leb128.Uint32(b[1:])
	if b[0]&1 != 0 {
		_, more, _ := leb128.Uint32(b[1+size:])
		size += more
	}
	return 1 + size
}

// exports is the export section with what the engine needs.
func (p *preparer) exports() []byte {
	var more []byte
	count := uint32(len(p.module.Exports))
	add := func(name string, kind corewasm.Kind, index uint32) {
		more = append(leb128.AppendUint32(more, uint32(len(name))), name...)
		more = leb128.AppendUint32(append(more, byte(kind)), index)
		count++
	}
	if len(p.module.Functions) > 0 {
		add(p.engine.self, corewasm.KindFunc, uint32(p.module.ImportCount(corewasm.KindFunc)))
	}
	if p.module.HasStart {
		add(p.engine.start, corewasm.KindFunc, p.module.Start)
	}
	if _, ok := p.module.Desc(corewasm.KindMemory, 0); ok && p.source.rewritten != nil {
		add(p.engine.memory, corewasm.KindMemory, 0)
	}
	out := leb128.AppendUint32(nil, count)
	if section, ok := p.module.Section(corewasm.SectionExport); ok {
		content := p.module.Bytes(section.Content)
		_, size, _ := leb128.Uint32(content)
		out = append(out, content[size:]...)
	}
	return append(out, more...)
}

// name writes a name section with the number of the module as its name.
func (p *preparer) name() {
	const digits = 16
	content := fmt.Appendf([]byte("\x04name\x00"), "%c%c%0*x", digits+1, digits, digits, p.source.number)
	p.append(corewasm.SectionCustom, content)
}
