package wazero

import (
	"encoding/hex"
	"math"
	"slices"
	"strconv"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
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

// name returns the name of the rewritten module: the same binary is always rewritten
// to the same bytes.
func (d moduleDigest) name() string { return hex.EncodeToString(d[:8]) }

// freeName returns a name that the module exports nothing under.
func freeName(d *engine.Description) string {
	name := "#fuel"
	for slices.ContainsFunc(d.Exports, func(e engine.Export) bool { return e.Name == name }) {
		name += "#"
	}
	return name
}

// A rewriting is the module that wazero compiles, or interprets, in place of
// another one.
type rewriting struct {
	*corewasm.Rewritten
	narrowed *corewasm.OffsetMap // nil: handlers are as they were
}

// rewrite rewrites a module for a source. The names are those that imports are
// looked up by.
func rewrite(module *corewasm.Module, s *source, names []string, limits engine.Limits, compiled bool) (*rewriting, error) {
	if err := checkRethrow(module); err != nil {
		return nil, err
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
		TableElements: tableElements(limits),
	}
	rewritten, err := corewasm.Rewrite(module, options)
	r := &rewriting{Rewritten: rewritten}
	// Exceptions are seldom, and known now if the module is metered.
	if err == nil && compiled && (rewritten.Throws || limits.Trusted) {
		if module, r.narrowed, err = narrowHandlers(module, limits); err == nil && r.narrowed != nil {
			r.Rewritten, err = corewasm.Rewrite(module, options)
		}
	}
	if err == nil && r.renamed(s) {
		r.Rewritten, err = corewasm.Rename(module, options)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// renamed reports whether nothing of the module is changed but the names of its
// imports: it has no counter then.
func (r *rewriting) renamed(s *source) bool { return r.Unneeded && !r.Throws && s.lines == nil }

func tableElements(limits engine.Limits) uint32 {
	return uint32(min(uint64(limits.TableElements), math.MaxUint32))
}

// kept returns r as the cache keeps it for the source, or nothing: whether handlers
// can be made narrower depends on all limits.
func (r *rewriting) kept(s *source) []byte {
	if r.narrowed != nil {
		return nil
	}
	kept := *r.Rewritten
	if s.lines == nil {
		kept.Offsets = nil // nobody asks
	}
	return kept.Append(make([]byte, 0, len(kept.Binary)+64))
}

// readRewriting reads what kept returned, if that is not nothing.
func readRewriting(kept []byte) (*rewriting, error) {
	rewritten, err := corewasm.ReadRewritten(kept)
	if err != nil {
		return nil, err
	}
	return &rewriting{Rewritten: rewritten}, nil
}
