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
		"the component has no function sub":           missing,
		"argument a: binding Go type int32 to u32":    argument,
		"1 arguments for func(a: u32, b: u32) -> u32": count,
		"3 arguments for func(a: u32, b: u32) -> u32": three,
		"result: binding Go type string to u32":       result,
		"result: func() has none":                     none,
		"result: func(a: u32, b: u32) -> u32 has one": some,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
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
