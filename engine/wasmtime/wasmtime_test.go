//go:build cgo

package wasmtime_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/enginetest"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
)

// TestSuite runs the suite of the seam, without counting fuel and with it.
func TestSuite(t *testing.T) {
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			enginetest.Run(t, func(*testing.T) engine.Engine { return wasmtime.New(config) })
		})
	}
}
