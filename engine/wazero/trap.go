package wazero

import (
	"errors"
	"fmt"
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

// guestKind returns the kind of a trap that wazero itself found, or 0. Its type
// of errors is known by name alone; a host function that panics may use the same
// words.
func guestKind(err error) engine.TrapKind {
	for ; err != nil; err = errors.Unwrap(err) {
		if fmt.Sprintf("%T", err) == "*wasmruntime.Error" {
			return kinds[err.Error()]
		}
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
	var of *source // of the last frame
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		if offset, ok := strings.CutPrefix(line, "\t\t0x"); ok && of != nil {
			locate(of, &frames[len(frames)-1], offset)
			continue
		}
		module, index, ok := parseFrame(line)
		if !ok {
			continue
		}
		if of = e.source(module, m); of == nil {
			continue
		}
		frame, ok := of.frame(index)
		if !ok {
			of = nil
			continue
		}
		frames = append(frames, frame)
	}
	return frames
}

// parseFrame reads a line such as "\t0f3a.$12(i32) i32".
func parseFrame(line string) (module string, index uint32, ok bool) {
	line, ok = strings.CutPrefix(line, "\t")
	if !ok {
		return "", 0, false
	}
	module, rest, _ := strings.Cut(line, ".$")
	digits, _, _ := strings.Cut(rest, "(")
	n, err := strconv.ParseUint(digits, 10, 32)
	return module, uint32(n), err == nil
}

// locate reads a line such as "1a2: _", which says where the frame is.
func locate(of *source, f *engine.Frame, line string) {
	digits, _, _ := strings.Cut(line, ":")
	if offset, err := strconv.ParseUint(digits, 16, 64); err == nil {
		of.locate(f, offset)
	}
}

// source returns what is kept of the module of that name: m's, or that of
// another module that m is linked with.
func (e *Engine) source(name string, m *Module) *source {
	if m.source.name == name {
		return m.source
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, instance := range e.instances {
		if other := instance.of.source; other.name == name {
			return other
		}
	}
	return nil
}
