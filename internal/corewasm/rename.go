package corewasm

import "github.com/patchbay-go/patchbay/internal/leb128"

// Rename is Rewrite for a module of which nothing has to be changed but what
// imports are called: it has neither tick nor counter. Of the options it obeys
// Import and ModuleName. [Rewritten].Unneeded says which modules can be had so.
func Rename(module *Module, options Options) (*Rewritten, error) {
	imports := uint32(module.ImportCount(KindFunc))
	w := &rewriter{
		module: module, options: &options, offsets: &OffsetMap{}, in: newReader(module.binary),
		FunctionMap: FunctionMap{tick: imports, own: imports, first: imports + uint32(len(module.Functions))},
	}
	w.out = append(w.newOutput(len(module.binary)), header...)
	for _, id := range sectionOrder {
		section, there := module.Section(id)
		switch {
		case !there:
		case id == SectionImport:
			w.enter(section)
			w.sized(id, func() {
				count := w.in.u32()
				w.out = leb128.AppendUint32(w.out, count)
				w.renamed(int(count))
			})
		default:
			w.out = appendSection(w.out, id, module.Bytes(section.Content))
		}
	}
	if w.in.err != nil {
		return nil, w.in.err
	}
	w.names()
	return &Rewritten{Binary: w.out, Offsets: w.offsets, Functions: w.FunctionMap, Unneeded: true}, nil
}
