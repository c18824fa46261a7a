package plugin

import (
	"context"
	"sync"
	"time"
)

// A componentContext is the context of all that runs in one call of a component:
// of its core functions, of what they call, and of the allocator. It knows the
// guest, and its deadline is the timeout from the first question for it on: most
// calls are over before anybody asks, and then no clock is read.
type componentContext struct {
	parent  context.Context
	guest   *componentGuest
	timeout time.Duration // 0 is none

	mu       sync.Mutex
	deadline time.Time       // zero as long as nobody asked
	full     context.Context // once somebody wants to wait for the end
	cancel   context.CancelFunc
	left     bool
}

var _ context.Context = (*componentContext)(nil)

// arm fixes the deadline once, and returns it. The lock is held.
func (c *componentContext) arm() time.Time {
	if c.deadline.IsZero() {
		c.deadline = time.Now().Add(c.timeout)
		if parent, ok := c.parent.Deadline(); ok && parent.Before(c.deadline) {
			c.deadline = parent
		}
	}
	return c.deadline
}

// Deadline returns when the call will be stopped.
func (c *componentContext) Deadline() (time.Time, bool) {
	if c.timeout <= 0 {
		return c.parent.Deadline()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.arm(), true
}

// Done returns a channel that is closed when the call must end or has ended.
func (c *componentContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full == nil {
		if c.timeout > 0 {
			c.full, c.cancel = context.WithDeadline(c.parent, c.arm())
		} else {
			c.full, c.cancel = context.WithCancel(c.parent)
		}
		if c.left {
			c.cancel()
		}
	}
	return c.full.Done()
}

// Err returns why the context is done, or nil.
func (c *componentContext) Err() error {
	if err := c.parent.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.full != nil:
		return c.full.Err()
	case c.left:
		return context.Canceled
	case c.timeout > 0 && !time.Now().Before(c.arm()):
		return context.DeadlineExceeded
	}
	return nil
}

// Value returns the guest, or the parent's value for key.
func (c *componentContext) Value(key any) any {
	if _, ok := key.(callerKey); ok {
		return c.guest
	}
	return c.parent.Value(key)
}

// leave ends the context with its call.
func (c *componentContext) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
	if c.cancel != nil {
		c.cancel()
	}
}
