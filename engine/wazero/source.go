package wazero

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strconv"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/sourceline"
)

// tickModule is the name under which rewritten modules import the tick.
const tickModule = "#tick"

// importModule is the name under which a rewritten module imports its k-th
// import.
func importModule(k int) string { return "#" + strconv.Itoa(k) }

// importIndex is the k of importModule, or false for other names.
func importIndex(module string) (int, bool) {
	if module == "" {
		return 0, false
	}
	k, err := strconv.Atoi(module[1:])
	return k, err == nil
}

// A source is what is kept of a binary to say where in it a trap happened.
type source struct {
	// name is the name of the rewritten module: from the digest of the binary,
	// so that the same binary is always rewritten to the same bytes.
	name        string
	description *engine.Description
	lines       *sourceline.Lines // nil: no debug information
	code        uint32            // where the content of the code section begins
	functions   corewasm.FunctionMap
	counter     string // the export that is the counter of fuel; empty: none
	offsets     *corewasm.OffsetMap
	narrowed    *corewasm.OffsetMap // nil: handlers are as they were
	throws      bool                // it throws or catches exceptions
	starts      bool                // it has a start function
	outside     bool                // it cannot be instantiated: elements are out of bounds
	trusted     bool                // it is no guest's
}

// rewrite returns the module that wazero compiles, or interprets, and what to
// keep of the binary.
func rewrite(
	binary []byte, d *engine.Description, names []string, limits engine.Limits, compiled bool,
) (*source, []byte, error) {
	module, err := corewasm.Parse(binary)
	if err != nil {
		return nil, nil, err
	}
	code, _ := module.Section(corewasm.SectionCode)
	digest := sha256.Sum256(binary)
	s := &source{
		name: hex.EncodeToString(digest[:8]), description: d, lines: debugLines(d),
		code: code.Content.Offset, counter: freeName(d), trusted: limits.Trusted,
		starts: module.HasStart, outside: elementsOutside(module),
	}
	if err := checkRethrow(module); err != nil {
		return nil, nil, err
	}
	options := corewasm.Options{
		Import: func(k int, _ corewasm.Import) (string, string) {
			return importModule(k), names[k]
		},
		TickModule: tickModule,
		TickName:   tickName,
		Slice:      firstSlice(limits),
		Unmetered:  limits.Trusted,
		Waits:      true,
		ModuleName: s.name,
		Trace:      s.lines != nil,

		CounterName:   s.counter,
		TableElements: uint32(min(uint64(limits.TableElements), math.MaxUint32)),
	}
	rewritten, err := corewasm.Rewrite(module, options)
	// Exceptions are seldom, and known now if the module is metered.
	if err == nil && compiled && (rewritten.Throws || limits.Trusted) {
		if module, s.narrowed, err = narrowHandlers(module, limits); err == nil && s.narrowed != nil {
			rewritten, err = corewasm.Rewrite(module, options)
		}
	}
	if err == nil && rewritten.Unneeded && !rewritten.Throws && !options.Trace {
		s.counter = ""
		rewritten, err = corewasm.Rename(module, options)
	}
	if err != nil {
		return nil, nil, err
	}
	s.functions, s.offsets, s.throws = rewritten.Functions, rewritten.Offsets, rewritten.Throws
	return s, rewritten.Binary, nil
}

// freeName returns a name that the module exports nothing under.
func freeName(d *engine.Description) string {
	name := "#fuel"
	for slices.ContainsFunc(d.Exports, func(e engine.Export) bool { return e.Name == name }) {
		name += "#"
	}
	return name
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
