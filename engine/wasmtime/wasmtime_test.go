package wasmtime_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/enginetest"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
)

// TestSuite runs the suite of the seam.
func TestSuite(t *testing.T) {
	enginetest.Run(t, func(*testing.T) engine.Engine { return wasmtime.New() })
}
