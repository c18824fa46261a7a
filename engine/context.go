package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// taskKey is the key under which a taskContext finds itself.
type taskKey struct{}

// A taskContext is the context that host functions see. As long as nobody asked
// it anything it is reused from call to call; from the first question on it
// stands for one call only, and outlives it as a context that is done.
type taskContext struct {
	seen     atomic.Bool
	task     *Task // of the running call; used under mu once seen
	parent   context.Context
	instance Instance

	mu       sync.Mutex
	done     chan struct{} // made when first asked for
	err      error
	deadline time.Time // zero: none
	armed    bool
	stop     []func() bool // release what watches for the end
}

var _ context.Context = (*taskContext)(nil)

// see marks c as belonging to this call. The first call of it happens on the
// call's own goroutine, or under a happens-before edge from it: that is how a
// host function hands a context on.
func (c *taskContext) see() {
	if !c.seen.Load() {
		c.seen.Store(true)
	}
}

// Deadline returns when the call will be stopped.
func (c *taskContext) Deadline() (time.Time, bool) {
	c.see()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arm()
	return c.deadline, !c.deadline.IsZero()
}

// arm fixes the deadline once. The lock is held.
func (c *taskContext) arm() {
	if c.armed || c.err != nil {
		return
	}
	c.armed = true
	c.deadline = c.task.end()
}

// Done returns a channel that is closed when the call must end or has ended.
func (c *taskContext) Done() <-chan struct{} {
	c.see()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return c.done
	}
	c.done = make(chan struct{})
	if c.err != nil {
		close(c.done)
		return c.done
	}
	c.watch()
	return c.done
}

// watch makes the deadline and the parent's end close done. The lock is held.
func (c *taskContext) watch() {
	c.arm()
	if !c.deadline.IsZero() {
		timer := time.AfterFunc(time.Until(c.deadline), func() { c.finish(context.DeadlineExceeded) })
		c.stop = append(c.stop, timer.Stop)
	}
	parent := c.parent
	if parent.Done() != nil {
		c.stop = append(c.stop, context.AfterFunc(parent, func() { c.finish(parent.Err()) }))
	}
}

// Err returns why the context is done, or nil.
func (c *taskContext) Err() error {
	c.see()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	if err := c.parent.Err(); err != nil {
		return err
	}
	c.arm()
	if !c.deadline.IsZero() && !time.Now().Before(c.deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// Value returns the parent's value for key.
func (c *taskContext) Value(key any) any {
	c.see()
	if _, ok := key.(taskKey); ok {
		return c
	}
	return c.parent.Value(key)
}

// finish makes the context done for the given reason, if it is not yet.
func (c *taskContext) finish(err error) {
	c.mu.Lock()
	stop := c.stop
	c.stop, c.task = nil, nil
	if c.err == nil {
		c.err = err
		if c.done != nil {
			close(c.done)
		}
	}
	c.mu.Unlock()
	for _, release := range stop {
		release()
	}
}
