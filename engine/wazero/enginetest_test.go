package wazero_test

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/enginetest"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

// TestSuite runs the suite of the seam in each mode, and with a cache of
// compiled code.
func TestSuite(t *testing.T) {
	cache := t.TempDir()
	for name, config := range map[string]wazero.Config{
		"compiler":    {Mode: wazero.Auto},
		"interpreter": {Mode: wazero.Interpreter},
		"cache":       {Mode: wazero.Auto, CacheDir: cache, Warn: func(err error) { t.Error(err) }},
	} {
		t.Run(name, func(t *testing.T) {
			enginetest.Run(t, func(t *testing.T) engine.Engine {
				e, err := wazero.New(context.Background(), config)
				if err != nil {
					t.Fatal(err)
				}
				return e
			})
		})
	}
}
