package corewasm

// Rethrow returns where the module's first throw_ref is in the binary, or 0 if
// it has none.
func Rethrow(module *Module) int {
	code, ok := module.Section(SectionCode)
	if !ok {
		return 0
	}
	first := 0
	w := &walker{reader: newReader(module.binary), shapes: &shapes}
	w.visit = func(e event, at int) {
		if e == eventThrow && w.op == opThrowRef && first == 0 {
			first = at
		}
	}
	w.pos, w.end = int(code.Content.Offset), int(code.Content.End())
	w.items("code", w.count(2), func() {
		body, section := w.reader.body(), w.end
		if w.err != nil || first != 0 {
			return
		}
		w.pos, w.end = int(body.Offset), int(body.End())
		w.body()
		w.pos, w.end = int(body.End()), section
	})
	return first
}
