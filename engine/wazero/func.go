package wazero

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// A function is an exported function. wazero's own function objects must never
// be entered twice, so it keeps one for each depth of re-entry: the first, which
// is all that most functions ever need, and the rest.
type function struct {
	instance *Instance
	name     string
	of       engine.FuncType
	slots    int
	results  narrow // slots to truncate after a call
	fuel     bool   // calls have a limit of fuel, whoever makes them
	throws   bool   // the guest throws exceptions
	first    *activation
	idle     []*activation
}

var _ engine.Func = (*function)(nil)

func newFunc(i *Instance, name string, x *export) *function {
	return &function{
		instance: i,
		name:     name,
		of:       x.Func,
		slots:    x.slots,
		results:  x.results,
		fuel:     i.of.limits.Fuel > 0,
		throws:   i.of.source.throws,
	}
}

// Type implements [engine.Func].
func (f *function) Type() engine.FuncType { return f.of }

// Call implements [engine.Func].
func (f *function) Call(ctx context.Context, stack []uint64) (err error) {
	i := f.instance
	if len(stack) < f.slots || i.closed || i.nested == mostNested {
		return f.refusal(stack)
	}
	a := f.take()
	if !a.task.Resume(ctx) {
		if err := a.task.Begin(ctx); err != nil {
			f.put(a)
			return err
		}
	}
	a.hostCalls, a.ticked = 0, 0
	i.nested++
	if f.fuel || a.task.Metered() {
		err = a.callMetered(stack)
	} else {
		err = a.function.CallWithStack(a, stack)
	}
	i.nested--
	a.task.End()
	if err != nil || f.throws && a.ticks >= worn {
		f.drop(a)
	} else {
		f.put(a)
	}
	if err != nil {
		return i.of.engine.trap(err, i.of)
	}
	f.results.truncate(stack)
	return nil
}

// refusal says why there is no call.
func (f *function) refusal(stack []uint64) error {
	switch {
	case len(stack) < f.slots:
		return fmt.Errorf("call %s: a stack of %d slots, %d needed", f.name, len(stack), f.slots)
	case f.instance.closed:
		return fmt.Errorf("call %s: instance %w", f.name, ErrClosed)
	}
	return &engine.Trap{Kind: engine.StackOverflow}
}

// mostNested is how many calls of one instance may run within each other, the
// host's code between them. Each takes 10 KB and some of Go's stack, of which
// too much would end the process, and to stop them all takes the square of their
// number.
const mostNested = 1000

// worn is how many ticks an activation may have seen if the guest throws
// exceptions: wazero's stack grows with each of them for good, and is copied for
// each try_table. It takes 500 ticks at least to catch 500 exceptions.
const worn = 500

// take returns an activation that was not running and now is. That the first is
// marked, and not moved, saves the garbage collector's look at two pointers.
func (f *function) take() *activation {
	a := f.first
	if a == nil || a.running {
		a = f.another()
	}
	a.running = true
	return a
}

// another returns an activation that is not the first, unless there is none.
func (f *function) another() *activation {
	if last := len(f.idle) - 1; last >= 0 {
		a := f.idle[last]
		f.idle = f.idle[:last]
		return a
	}
	a := newActivation(f.instance, f.instance.module.ExportedFunction(f.name))
	if f.first == nil {
		f.first = a
	}
	return a
}

// put has an activation for other calls.
func (f *function) put(a *activation) {
	a.running = false
	if a != f.first {
		f.idle = append(f.idle, a)
	}
}

// drop has no call run with an activation again: what a trap leaves on its stack
// is wazero's business, and exceptions make the stack grow for good.
func (f *function) drop(a *activation) {
	if a == f.first {
		f.first = nil
	}
}

// An activation is one running call. It is the context that wazero carries from
// the call to host functions, which is how they find it; they pass on the task's
// own context. It answers nothing that a context is asked.
type activation struct {
	function api.Function
	module   api.Module // of instance, to know it without a look-up
	account  account
	instance *Instance
	task     engine.Task

	// The last instance whose code called a host function, besides instance.
	otherModule api.Module
	other       *Instance

	stack callStack

	running   bool
	hostCalls uint32        // of the running call
	ticks     uint32        // so far
	ticked    time.Duration // when the running call came back from the last one
}

var _ context.Context = (*activation)(nil)

func newActivation(i *Instance, f api.Function) *activation {
	a := &activation{
		function: f, module: i.module, instance: i,
		task: engine.Task{Instance: i, Timeout: i.of.limits.Timeout, Stretch: i.of.limits.Stretch},
	}
	if f != nil {
		a.stack = i.of.engine.stacks.of(f)
	}
	return a
}

// caller returns the instance whose code called a host function.
func (a *activation) caller(module api.Module, callee *trampoline) *Instance {
	if same(module, a.module) {
		return a.instance
	}
	return a.otherCaller(module, callee)
}

// otherCaller is caller for code of other instances than the one that was
// called, and for start functions.
func (a *activation) otherCaller(module api.Module, callee *trampoline) *Instance {
	if same(module, a.otherModule) {
		return a.other
	}
	if other := a.instance.of.engine.instanceOf(module); other != nil {
		a.otherModule, a.other = module, other
		return other
	}
	if same(module, callee.host) { // an instance exports it, and it was called there
		return a.instance
	}
	if a.instance.module == nil { // its start function runs, so it is not known yet
		a.found(module)
		return a.instance
	}
	panic(errUnfinished)
}

// found learns of the module of an instance that is being made.
func (a *activation) found(module api.Module) {
	a.module = module
	a.instance.found(module)
}

// same is a == b for two values of wazero's one type of modules, without the call
// that comparing interfaces is: it is asked at every host call.
func same(a, b api.Module) bool {
	type pointers struct{ table, value unsafe.Pointer }
	return (*pointers)(unsafe.Pointer(&a)).value == (*pointers)(unsafe.Pointer(&b)).value
}

// errUnfinished ends a call that reaches, through a table, code of an instance
// whose start function failed: host functions have nothing to serve it with.
var errUnfinished = errors.New("called by an instance that never started")

// Deadline returns none.
func (a *activation) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done returns nil.
func (a *activation) Done() <-chan struct{} { return nil }

// Err returns nil.
func (a *activation) Err() error { return nil }

// Value returns nil. wazero asks at each call.
func (a *activation) Value(any) any { return nil }
