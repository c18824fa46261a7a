package gateway_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/plugintest"
)

func TestFilter(t *testing.T) { plugintest.Run(t, "plugin_test.toml") }

// built is the folder of the filters: this one, or that of those which CI has
// built anew.
func built() string {
	if dir := os.Getenv("PATCHBAY_GUESTS"); dir != "" {
		return filepath.Join(dir, "gateway")
	}
	return "."
}

// TestVersions: the second version is good, and each broken one is broken in its
// own way, which load.sh counts on.
func TestVersions(t *testing.T) {
	const browser = `{"method":"GET","path":"/","headers":{"accept":"text/html,*/*;q=0.8"}}`
	pass := &plugintest.Content{Bytes: []byte(`{"set":{"x-user":"nobody","x-filter":"1"},"remove":["x-api-key"]}`), JSON: true}
	second := &plugintest.Content{Bytes: []byte(`{"set":{"x-user":"nobody","x-filter":"2"},"remove":["x-api-key"]}`), JSON: true}
	refusal := &plugintest.Content{Bytes: []byte(`{"status":500,"body":"this version refuses everything\n"}`), JSON: true}
	for _, test := range []struct {
		name, payload string
		want          plugintest.Outcome
	}{
		{"filter", browser, plugintest.Outcome{Reply: pass}},
		{"filter-2", browser, plugintest.Outcome{Reply: second}},
		{"filter-traps", browser, plugintest.Outcome{Trap: engine.Unreachable}},
		{"filter-traps", `{"method":"GET","path":"/","headers":{}}`, plugintest.Outcome{Reply: pass}},
		{"filter-fails-probe", browser, plugintest.Outcome{Reply: refusal}},
	} {
		t.Run(test.name, func(t *testing.T) {
			binary, err := os.ReadFile(filepath.Join(built(), test.name+".wasm"))
			if err != nil {
				t.Fatal(err)
			}
			table := &plugintest.Table{Tests: []plugintest.Test{
				{Name: test.name, Operation: "http.request", Payload: []byte(test.payload), Want: test.want},
			}}
			err = new(plugintest.Runner).Run(t.Context(), table, binary, func(r plugintest.Result) {
				for _, failure := range r.Failures {
					t.Error(failure)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("filter-fails-init", func(t *testing.T) {
		binary, err := os.ReadFile(filepath.Join(built(), "filter-fails-init.wasm"))
		if err != nil {
			t.Fatal(err)
		}
		err = new(plugintest.Runner).Run(t.Context(), &plugintest.Table{Contract: plugin.WaPC}, binary, func(plugintest.Result) {})
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Unreachable {
			t.Errorf("got %v", err)
		}
	})
}
