package wazero

import (
	"errors"
	"strconv"
	"strings"

	"github.com/tetratelabs/wazero/sys"

	"github.com/patchbay-go/patchbay/engine"
)

// kinds are wazero's words for what a guest did wrong.
var kinds = map[string]engine.TrapKind{
	"unreachable":                   engine.Unreachable,
	"out of bounds memory access":   engine.MemoryBounds,
	"invalid table access":          engine.TableBounds,
	"integer overflow":              engine.IntegerOverflow,
	"invalid conversion to integer": engine.IntegerOverflow,
	"integer divide by zero":        engine.DivisionByZero,
	"indirect call type mismatch":   engine.BadIndirectCall,
	"stack overflow":                engine.StackOverflow,
	"uncaught exception":            engine.UncaughtException,
	"unaligned atomic":              engine.UnalignedAtomic,
	"expected shared memory":        engine.UnalignedAtomic,
	"null reference":                engine.NullReference,
	"too many waiters":              engine.MemoryLimit,
}

// trap turns what wazero returned from a call into a module into a trap, if the
// guest is to blame.
func (e *Engine) trap(err error, m *Module) error {
	var closed *sys.ExitError
	if errors.As(err, &closed) {
		return ErrClosed
	}
	var trap *engine.Trap
	switch {
	case errors.As(err, &trap):
		copied := *trap
		trap = &copied
	case guestKind(err) != 0:
		trap = &engine.Trap{Kind: guestKind(err)}
	case strings.Contains(err.Error(), stackHeader):
		trap = &engine.Trap{Kind: engine.HostFault, Err: panicked(err)}
	default:
		return err // it could not be linked, or the like
	}
	trap.Frames = e.frames(err.Error(), m)
	return trap
}

// guestKind returns the kind of a trap that wazero itself found, or 0.
func guestKind(err error) engine.TrapKind {
	for err != nil {
		if kind, ok := kinds[err.Error()]; ok {
			return kind
		}
		err = errors.Unwrap(err)
	}
	return 0
}

// panicked is the error of a host function that panicked, without the stacks
// that wazero adds to its text.
func panicked(err error) error {
	text, _, _ := strings.Cut(err.Error(), " (recovered by wazero)")
	return errors.New("panic: " + text)
}

// stackHeader stands before the frames in the text of wazero's errors.
const stackHeader = "\nwasm stack trace:\n"

// frames reads the frames from the text of wazero's error, which is the only
// place where they are. Rewritten modules have no names but their own, so that
// every line is of a form that the guest has no influence on.
func (e *Engine) frames(text string, m *Module) []engine.Frame {
	_, stack, ok := strings.Cut(text, stackHeader)
	if !ok {
		return nil
	}
	var frames []engine.Frame
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "\t\t"):
			e.locate(frames, line[2:])
		case strings.HasPrefix(line, "\t"):
			if frame, ok := e.frame(line[1:], m); ok {
				frames = append(frames, frame)
			}
		}
	}
	return frames
}

// frame reads a line such as "0f3a.$12(i32) i32".
func (e *Engine) frame(line string, m *Module) (engine.Frame, bool) {
	_, rest, ok := strings.Cut(line, ".$")
	if !ok {
		return engine.Frame{}, false
	}
	digits, _, _ := strings.Cut(rest, "(")
	index, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return engine.Frame{}, false
	}
	return engine.Frame{Func: uint32(index), Name: m.description.FunctionName(uint32(index))}, true
}

// locate adds what a line such as "0x1a2: …" says of the last frame.
func (e *Engine) locate([]engine.Frame, string) {}
