package plugin_test

import (
	"context"
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// TestCodesOfErrors holds what a call may come to to its code on the bus.
func TestCodesOfErrors(t *testing.T) {
	p := load(t, newHosts(t), "faults.wasm", plugin.Options{Handler: bus.HandlerFunc(
		func(context.Context, *bus.Invocation) (bus.Reply, error) { panic("a bug") })})
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		ctx       context.Context
		operation string
		want      bus.Code
	}{
		{t.Context(), "echo", bus.OK},
		{t.Context(), "unreachable", bus.GuestFault},
		{t.Context(), "reenter", bus.Internal},
		{t.Context(), "one_error", bus.Unknown},
		{canceled, "echo", bus.Canceled},
	} {
		_, err := p.Call(test.ctx, test.operation, []byte("x"))
		if got := bus.CodeOf(err); got != test.want {
			t.Errorf("%s: code %v, want %v, of %v", test.operation, got, test.want, err)
		}
	}
	for kind, want := range map[engine.TrapKind]bus.Code{
		engine.Deadline: bus.DeadlineExceeded, engine.Canceled: bus.Canceled,
		engine.OutOfFuel: bus.GuestFault, engine.Exit: bus.GuestFault, engine.HostFault: bus.Internal,
	} {
		err := &plugin.Error{Plugin: "p", Err: &engine.Trap{Kind: kind, Err: errors.New("cause")}}
		if got := bus.CodeOf(err); got != want {
			t.Errorf("%v: code %v, want %v", kind, got, want)
		}
	}
	if got := bus.CodeOf(&plugin.Error{Err: plugin.ErrHeld}); got != bus.Overloaded {
		t.Errorf("held: %v", got)
	}
}
