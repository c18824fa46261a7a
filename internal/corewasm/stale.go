package corewasm

import "math/bits"

// A staleHandler is a try_table with a handler that needs a local which the
// try_table's body changes.
type staleHandler struct {
	at    int // of the try_table, in the binary
	local uint32
}

func newLiveness(module *Module) *liveness {
	return &liveness{
		walk: &walker{reader: newReader(module.binary), shapes: &localShapes},
		left: livenessWork + livenessWorkPerByte*len(module.binary),
	}
}

// staleHandlers returns those of the body, which the walker reads. What is too
// large to be looked at has them wherever a body changes a local.
func (l *liveness) staleHandlers(body Range) []staleHandler {
	if !l.candidates(body) {
		return nil
	}
	l.words = (len(l.names) + 63) / 64
	l.blocks, l.order, l.frames, l.tooMuch = l.blocks[:0], l.order[:0], l.frames[:0], l.left < 0
	l.tries, l.try, l.room = l.tries[:0], -1, mostLivenessWords
	l.read(body, l.visit)
	if l.walk.err != nil {
		return nil
	}
	l.settle()
	var stale []staleHandler
	for _, t := range l.tries {
		if bit, ok := l.stale(t); ok {
			stale = append(stale, staleHandler{t.at, l.names[bit]})
		}
	}
	return stale
}

// stale returns a local of which a handler would have an old value.
func (l *liveness) stale(t tryTable) (bit uint32, ok bool) {
	if len(t.handlers) == 0 || t.writes == nil {
		return 0, len(t.handlers) > 0
	}
	for k, w := range t.writes {
		if !l.tooMuch {
			w &= t.dirty[k] & t.live[k]
		}
		if w != 0 {
			return uint32(64*k + bits.TrailingZeros64(w)), true
		}
	}
	return 0, false
}

// read walks through a body.
func (l *liveness) read(body Range, visit func(e event, at int)) {
	w := l.walk
	w.pos, w.end = int(body.Offset), int(body.End())
	w.visit = visit
	w.body()
}

// candidates finds the locals that are changed within a try_table.
func (l *liveness) candidates(body Range) bool {
	l.locals, l.names = nil, l.names[:0]
	var open []byte
	tries := 0
	l.read(body, func(e event, _ int) {
		w := l.walk
		switch e {
		case eventBlock:
			open = append(open, w.op)
			if w.op == opTryTable {
				tries++
			}
		case eventClose:
			if open[len(open)-1] == opTryTable {
				tries--
			}
			open = open[:len(open)-1]
		case eventLocal:
			if tries > 0 && w.op != opLocalGet {
				l.candidate(w.args[0])
			}
		}
	})
	return l.walk.err == nil && len(l.names) > 0
}

func (l *liveness) candidate(local uint32) {
	if _, known := l.locals[local]; known {
		return
	}
	if l.locals == nil {
		l.locals = map[uint32]uint32{}
	}
	l.locals[local] = uint32(len(l.names))
	l.names = append(l.names, local)
}
