package patchbay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
)

// loadMath loads a component that adds, echoes and asks the host to double.
func loadMath(t testing.TB) *patchbay.Plugin {
	t.Helper()
	host := &patchbay.Host{Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
		var x uint32
		_, err := fmt.Sscanf(string(inv.Payload), "[%d]", &x)
		return bus.Reply{Payload: fmt.Append(nil, 2*x)}, err
	})}
	t.Cleanup(func() {
		if err := host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	p, err := host.Load(t.Context(), "plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFuncs(t *testing.T) {
	p := loadMath(t)
	add, err := patchbay.Func2[uint32, uint32, uint32](p, "add")
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := add(t.Context(), 1, 2); err != nil || sum != 3 {
		t.Errorf("add: %d, %v", sum, err)
	}
	echo, err := patchbay.Func1[string, string](p, "echo")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := echo(t.Context(), "größer"); err != nil || text != "größer" {
		t.Errorf("echo: %q, %v", text, err)
	}
	quadruple, err := patchbay.Func1[uint32, uint32](p, "ops.quadruple")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := quadruple(t.Context(), 5); err != nil || n != 20 {
		t.Errorf("quadruple: %d, %v", n, err)
	}
	nothing, err := patchbay.Func0[patchbay.Nothing](p, "nothing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nothing(t.Context()); err != nil {
		t.Error(err)
	}
	fail, err := patchbay.Func0[patchbay.Nothing](p, "fail")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fail(t.Context()); err == nil || !strings.Contains(err.Error(), "unreachable") {
		t.Errorf("fail: %v", err)
	}
}

func TestFuncsAreChecked(t *testing.T) {
	p := loadMath(t)
	_, missing := patchbay.Func0[patchbay.Nothing](p, "sub")
	_, argument := patchbay.Func2[int32, uint32, uint32](p, "add")
	_, count := patchbay.Func1[uint32, uint32](p, "add")
	_, three := patchbay.Func3[uint32, uint32, uint32, uint32](p, "add")
	_, result := patchbay.Func2[uint32, uint32, string](p, "add")
	_, none := patchbay.Func0[uint32](p, "nothing")
	_, some := patchbay.Func2[uint32, uint32, patchbay.Nothing](p, "add")
	for want, err := range map[string]error{
		"the component has no function sub":                                                    missing,
		"argument a: binding Go type int32 to u32":                                             argument,
		"parameters: Go types [uint32] for the 2 of func(a: u32, b: u32) -> u32":               count,
		"parameters: Go types [uint32 uint32 uint32] for the 2 of func(a: u32, b: u32) -> u32": three,
		"result: binding Go type string to u32":                                                result,
		"result: Go type uint32 for that of func(), which has none":                            none,
		"result: no Go type for that of func(a: u32, b: u32) -> u32":                           some,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// A color is a sealed interface, which stands for a variant.
type color interface{ isColor(colors) }

type (
	colors struct {
		Nothing colorNothing
		Circle  colorCircle
		Square  colorSquare
		Named   colorNamed
		Box     colorBox
		Path    colorPath
	}
	colorNothing struct{}
	colorCircle  struct{ Radius float32 }
	colorSquare  struct{ Side uint64 }
	colorNamed   struct{ Name string }
	colorBox     struct{ Corners [2]struct{ X, Y int32 } }
	colorPath    struct{ Points []struct{ X, Y int32 } }
)

func (colorNothing) isColor(colors) {}
func (colorCircle) isColor(colors)  {}
func (colorSquare) isColor(colors)  {}
func (colorNamed) isColor(colors)   {}
func (colorBox) isColor(colors)     {}
func (colorPath) isColor(colors)    {}

// TestFuncsOfVariants binds what CallGo cannot tell apart: an interface.
func TestFuncsOfVariants(t *testing.T) {
	var host patchbay.Host
	defer host.Close(context.Background())
	p, err := host.Load(t.Context(), "examples/guests/components/mirror-rust.wasm")
	if err != nil {
		t.Fatal(err)
	}
	echo, err := patchbay.Func1[color, color](p, "echo-shape")
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []color{colorCircle{1.5}, colorNothing{}, colorNamed{"x"}} {
		if got, err := echo(t.Context(), sent); err != nil || got != sent {
			t.Errorf("%v came back as %v: %v", sent, got, err)
		}
	}
	_, err = patchbay.Func0[any](p, "open")
	if err == nil || !strings.Contains(err.Error(), "patchbay:kinds/counters@1.0.0#open takes or returns handles") {
		t.Errorf("a function with handles: %v", err)
	}
	_, err = patchbay.Func1[color, color](p, "echo-color")
	if err == nil || !strings.Contains(err.Error(), "binding Go type patchbay_test.color to enum { red, green, blue }") {
		t.Errorf("a variant for an enum: %v", err)
	}
}

func ExampleFunc2() {
	ctx := context.Background()
	host := patchbay.Host{Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		return bus.Reply{Payload: []byte("0")}, nil
	})}
	defer host.Close(ctx)
	adder, err := host.Load(ctx, "plugin/testdata/component/math.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}
	add, err := patchbay.Func2[uint32, uint32, uint32](adder, "add")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(add(ctx, 1, 2))
	// Output: 3 <nil>
}
