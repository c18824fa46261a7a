package wasmtime

// #include "shim.h"
import "C"

import (
	"errors"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// kinds are wasmtime's codes for what a guest did wrong.
var kinds = [...]engine.TrapKind{
	0:  engine.StackOverflow,
	1:  engine.MemoryBounds,
	2:  engine.UnalignedAtomic,
	3:  engine.TableBounds,
	4:  engine.TableBounds, // an indirect call of null
	5:  engine.BadIndirectCall,
	6:  engine.IntegerOverflow,
	7:  engine.DivisionByZero,
	8:  engine.IntegerOverflow, // a float that is no integer
	9:  engine.Unreachable,
	10: engine.Canceled,
	11: engine.OutOfFuel,
	12: engine.UnalignedAtomic, // a wait in a memory that is not shared
	13: engine.NullReference,
	14: engine.MemoryBounds, // of an array
	15: engine.MemoryLimit,
	16: engine.NullReference, // a cast
}

// outOfHeap is in wasmtime's error when a guest keeps more exceptions than the
// limit of the store allows.
const outOfHeap = "GC heap out of memory"

// trap takes what ended a call and says it in our words.
func (s *store) trap(a *activation) error {
	defer C.patchbay_end_delete(a.end)
	thrown := bool(C.patchbay_uncaught(s.context))
	code := int(C.patchbay_trap_code(a.end))
	trap := &engine.Trap{}
	switch {
	case a.fault != nil:
		*trap = *a.fault
		a.fault = nil
	case thrown:
		trap.Kind = engine.UncaughtException
	case code >= 0 && code < len(kinds):
		trap.Kind = kinds[code]
	case a.end.trap == nil && a.end.error == nil: // nested too deep
		trap.Kind = engine.StackOverflow
	default:
		text := message(a.end)
		if !strings.Contains(text, outOfHeap) {
			return errors.New("wasmtime: " + text)
		}
		trap.Kind = engine.MemoryLimit
	}
	trap.Frames = s.engine.frames(a.end)
	return trap
}

// mostFrames is how long a stack may be before it is cut.
const mostFrames = 64

// frames returns the frames of a trap.
func (e *Engine) frames(end *C.patchbay_end) []engine.Frame {
	var raw [mostFrames]C.patchbay_frame
	n := int(C.patchbay_frames(end, &raw[0], mostFrames))
	e.mu.RLock()
	defer e.mu.RUnlock()
	frames := make([]engine.Frame, 0, n)
	for _, f := range raw[:n] {
		of := e.sources[uint64(f.module)]
		if of == nil {
			continue
		}
		if frame, ok := of.frame(uint32(f._func), uint64(f.offset)); ok {
			frames = append(frames, frame)
		}
	}
	return frames
}
