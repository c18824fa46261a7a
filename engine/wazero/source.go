package wazero

import (
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/sourceline"
)

// A source is what is kept of a binary to say where in it a trap happened.
type source struct {
	// name is the name of the rewritten module: from the digest of the binary,
	// so that the same binary is always rewritten to the same bytes.
	name        string
	description *engine.Description
	lines       *sourceline.Lines // nil: no debug information
	code        uint32            // where the content of the code section begins
	functions   corewasm.FunctionMap
	counter     string              // the export that is the counter of fuel; empty: none
	offsets     *corewasm.OffsetMap // nil: no debug information
	narrowed    *corewasm.OffsetMap // nil: handlers are as they were
	throws      bool                // it throws or catches exceptions
	starts      bool                // it has a start function
	outside     bool                // it cannot be instantiated: elements are out of bounds
	trusted     bool                // it is no guest's
}

// newSource returns what is kept of a module of that digest, which will be
// rewritten.
func newSource(module *corewasm.Module, digest moduleDigest, d *engine.Description, limits engine.Limits) *source {
	code, _ := module.Section(corewasm.SectionCode)
	return &source{
		name: digest.name(), description: d, lines: debugLines(d),
		code: code.Content.Offset, counter: freeName(d), trusted: limits.Trusted,
		starts: module.HasStart, outside: elementsOutside(module),
	}
}

// rewritten keeps what there is to know of the rewriting.
func (s *source) rewritten(r *rewriting) {
	s.functions, s.throws, s.narrowed = r.Functions, r.Throws, r.narrowed
	if s.lines != nil {
		s.offsets = r.Offsets
	}
	if r.renamed(s) {
		s.counter = ""
	}
}

// debugLines returns the lines of the module's debug information, or nil if it
// has none.
func debugLines(d *engine.Description) *sourceline.Lines {
	if d.Custom(".debug_line") == nil {
		return nil
	}
	return sourceline.New(func(name string) []byte {
		if sections := d.Custom(name); sections != nil {
			return sections[0]
		}
		return nil
	})
}

// frame returns the frame of the function that has that index in the rewritten
// module, or false for functions that are no guest's.
func (s *source) frame(index uint32) (engine.Frame, bool) {
	index, ok := s.functions.Original(index)
	if !ok || s.trusted {
		return engine.Frame{}, false
	}
	return engine.Frame{Func: index, Name: s.description.FunctionName(index)}, true
}

// locate adds to the frame where in the binary and its source it is, given the
// offset in the rewritten code section.
func (s *source) locate(f *engine.Frame, offset uint64) {
	if s.lines == nil {
		return
	}
	original := s.offsets.Original(offset)
	if s.narrowed != nil {
		original = s.narrowed.Original(original)
	}
	f.Offset = uint64(s.code) + original
	if file, line, ok := s.lines.Lookup(original); ok {
		f.File, f.Line = file, line
	}
}
