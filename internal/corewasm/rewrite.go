package corewasm

import (
	"slices"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// RewriterVersion changes whenever Rewrite makes something else of the same
// input, so that what was compiled from its output can be kept under a key.
const RewriterVersion = 1

// Options say how [Rewrite] changes a module.
type Options struct {
	// Import returns the module name and name that the import of that number
	// gets. If nil, imports keep their names.
	Import func(i int, imported Import) (module, name string)

	// TickModule and TickName are the names of the function import that is
	// added as the last import: type () -> (i64), called when the slice is
	// spent, returning the next one.
	TickModule, TickName string

	// Slice is how many units the counter begins with.
	Slice int64

	// CounterName is the name under which the counter is exported, if it is not
	// empty and the module has no export of that name.
	CounterName string

	// ModuleName is the name that the module gets in its new name section, for
	// an engine's stack traces.
	ModuleName string

	// Trace adds debug information that makes wazero's stack traces begin each
	// frame with the offset of the instruction in the code section, as in
	// "0x1a2: ". See [OffsetMap].
	Trace bool
}

// A Rewritten is the outcome of [Rewrite].
type Rewritten struct {
	// Binary is the new module.
	Binary []byte

	// Offsets leads from offsets in the new code section to the old.
	Offsets *OffsetMap

	// Tick is the index of the tick: a function whose index is above it had
	// one less in the original.
	Tick uint32
}

// Rewrite makes a module ready for an engine that resolves imports by name and
// cannot interrupt code: imports get the names that options say, and each loop
// and each function that can take long counts down a slice of work (see
// [Options]). What a guest can observe stays the same.
//
// The counter is a mutable i64 global after all others. A unit is one pass of a
// loop or one call, and one more for each KiB of straight code in it, so that
// the time of a slice is bounded whatever the guest does. The tick is the last
// function import: the indices of the functions that the module defines grow
// by one, wherever they stand.
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
	w.out = append(w.out, header...)
	for _, id := range sectionOrder {
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
	return &Rewritten{Binary: w.out, Offsets: w.offsets, Tick: w.tick}, nil
}

type rewriter struct {
	module  *Module
	options *Options
	in      *reader
	out     []byte
	copied  int    // up to where the input was copied
	tick    uint32 // index of the tick
	counter uint32 // index of the global
	offsets *OffsetMap
	code    codeRewriter
}

func newRewriter(module *Module, options *Options) *rewriter {
	w := &rewriter{
		module:  module,
		options: options,
		offsets: &OffsetMap{},
		in:      newReader(module.binary),
		tick:    uint32(module.ImportCount(KindFunc)),
		counter: uint32(module.ImportCount(KindGlobal) + len(module.Globals)),
	}
	w.in.funcIndex = w.funcIndex
	w.in.types, w.in.globals = uint32(len(module.Types)), w.counter
	size := 1 << 10
	for _, section := range module.Sections {
		if section.ID != SectionCustom {
			size += int(section.Content.Size) + 8
		}
	}
	w.out = make([]byte, 0, size+size/8)
	w.code = newCodeRewriter(w)
	return w
}

// section writes the section of that ID, changed where that is needed.
func (w *rewriter) section(id SectionID, section Section, there bool) {
	content := section.Content
	w.in.section = id.String()
	w.in.pos, w.in.end = int(content.Offset), int(content.End())
	w.copied = w.in.pos
	switch id {
	case SectionType, SectionImport, SectionGlobal:
		w.grown(id, there, 1)
	case SectionExport:
		if more := w.moreExports(); there || more > 0 {
			w.grown(id, there, more)
		}
	case SectionTable, SectionStart, SectionElement, SectionFunction, SectionTag:
		if there {
			w.sized(id, func() { w.indices(id) })
		}
	case SectionCode:
		if there {
			w.sized(id, w.code.rewrite)
		}
	default:
		if there {
			w.out = appendSection(w.out, id, w.module.Bytes(content))
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
		w.out = append(w.out, formFunc, 0, 1, I64.Byte())
	case SectionImport:
		w.imports(count)
	case SectionGlobal:
		in.items("global", count, func() { in.global() })
		w.copy(in.end)
		w.out = append(w.out, I64.Byte(), 1)
		w.out = append(w.out, Code{}.I64Const(w.options.Slice).End()...)
	case SectionExport:
		in.items("export", count, func() { in.exportItem() })
		w.copy(in.end)
		if w.moreExports() > 0 {
			w.out = append(appendName(w.out, w.options.CounterName), byte(KindGlobal))
			w.out = leb128.AppendUint32(w.out, w.counter)
		}
	}
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
	w.out = appendName(appendName(w.out, w.options.TickModule), w.options.TickName)
	w.out = leb128.AppendUint32(append(w.out, byte(KindFunc)), uint32(len(w.module.Types)))
}

// indices copies a section and moves the indices of functions in it.
func (w *rewriter) indices(id SectionID) {
	in := w.in
	switch id {
	case SectionTable:
		in.each("table", 3, func() { in.table() })
	case SectionFunction:
		in.each("function", 1, func() { in.typeIndex() })
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
	if w.in.err != nil || index < w.tick || index == 1<<32-1 {
		return
	}
	w.copy(at)
	w.out = leb128.AppendPadded(w.out, index+1, w.in.pos-at)
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
