package plugin_test

import (
	"context"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

// newEngine opens the engine that the tests run on. They must hold on every
// engine: .ci/run puts others in the place of this file.
func newEngine() (engine.Engine, error) {
	return wazero.New(context.Background(), wazero.Config{})
}
