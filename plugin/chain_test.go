package plugin_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// A route passes what a guest asks on to a plugin, as operation "echo" or
// "reenter" with what follows the first word.
type route struct{ to *plugin.Plugin }

func (r *route) Invoke(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
	operation, rest, _ := strings.Cut(string(inv.Payload), " ")
	reply, err := r.to.Call(ctx, operation, []byte(rest))
	return bus.Reply{Payload: reply}, err
}

func TestCallOfItself(t *testing.T) {
	hosts := newHosts(t)
	self := new(route)
	self.to = load(t, hosts, "faults.wasm", plugin.Options{Pool: plugin.Pool{Size: 3}, Handler: self})
	mustCall(t, self.to, "reenter", "reenter echo deep", "deep")

	_, err := self.to.Call(t.Context(), "reenter", []byte("reenter reenter echo too deep"))
	var guest *wapc.GuestError
	if !errors.As(err, &guest) || !strings.Contains(guest.Text, plugin.ErrHeld.Error()) {
		t.Errorf("got %v", err)
	}
}

func TestCallInCircles(t *testing.T) {
	hosts := newHosts(t)
	there, back := new(route), new(route)
	one := plugin.Pool{Size: 1}
	a := load(t, hosts, "faults.wasm", plugin.Options{Pool: one, Handler: there})
	b := load(t, hosts, "faults.wasm", plugin.Options{Pool: one, Handler: back})
	there.to, back.to = b, a
	mustCall(t, a, "reenter", "echo hello", "hello")

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := a.Call(ctx, "reenter", []byte("reenter echo hello")); err == nil || ctx.Err() != nil ||
		!strings.Contains(err.Error(), plugin.ErrHeld.Error()) {
		t.Errorf("got %v", err)
	}
}

func TestCloseByItsOwnHandler(t *testing.T) {
	hosts := newHosts(t)
	var faults *plugin.Plugin
	closed := make(chan error, 1)
	handler := func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
		closed <- faults.Close(ctx)
		return bus.Reply{Payload: []byte("bye")}, nil
	}
	faults = load(t, hosts, "faults.wasm", plugin.Options{Handler: bus.HandlerFunc(handler)})
	mustCall(t, faults, "reenter", "", "bye")
	if err := <-closed; !errors.Is(err, plugin.ErrHeld) {
		t.Errorf("close: %v", err)
	}
	if !faults.Closed() {
		t.Error("the plugin is not closed although its last call has ended")
	}
}
