//go:build cgo

package wasmtime_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/enginetest"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
)

// configs are the ways to run guests that the suites go through.
var configs = map[string]wasmtime.Config{"usual": {}, "fuel": {Fuel: true}}

// TestRunaways stops guests that do not end by themselves.
func TestRunaways(t *testing.T) {
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			enginetest.Runaways(t, func(*testing.T) engine.Engine { return wasmtime.New(config) })
		})
	}
}

// TestHostile feeds bytes that kill engines.
func TestHostile(t *testing.T) {
	enginetest.Hostile(t, func(*testing.T) engine.Engine { return wasmtime.New(wasmtime.Config{}) })
}
