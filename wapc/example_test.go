package wapc_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/wapc"
)

// A guest greets, and tells the host about the visitor while it does.
func Example() {
	ctx := context.Background()
	binary, err := os.ReadFile("../examples/guests/greet-c.wasm")
	if err != nil {
		log.Fatal(err)
	}
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer eng.Close(ctx)
	compiled, err := eng.Compile(ctx, binary, engine.Limits{})
	if err != nil {
		log.Fatal(err)
	}

	host, err := wapc.NewHost(ctx, eng)
	if err != nil {
		log.Fatal(err)
	}
	module, err := host.Link(compiled, wapc.Config{
		Plugin: "greet",
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			fmt.Printf("%s %s: %s\n", inv.Caller.Plugin, inv.Operation, inv.Payload)
			return bus.Reply{}, nil
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	greet, err := module.Instantiate(ctx, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer greet.Close(ctx)

	reply, err := greet.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
	fmt.Println(string(reply), err)
	_, err = greet.Call(ctx, "fail", []byte("out of order"))
	fmt.Println(err)
	// Output:
	// greet visited: Ada
	// {"greeting":"Hello, Ada!"} <nil>
	// guest error: out of order
}
