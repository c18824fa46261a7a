package plugintest

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/patchbay-go/patchbay/bus"
)

// A fake answers host calls as a test expects them, and remembers what it did
// not expect. It serves one test after the other.
type fake struct {
	stubs []HostCall

	mu       sync.Mutex
	expected []HostCall // of the test, those to come
	made     int
	failures []string
}

// begin forgets the test before.
func (f *fake) begin(expected []HostCall) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.expected, f.made, f.failures = expected, 0, nil
}

// end returns what was wrong with the host calls.
func (f *fake) end() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.expected {
		f.failures = append(f.failures, fmt.Sprintf("host call %d was not made: %s", f.made+i+1, c))
	}
	return f.failures
}

// Invoke implements bus.Handler.
func (f *fake) Invoke(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.expected) > 0 && f.expected[0].names(inv) {
		c := f.expected[0]
		f.expected = f.expected[1:]
		f.made++
		if c.Payload != nil {
			if diff := c.Payload.compare(inv.Payload); diff != "" {
				f.failures = append(f.failures, fmt.Sprintf("host call %d (%s): the payload is not the one that was expected\n%s", f.made, address(inv), diff))
			}
		}
		return c.answer(inv)
	}
	for _, c := range f.stubs {
		if c.names(inv) && (c.Payload == nil || c.Payload.compare(inv.Payload) == "") {
			return c.answer(inv)
		}
	}
	text := fmt.Sprintf("the test does not expect the host call %s with %s", address(inv), show(inv.Payload))
	if len(f.expected) > 0 {
		text += fmt.Sprintf("\nit expects as host call %d: %s", f.made+1, f.expected[0])
	}
	f.failures = append(f.failures, text)
	return bus.Reply{}, bus.Faultf(bus.NotFound, "the test does not expect the host call %s", address(inv))
}

// names reports whether c is a call to where inv goes.
func (c HostCall) names(inv *bus.Invocation) bool {
	return matches(c.Binding, inv.Binding) && matches(c.Namespace, inv.Namespace) && matches(c.Operation, inv.Operation)
}

func matches(want *string, got string) bool { return want == nil || *want == got }

func (c HostCall) answer(inv *bus.Invocation) (bus.Reply, error) {
	if c.Fault != nil {
		return bus.Reply{}, &bus.Fault{Code: bus.Unknown, Text: *c.Fault}
	}
	return bus.Reply{Format: inv.Format, Payload: append([]byte(nil), c.Reply...)}, nil
}

// String returns what the call is compared with, "*" where that is anything.
func (c HostCall) String() string {
	text := part(c.Binding) + " " + part(c.Namespace) + " " + part(c.Operation)
	if c.Payload != nil {
		text += " with " + show(c.Payload.Bytes)
	}
	return text
}

func part(s *string) string {
	if s == nil {
		return "*"
	}
	return strconv.Quote(*s)
}

func address(inv *bus.Invocation) string {
	return strconv.Quote(inv.Binding) + " " + strconv.Quote(inv.Namespace) + " " + strconv.Quote(inv.Operation)
}
