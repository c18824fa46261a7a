package corewasm

import (
	"cmp"
	"slices"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// RewriterVersion changes whenever the code that rewrites does, so that the output
// can be kept under a key, and what was compiled from it. A test of the engine that
// keeps it holds the version to the sources.
const RewriterVersion = 8

// Rewrite makes a module ready for an engine that resolves imports by name and
// cannot interrupt code: imports get the names that options say, and each loop
// and each function that can take long counts down a slice of work (see
// [Options]); see reach for those that do not look whether it is spent. What a guest can observe stays the same.
//
// The counter is a mutable i64 global after all others, followed by an i32 for
// operands if bulk instructions need it. A unit is one pass of a loop or one call, or every 32 bytes of code
// that a path goes through. Bulk instructions on more than 4 KiB cost by their
// size and are done in chunks of 64 KiB, by functions that are added after all
// others; growth and exceptions cost more. So the time of a slice is bounded
// whatever the guest does: see unitCost. What is added to the imports are the
// last functions of them: the indices of the functions that the module defines
// grow by one, and by more if [Options] say Waits or Grow, wherever they stand.
//
// Custom sections are dropped. More than one memory is refused, because wazero
// takes the last without a word; so is a module that uses a type or global that
// it has not, since it may have it afterwards, and the counter is not the
// guest's to write. Else no index and no type is checked. Errors are of type
// [*Error].
//
// It walks the code once. A module of 1 MB takes some milliseconds.
func Rewrite(module *Module, options Options) (*Rewritten, error) {
	w := newRewriter(module, &options)
	if module.ImportCount(KindMemory)+len(module.Memories) > 1 {
		w.in.lack(0, "multi-memory")
	}
	code := w.codeSection()
	w.out = append(w.newOutput(len(code)), header...)
	for _, id := range sectionOrder {
		if id == SectionCode {
			w.out = append(w.out, code...)
			continue
		}
		section, there := module.Section(id)
		w.section(id, section, there)
	}
	if w.in.err != nil {
		return nil, w.in.err
	}
	w.names()
	if options.Trace {
		w.out = appendTrace(w.out)
	}
	return &Rewritten{
		Binary: w.out, Offsets: w.offsets, Functions: w.FunctionMap, Throws: w.throws,
		Unneeded: options.Unmetered && len(w.helpers.types) == 0 && w.waits == 0 && w.grow == 0,
	}, nil
}

type rewriter struct {
	FunctionMap
	module  *Module
	options *Options
	in      *reader
	out     []byte
	copied  int      // up to where the input was copied
	waits   uint32   // index of the first function of WaitNames; 0: none
	grow    uint32   // index of the function GrowName; 0: none
	counter uint32   // index of the global
	size    uint32   // index of the global for an operand
	sizing  bool     // there is one
	types   []string // that are added
	sizes   bulkSizes
	throws  bool
	offsets *OffsetMap
	code    codeRewriter
	helpers helpers
}

func newRewriter(module *Module, options *Options) *rewriter {
	w := &rewriter{
		module:  module,
		options: options,
		offsets: &OffsetMap{},
		in:      newReader(module.binary),
		sizes:   cmp.Or(options.sizes, usualSizes),
		counter: uint32(module.ImportCount(KindGlobal) + len(module.Globals)),
	}
	w.size = w.counter + 1
	w.tick = uint32(module.ImportCount(KindFunc))
	w.own = w.tick + 1
	w.newType(nil, []ValueType{I64})
	w.addWaits()
	w.addGrow()
	w.first = w.own + uint32(len(module.Functions))
	w.helpers = helpers{rewriter: w, known: map[bulkOp]uint32{}}
	w.in.funcIndex = w.funcIndex
	w.in.types, w.in.globals = uint32(len(module.Types)), w.counter
	w.code = newCodeRewriter(w)
	return w
}

// newType returns the index of a function type after those of the module.
func (w *rewriter) newType(params, results []ValueType) uint32 {
	added := string(appendTypes(appendTypes([]byte{formFunc}, params), results))
	at := slices.Index(w.types, added)
	if at < 0 {
		at = len(w.types)
		w.types = append(w.types, added)
	}
	return uint32(len(w.module.Types) + at)
}

// newOutput returns space for the output, with that much for the code section.
func (w *rewriter) newOutput(code int) []byte {
	size := 1<<10 + code
	for _, section := range w.module.Sections {
		if section.ID != SectionCustom && section.ID != SectionCode {
			size += int(section.Content.Size) + 8
		}
	}
	return make([]byte, 0, size+size/64)
}

// codeSection returns the rewritten code section, or nothing. It comes first,
// because what it needs stands in the sections before it.
func (w *rewriter) codeSection() []byte {
	section, there := w.module.Section(SectionCode)
	if !there {
		return nil
	}
	size := int(section.Content.Size)
	w.out = make([]byte, 0, 1<<10+size+size/4)
	w.enter(section)
	w.sized(SectionCode, w.code.rewrite)
	return w.out
}

// enter makes the input stand at the start of a section.
func (w *rewriter) enter(section Section) {
	w.in.section = section.ID.String()
	w.in.pos, w.in.end = int(section.Content.Offset), int(section.Content.End())
	w.copied = w.in.pos
}

// section writes the section of that ID, changed where that is needed.
func (w *rewriter) section(id SectionID, section Section, there bool) {
	section.ID = id
	w.enter(section)
	switch id {
	case SectionType:
		w.grown(id, there, uint32(len(w.types)))
	case SectionImport:
		w.grown(id, there, w.added())
	case SectionGlobal:
		w.grown(id, there, w.moreGlobals())
	case SectionExport:
		if more := w.moreExports(); there || more > 0 {
			w.grown(id, there, more)
		}
	case SectionFunction:
		if there {
			w.grown(id, there, uint32(len(w.helpers.types)))
		}
	case SectionTable, SectionStart, SectionElement, SectionTag:
		if there {
			w.sized(id, func() { w.indices(id) })
		}
	default:
		if there {
			w.out = appendSection(w.out, id, w.module.Bytes(section.Content))
		}
	}
}

// sizeWidth is how many bytes are kept free for a size that is known only
// later. Such sizes are written with padding.
const sizeWidth = 4

// sized writes a section whose content is what write appends.
func (w *rewriter) sized(id SectionID, write func()) {
	w.out = append(w.out, byte(id))
	w.prefixed(write)
}

// prefixed writes the size of what write appends, and that.
func (w *rewriter) prefixed(write func()) {
	w.out = append(w.out, 0, 0, 0, 0)
	start := len(w.out)
	write()
	size := len(w.out) - start
	if size >= 1<<(7*sizeWidth) {
		w.in.fail("section or body of %d bytes is too large", size)
		return
	}
	leb128.AppendPadded(w.out[:start-sizeWidth], uint32(size), sizeWidth)
}

// grown writes a section with so many items more, which makes the section if
// the module has none.
func (w *rewriter) grown(id SectionID, there bool, more uint32) {
	w.sized(id, func() {
		count := uint32(0)
		if there {
			count = w.in.u32()
			w.copied = w.in.pos
		}
		w.out = leb128.AppendUint32(w.out, count+more)
		w.items(id, int(count))
	})
}

// items writes the items of a section that grows, and those that are new.
func (w *rewriter) items(id SectionID, count int) {
	in := w.in
	switch id {
	case SectionType:
		w.copy(in.end)
		for _, added := range w.types {
			w.out = append(w.out, added...)
		}
	case SectionImport:
		w.imports(count)
	case SectionGlobal:
		in.items("global", count, func() { in.global() })
		w.copy(in.end)
		w.out = append(w.out, I64.Byte(), 1)
		w.out = append(w.out, Code{}.I64Const(w.options.Slice).End()...)
		if w.sizing {
			w.out = append(w.out, I32.Byte(), 1)
			w.out = append(w.out, Code{}.I32Const(0).End()...)
		}
	case SectionFunction:
		in.items("function", count, func() { in.typeIndex() })
		w.copy(in.end)
		for _, helper := range w.helpers.types {
			w.out = leb128.AppendUint32(w.out, helper)
		}
	case SectionExport:
		in.items("export", count, func() { in.exportItem() })
		w.copy(in.end)
		if w.moreExports() > 0 {
			w.out = append(appendName(w.out, w.options.CounterName), byte(KindGlobal))
			w.out = leb128.AppendUint32(w.out, w.counter)
		}
	}
}

func (w *rewriter) moreGlobals() uint32 {
	if w.sizing {
		return 2
	}
	return 1
}

func (w *rewriter) moreExports() uint32 {
	taken := func(e Export) bool { return e.Name == w.options.CounterName }
	if w.options.CounterName == "" || slices.ContainsFunc(w.module.Exports, taken) {
		return 0
	}
	return 1
}

// copy copies the input up to that offset.
func (w *rewriter) copy(end int) {
	w.out = append(w.out, w.in.data[w.copied:end]...)
	w.copied = end
}

func (w *rewriter) imports(count int) {
	w.renamed(count)
	w.addImport(w.options.TickName, w.newType(nil, []ValueType{I64}))
	w.importWaits()
	w.importGrow()
}

// renamed writes the imports of the module under the names that options say.
func (w *rewriter) renamed(count int) {
	i := 0
	w.in.items("import", count, func() {
		w.in.name()
		w.in.name()
		descAt := w.in.pos
		w.in.desc()
		if w.in.err != nil {
			return
		}
		imported := w.module.Imports[i]
		module, name := imported.Module, imported.Name
		if w.options.Import != nil {
			module, name = w.options.Import(i, imported)
		}
		w.out = appendName(appendName(w.out, module), name)
		w.copied = descAt
		w.copy(w.in.pos)
		i++
	})
}

// addImport writes the import of a function from the tick's module.
func (w *rewriter) addImport(name string, typeIndex uint32) {
	w.out = appendName(appendName(w.out, w.options.TickModule), name)
	w.out = leb128.AppendUint32(append(w.out, byte(KindFunc)), typeIndex)
}

// indices copies a section and moves the indices of functions in it.
func (w *rewriter) indices(id SectionID) {
	in := w.in
	switch id {
	case SectionTable:
		in.each("table", 3, func() { in.table() })
	case SectionTag:
		in.each("tag", 2, func() { in.tag() })
	case SectionStart:
		in.function()
	case SectionElement:
		in.each("element", 2, func() { in.element() })
	}
	w.copy(in.end)
}

// funcIndex is told where the input has the index of a function.
func (w *rewriter) funcIndex(at int, index uint32) {
	if w.in.err != nil || index < w.tick || index > 1<<32-1-w.added() {
		return
	}
	w.copy(at)
	w.out = leb128.AppendPadded(w.out, index+w.added(), w.in.pos-at)
	w.copied = w.in.pos
	w.offsets.add(w.in.pos, len(w.out))
}

// names writes a name section with the name of the module and no other.
func (w *rewriter) names() {
	if w.options.ModuleName == "" {
		return
	}
	name := appendName(nil, w.options.ModuleName)
	content := append(appendName(nil, "name"), namesModule)
	content = append(leb128.AppendUint32(content, uint32(len(name))), name...)
	w.out = appendSection(w.out, SectionCustom, content)
}
