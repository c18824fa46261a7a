//go:build cgo

package oracle_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
	"github.com/patchbay-go/patchbay/internal/componenttest"
)

// guestFolder has the guests' WIT.
const guestFolder = "../../../examples/guests/components"

// guests returns the guests, or those that were built to where
// PATCHBAY_COMPONENTS says.
func guests(t *testing.T) []componenttest.Guest {
	if built := os.Getenv("PATCHBAY_COMPONENTS"); built != "" {
		return componenttest.Guests(t, built)
	}
	return componenttest.Guests(t, guestFolder)
}

// theirs is an instance in wasmtime's component runtime.
type theirs struct {
	instance  *oracle.Instance
	functions map[string]*oracle.Func
}

func (i *theirs) Call(t *types.FuncType, path []string, args []types.Value) (types.Value, error) {
	key := strings.Join(path, " ")
	if i.functions[key] == nil {
		f, err := i.instance.Func(t, path...)
		if err != nil {
			return types.Value{}, err
		}
		i.functions[key] = f
	}
	return i.functions[key].Call(args...)
}

func (i *theirs) Drop(h *types.Handle) error { return i.instance.Drop(h) }

// startTheirs makes an instance whose host is h.
func startTheirs(t *testing.T, w *componenttest.World, c *oracle.Component, h *componenttest.Host) *theirs {
	t.Helper()
	instance, err := c.Instantiate(offer(w, h))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	return &theirs{instance, map[string]*oracle.Func{}}
}

// offer is what the host answers, for wasmtime.
func offer(w *componenttest.World, h *componenttest.Host) *oracle.Host {
	var to oracle.Host
	to.DefineResource(componenttest.Counters, "counter", h.Dropped)
	for name, f := range w.Echo {
		to.Define(componenttest.Echo, name, f, func(args []types.Value) (types.Value, error) { return h.Serve(name, f, args) })
	}
	for name, f := range w.Counters {
		to.Define(componenttest.Counters, name, f, func(args []types.Value) (types.Value, error) { return h.Serve(name, f, args) })
	}
	return &to
}

// compileTheirs compiles a component, or fails the test.
func compileTheirs(t *testing.T, binary []byte) *oracle.Component {
	t.Helper()
	e := oracle.New()
	t.Cleanup(e.Close)
	c, err := e.Compile(binary)
	if err != nil {
		t.Fatalf("wasmtime: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

func compileOurs(t *testing.T, e engine.Engine, binary []byte) *component.Component {
	t.Helper()
	c, err := component.Compile(t.Context(), e, binary, component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newWasmtime(t *testing.T) engine.Engine {
	t.Helper()
	e := wasmtime.New(wasmtime.Config{})
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// wrongAdapter is what wasmtime says of a component in which one component lends a
// handle to another: release 44, as the C API has it, makes invalid code for that.
const wrongAdapter = "type mismatch: expected i32 but nothing on stack"

// refused are guests that wasmtime does not take, by what it says: a JavaScript guest
// with stubs of WASI has those in a component beside it, to which it lends handles.
var refused = map[string]string{"mirror-js": wrongAdapter}

// TestGuests makes the calls of the suite in wasmtime's component runtime and in
// package component with wasmtime as engine; the host is asked the same by both.
func TestGuests(t *testing.T) { onBoth(t, guests(t)) }

// TestComposed makes them of relays whose imports of echo another guest answers;
// counters are the host's, since wasmtime does not take borrows between components.
func TestComposed(t *testing.T) {
	named := map[string]componenttest.Guest{}
	for _, g := range guests(t) {
		named[g.Name] = g
	}
	var composed []componenttest.Guest
	for _, relay := range []string{"relay-c", "relay-wat-utf16"} {
		composed = append(composed, componenttest.Compose(t, named[relay], named["mirror-rust"], componenttest.Echo))
	}
	onBoth(t, append(composed, componenttest.Compose(t, named["relay-wat-latin1"], composed[1], componenttest.Echo)))
	whole := componenttest.Compose(t, named["relay-c"], named["mirror-rust"], componenttest.Echo, componenttest.Counters)
	refuses(t, whole.Binary, wrongAdapter)
}

func onBoth(t *testing.T, guests []componenttest.Guest) {
	w, e := componenttest.ReadWorld(t, guestFolder), newWasmtime(t)
	for _, g := range guests {
		t.Run(g.Name, func(t *testing.T) {
			ours := compileOurs(t, e, g.Binary)
			got := run(t, "component", w, g, func(t *testing.T, h *componenttest.Host) componenttest.Instance {
				return componenttest.Start(t, ours, h)
			})
			if text := refused[g.Name]; text != "" {
				refuses(t, g.Binary, text)
				t.Logf("NOT RUN in wasmtime's component runtime, which refuses it: %s", text)
				return
			}
			theirs := compileTheirs(t, g.Binary)
			want := run(t, "wasmtime", w, g, func(t *testing.T, h *componenttest.Host) componenttest.Instance {
				return startTheirs(t, w, theirs, h)
			})
			compareAsked(t, got, want)
		})
	}
}

// run runs the suite and returns the hosts that were asked.
func run(t *testing.T, name string, w *componenttest.World, g componenttest.Guest,
	start func(*testing.T, *componenttest.Host) componenttest.Instance) []*componenttest.Host {
	t.Helper()
	var hosts []*componenttest.Host
	suite := componenttest.Suite{World: w, Guest: g, Start: func(t *testing.T, h *componenttest.Host) componenttest.Instance {
		hosts = append(hosts, h)
		return start(t, h)
	}}
	t.Run(name, suite.Run)
	return hosts
}

// refuses sees that wasmtime still does not take a component.
func refuses(t *testing.T, binary []byte, text string) {
	t.Helper()
	e := oracle.New()
	defer e.Close()
	if _, err := e.Compile(binary); err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("wasmtime no longer says %q: %v", text, err)
	}
}

func compareAsked(t *testing.T, got, want []*componenttest.Host) {
	t.Helper()
	for i := range want {
		got, want := got[i].Asked, want[i].Asked
		for k := range max(len(got), len(want)) {
			if k >= len(got) || k >= len(want) || got[k] != want[k] {
				t.Fatalf("call %d of the host: got %.200v, wasmtime's was %.200v", k, got[min(k, len(got)):], want[min(k, len(want)):])
			}
		}
	}
}
