// Command embed is a whole program with a plugin in it.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
)

func main() {
	ctx := context.Background()
	host := patchbay.Host{Handler: bus.HandlerFunc(visited)}
	defer host.Close(ctx)

	greet, err := host.Load(ctx, "examples/guests/greet-rust.wasm")
	if err != nil {
		log.Panic(err)
	}
	reply, err := greet.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(string(reply))
}

func visited(context.Context, *bus.Invocation) (bus.Reply, error) { return bus.Reply{}, nil }
