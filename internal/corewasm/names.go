package corewasm

// The subsections of the name section that are read.
const (
	namesModule   = 0
	namesFunction = 1
)

// FunctionNames returns the names that the module's name section gives to
// functions, by function index, imports included. It reads the section anew
// each time. See the function [FunctionNames].
func (m *Module) FunctionNames() map[uint32]string {
	for _, custom := range m.Customs {
		if custom.Name == "name" {
			return FunctionNames(m.Bytes(custom.Content), m.ImportCount(KindFunc)+len(m.Functions))
		}
	}
	return map[uint32]string{}
}

// FunctionNames reads the names of functions from the content of a name section
// of a module with that many functions, imports included. Names are advice: a
// section that is broken yields what could be read before the break, and
// indices that are no function's are left out.
func FunctionNames(section []byte, functions int) map[uint32]string {
	names := map[uint32]string{}
	nameSubsection(section, namesFunction, func(r *reader) {
		r.each("name", 2, func() {
			index, name := r.u32(), r.name()
			if r.err == nil && uint64(index) < uint64(functions) {
				names[index] = string(name)
			}
		})
	})
	return names
}

// ModuleName returns the name that the module's name section gives to it, or
// the empty string.
func (m *Module) ModuleName() string {
	for _, custom := range m.Customs {
		if custom.Name == "name" {
			var name []byte
			nameSubsection(m.Bytes(custom.Content), namesModule, func(r *reader) { name = r.name() })
			return string(name)
		}
	}
	return ""
}

// nameSubsection calls read with a reader of the first subsection of that ID.
func nameSubsection(section []byte, id byte, read func(*reader)) {
	r := newReader(section)
	for r.err == nil && r.left() > 0 {
		sub, size := r.byte(), r.u32()
		if r.err == nil && sub == id {
			// A size that lies must not hide names that are there.
			r.end = r.pos + int(min(uint64(size), uint64(r.left())))
			read(r)
			return
		}
		r.skip(size)
	}
}
