package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"sync/atomic"
	"time"
)

// A Task is one call from the host into an instance, as an adapter sees it: it
// knows when the call must end. Adapters keep one with each activation and reuse
// it; everything in it is lazy, because reading the clock or making a context
// costs more than the call itself. A Task belongs to the goroutine that makes
// the call. The zero value is ready.
type Task struct {
	// Instance is what is called, Timeout how long a call may last and Stretch how
	// long the guest may run without a host function that can wait; 0: no limit.
	// See [Limits]. They are set before the first call.
	Instance         Instance
	Timeout, Stretch time.Duration

	base     time.Time // what deadline counts from
	state    taskState
	parent   context.Context
	deadline atomic.Int64 // nanoseconds since base; 0 while not armed
	turn     int64        // when to look next whether others are to run
	gave     int64        // when others were let run last
	place    uint32       // in computing; 0: none yet
	came     int64        // when Check was called last
	left     int64        // when it had let others run
	rest     int64        // when the guest has run for Stretch, counted and armed alike
	context  *taskContext
	shown    bool // context is that of the running call
	blocked  bool // a host function that may wait was called
}

// A taskState says what Begin has to do: nothing after most calls.
type taskState uint8

const (
	taskNew  taskState = iota // base is not set
	taskIdle                  // nothing is left of a call
	taskUsed                  // something of the last call may be
)

// never is a deadline that does not come.
const never = math.MaxInt64

// Begin starts a call on behalf of parent. It fails when parent is already done.
// The clock is not read.
func (t *Task) Begin(parent context.Context) error {
	if err := Refused(parent); err != nil {
		return err
	}
	t.parent = parent
	if t.state != taskIdle {
		t.clean()
	}
	return nil
}

// Refused returns why there is no call on behalf of parent: it is done already.
// Else it is nil.
func Refused(parent context.Context) error {
	if s, ok := parent.(*Span); ok {
		if s.expired() {
			return refused(s, context.DeadlineExceeded)
		}
	} else if err := parent.Err(); err != nil {
		return stopped(err, 0)
	}
	return nil
}

// Resume is Begin for a further call of a span, if it comes to nothing but that: for
// adapters, whose calls it is inlined in. It reports whether the call has begun.
func (t *Task) Resume(parent context.Context) bool {
	s, ok := parent.(*Span)
	if !ok || t.state != taskIdle || s.outer != nil || s.deadline.Load() != 0 {
		return false
	}
	t.parent = parent
	return true
}

// clean forgets the last call.
func (t *Task) clean() {
	if t.state == taskNew {
		t.base = time.Now()
	}
	t.shown, t.blocked, t.rest, t.state = false, false, 0, taskIdle
	if t.deadline.Load() != 0 { // a store costs more than the look
		t.deadline.Store(0)
	}
}

// End finishes the call: contexts that host functions kept are done from now
// on.
func (t *Task) End() {
	if t.shown {
		t.hide()
	}
	t.parent = nil
}

// hide makes a context that host functions may have kept done. It is their own
// then, and the next call makes another.
func (t *Task) hide() {
	if t.context.seen.Load() {
		t.context.finish(context.Canceled)
		t.context = nil
	}
	t.shown = false
}

// Context returns the context that host functions see during the call. It ends
// with the call, carries the values of the call's parent, and its deadline is
// the call's. It must not be used after the call by code that never asked it
// anything during the call.
func (t *Task) Context() context.Context {
	if !t.shown {
		t.show()
	}
	return t.context
}

// show makes the context that of the running call.
func (t *Task) show() {
	if t.context == nil {
		t.context = new(taskContext)
	}
	c := t.context
	c.task, c.parent, c.instance = t, t.parent, t.Instance
	if s := t.Span(); s != nil { // which goes on to other calls
		c.parent = s.root()
	}
	t.shown, t.state = true, taskUsed
}

// Fault returns the trap that ends the call because a host function returned
// err: when the call must end anyway, that is the reason that counts.
func (t *Task) Fault(err error) *Trap {
	trap := HostTrap(err)
	if trap.Kind != HostFault {
		return trap
	}
	if stop := t.Check(); stop != nil {
		return stop
	}
	return trap
}

// Block returns a trap when the call must end rather than wait in a host
// function. The first wait of a call is free: the function has its context to
// arm the deadline with, and most calls wait once at most. From the second on it
// is as Check. The guest has time to run again after it.
func (t *Task) Block() (trap *Trap) {
	if t.blocked {
		trap = t.Check()
	}
	t.blocked, t.rest, t.state = true, 0, taskUsed
	return trap
}

// Check returns a trap when the call must end now, else nil. The first Check
// arms the deadline. It reads the clock, and from time to time it lets other
// goroutines run.
func (t *Task) Check() *Trap {
	if err := t.parent.Err(); err != nil {
		return refused(t.parent, err)
	}
	now := int64(time.Since(t.base))
	t.came, t.state = now, taskUsed
	if now >= t.turn {
		now = t.yield(now)
	}
	t.left = now
	if now < t.arm(now) {
		return t.restless(now)
	}
	timeout := t.Timeout
	if s := t.Span(); s != nil {
		timeout = s.passed(t.base.Add(time.Duration(now)))
	} else if at, ok := t.parent.Deadline(); ok && int64(at.Sub(t.base)) <= now {
		timeout = 0
	}
	return stopped(context.DeadlineExceeded, timeout)
}

// Span returns the span that the running call is part of, or nil.
func (t *Task) Span() *Span {
	s, _ := t.parent.(*Span)
	return s
}

// Metered reports whether the running call is part of a span that has a limit of
// fuel: it pays, whether its own module has one or not.
func (t *Task) Metered() bool {
	s, ok := t.parent.(*Span)
	return ok && s.fuel < unlimited
}

// Checked is for adapters: when Check was called last and when, after it had let
// other goroutines run, it returned, since some fixed time.
func (t *Task) Checked() (came, left time.Duration) {
	return time.Duration(t.came), time.Duration(t.left)
}

// restless returns a trap when the guest ran for too long on end.
func (t *Task) restless(now int64) *Trap {
	switch {
	case t.Stretch <= 0 || int64(t.Stretch) >= never-now:
		return nil
	case t.rest == 0:
		t.rest = now + int64(t.Stretch)
		return nil
	case now < t.rest:
		return nil
	}
	return &Trap{
		Kind: Deadline,
		Text: fmt.Sprintf("the guest ran for more than %v without waiting", t.Stretch),
		Err:  context.DeadlineExceeded,
	}
}

// arm sets the deadline if that was not done before and returns it.
func (t *Task) arm(now int64) int64 {
	if armed := t.deadline.Load(); armed != 0 {
		return armed
	}
	deadline := int64(never)
	if t.Timeout > 0 && int64(t.Timeout) < never-now {
		deadline = now + int64(t.Timeout)
	}
	if at, ok := t.parent.Deadline(); ok {
		deadline = min(deadline, max(int64(at.Sub(t.base)), 1))
	}
	if t.deadline.CompareAndSwap(0, deadline) {
		return deadline
	}
	return t.deadline.Load()
}

// end returns when the call will be stopped, or the zero time.
func (t *Task) end() time.Time {
	deadline := t.arm(int64(time.Since(t.base)))
	if deadline == never {
		return time.Time{}
	}
	return t.base.Add(time.Duration(deadline))
}

// refused is the trap of a call that does not go on because of its parent's err.
func refused(parent context.Context, err error) *Trap {
	if s, ok := parent.(*Span); ok {
		return stopped(err, s.passed(time.Now()))
	}
	return stopped(err, 0)
}

// stopped is the trap of a call that was ended from outside. The timeout is
// said in the text if there was one.
func stopped(err error, timeout time.Duration) *Trap {
	if !errors.Is(err, context.DeadlineExceeded) {
		return &Trap{Kind: Canceled, Err: err}
	}
	trap := &Trap{Kind: Deadline, Err: err}
	if timeout > 0 {
		trap.Text = fmt.Sprintf("deadline of %v exceeded", timeout)
	}
	return trap
}

// Callers yields the instances whose host calls ctx belongs to, the innermost
// first: none for a context that did not come from a host function. A handler
// that calls guests in its turn is thus known to be held by those instances.
func Callers(ctx context.Context) iter.Seq[Instance] {
	return func(yield func(Instance) bool) {
		c, _ := ctx.Value(taskKey{}).(*taskContext)
		for c != nil && yield(c.instance) {
			c, _ = c.parent.Value(taskKey{}).(*taskContext)
		}
	}
}
