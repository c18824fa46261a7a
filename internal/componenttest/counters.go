package componenttest

import (
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
)

// counted is what comes of all that every guest can do with counters, tookBack of
// what takes those that own their resources.
const (
	counted  = `42 -7 2 77 0 10 10 11 11 6 err("-5 is negative") 5`
	tookBack = "2 35 1 none 35 1"
)

// counters makes, changes, lends, gives away and drops resources.
func (s *Suite) counters(t *testing.T) {
	h := NewHost(s.World)
	c := counting{T: t, world: s.World, instance: s.Start(t, h)}
	one, two := c.count()
	if got := strings.Join(c.noted, " "); got != counted {
		t.Errorf("got %s, want %s", got, counted)
	}
	if !s.Guest.OwnsResources() {
		c.refuses(one, two)
		return
	}
	c.noted = nil
	c.drop(c.takeBack(one, two))
	if got := strings.Join(c.noted, " "); got != tookBack {
		t.Errorf("got %s, want %s", got, tookBack)
	}
	if left := c.call("alive"); left.Uint() != 0 || len(h.values) > 0 {
		t.Errorf("%v counters are left, and of the host's %v", left, h.values)
	}
}

// A counting notes what comes of calls.
type counting struct {
	*testing.T
	world    *World
	instance Instance
	noted    []string
}

func (c *counting) call(name string, args ...types.Value) types.Value {
	c.Helper()
	v, err := c.instance.Call(c.world.Counters[name], []string{Counters, name}, args)
	if err != nil {
		c.Fatalf("%T: %s: %v", c.instance, name, err)
	}
	return v
}

func (c *counting) note(v types.Value) { c.noted = append(c.noted, v.String()) }

func (c *counting) value(v types.Value) { c.note(c.call("[method]counter.value", lent(v))) }

func (c *counting) drop(v types.Value) {
	c.Helper()
	if err := c.instance.Drop(v.Handle()); err != nil {
		c.Fatalf("%T: drop: %v", c.instance, err)
	}
}

// count does what every guest can, and leaves two counters.
func (c *counting) count() (one, two types.Value) {
	one, two = c.call("[constructor]counter", types.S32Value(40)), c.call("[constructor]counter", types.S32Value(-7))
	c.note(c.call("[method]counter.add", lent(one), types.S32Value(2)))
	c.value(two)
	c.note(c.call("alive"))
	borrows := types.ListOf(types.BorrowOf(one.Handle().Resource))
	c.note(c.call("[static]counter.sum", types.ListValue(borrows, lent(one), lent(two), lent(one))))
	c.note(c.call("[static]counter.sum", types.ListValue(borrows)))
	parts := c.call("split", lent(one), types.U32Value(4))
	for _, part := range parts.All() {
		c.value(part)
	}
	c.note(c.call("alive"))
	for _, part := range parts.All() {
		c.drop(part)
	}
	c.note(c.call("open", types.S32Value(-5)))
	opened, _ := c.call("open", types.S32Value(5)).Payload()
	c.value(opened)
	c.drop(opened)
	return one, two
}

// takeBack gives the guest what it made, and leaves one counter.
func (c *counting) takeBack(one, two types.Value) types.Value {
	c.note(c.call("alive"))
	merged := c.call("[static]counter.merge", one, two)
	c.value(merged)
	passed := c.call("pass", types.SomeValue(types.OptionOf(merged.Type()), merged))
	back, _ := passed.Payload()
	c.note(c.call("alive"))
	c.note(c.call("pass", types.NoneValue(passed.Type())))
	c.value(back)
	c.note(c.call("alive"))
	return back
}

// refuses sees that a guest traps that cannot take back what it made.
func (c *counting) refuses(one, two types.Value) {
	c.Helper()
	if _, err := c.instance.Call(c.world.Counters["[static]counter.merge"], []string{Counters, "[static]counter.merge"},
		[]types.Value{one, two}); err == nil {
		c.Error("the guest takes back what it made: it is no exception any more")
	}
}

// lent returns a borrow of an owned handle.
func lent(v types.Value) types.Value {
	return types.HandleValue(types.BorrowOf(v.Handle().Resource), v.Handle())
}
