package wazero_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/enginetest"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

// modes are the ways to run guests that the tests go through.
var modes = map[string]wazero.Mode{"compiler": wazero.Auto, "interpreter": wazero.Interpreter}

// TestRunaways stops guests that do not end by themselves.
func TestRunaways(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			enginetest.Runaways(t, func(t *testing.T) engine.Engine { return newEngine(t, wazero.Config{Mode: mode}) })
		})
	}
}

// newEngine returns an engine for the suites, which close it.
func newEngine(t *testing.T, config wazero.Config) engine.Engine {
	t.Helper()
	e, err := wazero.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestHostile feeds bytes that kill engines.
func TestHostile(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			enginetest.Hostile(t, func(t *testing.T) engine.Engine { return newEngine(t, wazero.Config{Mode: mode}) })
		})
	}
}
