package wazero

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
)

// A callStack is where wazero's compiler keeps the stack of one call: its object
// for the call. It is nil in the interpreter, whose own bound is 2,000 frames.
type callStack struct{ call unsafe.Pointer }

// stackLayout says where in wazero's object its fields are. They are read only,
// and TestStackLayout holds that they are there.
type stackLayout struct {
	known    bool
	top      uintptr // of the uintptr to the end where the stack begins
	stack    uintptr // of the []byte that holds the stack
	handlers uintptr // of the slice of exception handlers, each with a copy of the stack
}

// layoutOf finds the fields in wazero's type of calls, or does not.
func layoutOf(t reflect.Type) (l stackLayout) {
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return l
	}
	top, hasTop := t.Elem().FieldByName("stackTop")
	stack, hasStack := t.Elem().FieldByName("stack")
	handlers, hasHandlers := t.Elem().FieldByName("tryHandlers")
	l.known = hasTop && top.Type.Kind() == reflect.Uintptr &&
		hasStack && stack.Type == reflect.TypeFor[[]byte]() &&
		hasHandlers && handlers.Type.Kind() == reflect.Slice
	l.top, l.stack, l.handlers = top.Offset, stack.Offset, handlers.Offset
	return l
}

// stackLayouts keeps the layout of an engine's calls once one is seen.
type stackLayouts struct {
	once   sync.Once
	layout stackLayout
}

// of returns the stack of a call that wazero made the object for.
func (s *stackLayouts) of(call any) callStack {
	s.once.Do(func() { s.layout = layoutOf(reflect.TypeOf(call)) })
	if !s.layout.known {
		return callStack{}
	}
	type word struct{ _, value unsafe.Pointer }
	return callStack{(*word)(unsafe.Pointer(&call)).value}
}

// size returns how much there is between the beginning of the stack and what is
// on it now: here, as a host function was called with it.
func (s callStack) size(l *stackLayout, here *uint64) uint64 {
	top := *(*uintptr)(unsafe.Add(s.call, l.top))
	return uint64(top - uintptr(unsafe.Pointer(here)))
}

// handlerCost is what wazero keeps for an exception handler besides the copy.
const handlerCost = 2 << 10

// copied returns at most how much wazero keeps for open exception handlers: each
// has a copy of the stack in its whole capacity.
func (s callStack) copied(l *stackLayout) uint64 {
	stack := *(*[]byte)(unsafe.Add(s.call, l.stack))
	handlers := *(*[]struct{})(unsafe.Add(s.call, l.handlers))
	return uint64(len(handlers)) * uint64(len(stack)+handlerCost)
}

// copiesPerStack is how many times the limit of the stack the copies for
// exception handlers may have.
const copiesPerStack = 4

// overflow returns a trap when the stack of the call, of which here is the top,
// or what is kept for exceptions has become too large.
func (a *activation) overflow(here *uint64) *engine.Trap {
	if a.stack.call == nil {
		return nil
	}
	layout, limit := &a.instance.of.engine.stacks.layout, a.instance.of.limits.Stack
	if a.stack.size(layout, here) > limit {
		return &engine.Trap{Kind: engine.StackOverflow}
	}
	if a.instance.of.source.throws && a.stack.copied(layout) > copiesPerStack*limit {
		return &engine.Trap{
			Kind: engine.StackOverflow,
			Text: fmt.Sprintf("stack overflow: exception handlers keep more than %d times the stack's limit", copiesPerStack),
		}
	}
	return nil
}

// near returns how long a slice may be, given the top of the stack: where the
// limit is near, less, for it is only looked at between slices.
func (a *activation) near(here *uint64) int64 {
	if a.stack.call == nil {
		return slice
	}
	e := a.instance.of
	if a.stack.size(&e.engine.stacks.layout, here) < e.limits.Stack/4*3 {
		return slice
	}
	return earlySlice
}

// activationKey finds the activation behind the context of a start function.
type activationKey struct{}

// activationOf returns the activation that a host function was called in.
func activationOf(ctx context.Context) *activation {
	if a, ok := ctx.(*activation); ok {
		return a
	}
	return startOf(ctx)
}

// startOf is activationOf while a module is instantiated. Start functions run in
// a call that only wazero knows, and hands out in a context of its own, unless
// the host function is the start function.
func startOf(ctx context.Context) *activation {
	if l, ok := ctx.(*linker); ok {
		return l.start
	}
	a := ctx.Value(activationKey{}).(*activation)
	if a.stack.call == nil {
		a.stack = a.instance.of.engine.stacks.of(experimental.GetSnapshotter(ctx))
	}
	return a
}
