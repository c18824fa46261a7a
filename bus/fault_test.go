package bus_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
)

func TestCodeOf(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bus.Code
	}{
		{nil, bus.OK},
		{errors.New("x"), bus.Unknown},
		{&bus.Fault{Code: bus.Denied}, bus.Denied},
		{fmt.Errorf("outer: %w", &bus.Fault{Code: bus.NotFound}), bus.NotFound},
		{fmt.Errorf("outer: %w", context.Canceled), bus.Canceled},
		{fmt.Errorf("outer: %w", context.DeadlineExceeded), bus.DeadlineExceeded},
		{bus.Faultf(bus.Internal, "inner: %w", context.Canceled), bus.Internal},
	} {
		if got := bus.CodeOf(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}

func TestFaultIs(t *testing.T) {
	denied := fmt.Errorf("outer: %w", &bus.Fault{Code: bus.Denied, Text: "not you", Err: fs.ErrPermission})
	late := &bus.Fault{Code: bus.DeadlineExceeded}
	gone := &bus.Fault{Code: bus.Canceled, Text: "gave up"}
	for _, test := range []struct {
		err, target error
		want        bool
	}{
		{denied, &bus.Fault{Code: bus.Denied}, true},
		{denied, &bus.Fault{Code: bus.Denied, Text: "nobody"}, false},
		{denied, &bus.Fault{Code: bus.NotFound}, false},
		{denied, fs.ErrPermission, true},
		{late, context.DeadlineExceeded, true},
		{late, context.Canceled, false},
		{gone, context.Canceled, true},
	} {
		if got := errors.Is(test.err, test.target); got != test.want {
			t.Errorf("errors.Is(%v, %v) = %v", test.err, test.target, got)
		}
	}
}

func TestFaultText(t *testing.T) {
	for fault, want := range map[*bus.Fault]string{
		{Code: bus.Denied, Text: "not you"}: "not you",
		{Code: bus.Denied}:                  "denied",
		{Code: 200}:                         "code(200)",
		bus.Faultf(bus.NotFound, "open %s: %w", "a", fs.ErrExist): "open a: file already exists",
	} {
		if got := fault.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if fault := bus.Faultf(bus.NotFound, "open: %w", fs.ErrExist); !errors.Is(fault, fs.ErrExist) {
		t.Error("the cause is lost")
	}
}

func TestHandlerFunc(t *testing.T) {
	h := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{Format: inv.Format, Payload: inv.Payload}, nil
	})
	reply, err := h.Invoke(t.Context(), &bus.Invocation{Format: bus.JSON, Payload: []byte("{}")})
	if err != nil || reply.Format != bus.JSON || string(reply.Payload) != "{}" {
		t.Errorf("%+v, %v", reply, err)
	}
}
