package wasmtime

import (
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/sourceline"
)

// A source is what is kept of a binary to say where in it a trap happened.
type source struct {
	number      uint64 // the name that the module has for wasmtime
	description *engine.Description
	lines       *sourceline.Lines // nil: no debug information
	code        uint64            // where the content of the code section begins
	compiled    uint64            // and where in what wasmtime compiled
	moves       []move            // where code was inserted, in order
}

// A move says that from an offset on, in the compiled code section, code stands
// further behind than in the original.
type move struct{ from, by uint64 }

func newSource(d *engine.Description) *source {
	s := &source{description: d}
	if d.Custom(".debug_line") == nil {
		return s
	}
	s.lines = sourceline.New(func(name string) []byte {
		if sections := d.Custom(name); sections != nil {
			return sections[0]
		}
		return nil
	})
	return s
}

// frame returns the frame of a function, given where it is in the compiled
// binary.
func (s *source) frame(index uint32, offset uint64) engine.Frame {
	f := engine.Frame{Func: index, Name: s.description.FunctionName(index)}
	if offset < s.compiled {
		return f
	}
	at := s.original(offset - s.compiled)
	f.Offset = s.code + at
	if s.lines == nil {
		return f
	}
	if file, line, ok := s.lines.Lookup(at); ok {
		f.File, f.Line = file, line
	}
	return f
}

// original leads from an offset in the compiled code section to the one in the
// original.
func (s *source) original(at uint64) uint64 {
	by := uint64(0)
	for _, m := range s.moves {
		if at < m.from {
			break
		}
		by = m.by
	}
	return at - min(by, at)
}
