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
	world, guests := componenttest.ReadWorld(t, guestFolder), componenttest.Guests(t, guestFolder)
	for name, mode := range map[string]wazero.Mode{"compiler": wazero.Auto, "interpreter": wazero.Interpreter} {
		eng, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = eng.Close(context.Background()) })
		for _, g := range guests {
			t.Run(name+"/"+g.Name, func(t *testing.T) {
				c, err := component.Compile(t.Context(), eng, g.Binary, component.Config{})
				if err != nil {
					t.Fatal(err)
				}
				start := func(t *testing.T, h *componenttest.Host) componenttest.Instance {
					return componenttest.Start(t, c, h)
				}
				(&componenttest.Suite{World: world, Guest: g, Start: start, Slow: mode == wazero.Interpreter || !compiles() || testing.Short()}).Run(t)
			})
		}
	}
}
