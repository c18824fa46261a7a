package main

import (
	"context"
	"strings"

	"github.com/patchbay-go/patchbay/bus"
)

// A hostSide answers what guests ask of the host, in one of the ways of
// --host-call.
type hostSide struct {
	voice *voice
	way   string // "deny", "log" or "echo"
}

// denial is how a denied host call begins what the guest reads.
const denial = "host calls are denied"

// Invoke implements bus.Handler.
func (h *hostSide) Invoke(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	switch h.way {
	case "echo":
		return bus.Reply{Format: inv.Format, Payload: inv.Payload}, nil
	case "log":
		h.voice.hostCall(inv.Binding, inv.Namespace, inv.Operation, inv.Payload)
		return bus.Reply{}, nil
	}
	name := strings.Join([]string{word(inv.Binding), word(inv.Namespace), word(inv.Operation)}, " ")
	return bus.Reply{}, bus.Faultf(bus.Denied, denial+": %s", name)
}
