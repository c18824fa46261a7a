package component_test

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/componenttest"
)

const guestFolder = "../examples/guests/components"

// TestGuests makes one set of calls of the guests of each toolchain, compiled and
// interpreted.
func TestGuests(t *testing.T) {
	onModes(t, componenttest.Guests(t, guestFolder))
}

// TestComposed makes them of relays that ask a guest instead of the host: strings go
// from each encoding to UTF-8, and through all three.
func TestComposed(t *testing.T) {
	guests := map[string]componenttest.Guest{}
	for _, g := range componenttest.Guests(t, guestFolder) {
		guests[g.Name] = g
	}
	compose := func(relay string, answers componenttest.Guest) componenttest.Guest {
		return componenttest.Compose(t, guests[relay], answers, componenttest.Echo, componenttest.Counters)
	}
	var composed []componenttest.Guest
	for _, relay := range []string{"relay-c", "relay-tinygo", "relay-wat", "relay-wat-utf16", "relay-wat-latin1"} {
		composed = append(composed, compose(relay, guests["mirror-rust"]), compose(relay, guests["mirror-tinygo"]))
	}
	composed = append(composed, compose("relay-c", guests["mirror-js"]),
		compose("relay-wat-utf16", compose("relay-wat-latin1", compose("relay-tinygo", guests["mirror-rust"]))))
	onModes(t, composed)
}

func onModes(t *testing.T, guests []componenttest.Guest) {
	world := componenttest.ReadWorld(t, guestFolder)
	for name, mode := range map[string]wazero.Mode{"compiler": wazero.Auto, "interpreter": wazero.Interpreter} {
		eng, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = eng.Close(context.Background()) })
		slow := mode == wazero.Interpreter || !compiles() || testing.Short()
		for _, g := range guests {
			t.Run(name+"/"+g.Name, func(t *testing.T) {
				c, err := component.Compile(t.Context(), eng, g.Binary, component.Config{})
				if err != nil {
					t.Fatal(err)
				}
				start := func(t *testing.T, h *componenttest.Host) componenttest.Instance {
					return componenttest.Start(t, c, h)
				}
				(&componenttest.Suite{World: world, Guest: g, Start: start, Slow: slow}).Run(t)
			})
		}
	}
}
