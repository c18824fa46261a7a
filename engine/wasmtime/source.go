//go:build cgo

package wasmtime

import (
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/sourceline"
)

// A source is what is kept of a binary to say where in it a trap happened.
type source struct {
	number      uint64 // the name that the module has for wasmtime
	description *engine.Description
	lines       *sourceline.Lines   // nil: no debug information
	code        uint64              // where the content of the code section begins
	compiled    uint64              // and where in what wasmtime compiled
	rewritten   *corewasm.Rewritten // nil: functions and code are as in the original
	trusted     bool                // it is no guest's
}

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

// frame returns the frame of a function, given its index and where it is in the
// compiled binary, or false for a function that is not the guest's.
func (s *source) frame(index uint32, offset uint64) (engine.Frame, bool) {
	if s.trusted {
		return engine.Frame{}, false
	}
	if s.rewritten != nil {
		var ok bool
		if index, ok = s.rewritten.Functions.Original(index); !ok {
			return engine.Frame{}, false
		}
	}
	f := engine.Frame{Func: index, Name: s.description.FunctionName(index)}
	if offset < s.compiled {
		return f, true
	}
	at := offset - s.compiled
	if s.rewritten != nil {
		at = s.rewritten.Offsets.Original(at)
	}
	f.Offset = s.code + at
	if s.lines == nil {
		return f, true
	}
	if file, line, ok := s.lines.Lookup(at); ok {
		f.File, f.Line = file, line
	}
	return f, true
}
