package plugin

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestComponentContext holds the context of calls to what contexts promise.
func TestComponentContext(t *testing.T) {
	guest := &componentGuest{id: 7}
	enter := func(parent context.Context, timeout time.Duration) *componentContext {
		return &componentContext{parent: parent, guest: guest, timeout: timeout}
	}
	synctest.Test(t, func(t *testing.T) {
		c := enter(t.Context(), time.Minute)
		if c.Value(callerKey{}) != guest || c.Value("other") != nil {
			t.Error("it does not know the guest")
		}
		time.Sleep(time.Hour) // nobody has asked yet
		if err := c.Err(); err != nil {
			t.Errorf("it begins with %v", err)
		}
		at, ok := c.Deadline()
		if !ok || time.Until(at) != time.Minute {
			t.Errorf("the deadline is in %v", time.Until(at))
		}
		time.Sleep(time.Minute)
		if err := c.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after a minute: %v", err)
		}
		<-c.Done()
		c.leave()
	})
	synctest.Test(t, func(t *testing.T) {
		c := enter(t.Context(), time.Minute)
		child, cancel := context.WithTimeout(c, time.Hour)
		defer cancel()
		<-child.Done()
		if err := child.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a child ends with %v", err)
		}
		c.leave()
	})
	synctest.Test(t, func(t *testing.T) {
		c := enter(t.Context(), 0)
		if _, ok := c.Deadline(); ok {
			t.Error("there is a deadline without a timeout")
		}
		done := c.Done()
		c.leave()
		<-done
		if err := c.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("after the call: %v", err)
		}
		late := enter(t.Context(), time.Minute)
		late.leave()
		if err := late.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("after the call: %v", err)
		}
		<-late.Done()
	})
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithTimeout(t.Context(), time.Second)
		c := enter(parent, time.Minute)
		if at, _ := c.Deadline(); time.Until(at) != time.Second {
			t.Errorf("the deadline is in %v, the parent's in a second", time.Until(at))
		}
		cancel()
		if err := c.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the parent was canceled: %v", err)
		}
		<-c.Done()
		c.leave()
	})
}
