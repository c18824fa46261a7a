package patchbay_test

import (
	"context"
	"fmt"
	"log"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
)

// double answers what the component imports: acme:host/ask#double.
func double(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	var x uint32
	if _, err := fmt.Sscanf(string(inv.Payload), "[%d]", &x); err != nil {
		return bus.Reply{}, err
	}
	return bus.Reply{Payload: fmt.Append(nil, 2*x)}, nil
}

// The calls of docs/components.md: a component by JSON, by text, and by a Go
// function that is bound to one of its own.
func Example_component() {
	ctx := context.Background()
	host := patchbay.Host{Handler: bus.HandlerFunc(double)}
	defer host.Close(ctx)
	math, err := host.Load(ctx, "plugin/testdata/component/math.wasm")
	if err != nil {
		log.Panic(err)
	}

	reply, err := math.Call(ctx, "ops.add", []byte("[1, 2]"))
	if err != nil {
		log.Panic(err)
	}
	fmt.Printf("%s\n", reply)

	text, err := math.Func("acme:math/ops@1.0.0#quadruple").CallWAVE(ctx, "5")
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(text)

	add, err := patchbay.Func2[uint32, uint32, uint32](math, "add")
	if err != nil {
		log.Panic(err)
	}
	sum, err := add(ctx, 3, 4)
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(sum)
	// Output:
	// 3
	// 20
	// 7
}
