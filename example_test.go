package patchbay_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// visited prints what the guest asks of the host.
func visited(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	fmt.Printf("%s asks %s/%s.%s %s\n", inv.Caller.Plugin, inv.Binding, inv.Namespace, inv.Operation, inv.Payload)
	return bus.Reply{}, nil
}

func Example() {
	ctx := context.Background()
	host := patchbay.Host{
		Handler: bus.HandlerFunc(visited),
		Logger:  slog.New(slog.DiscardHandler),
	}
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
	// Output:
	// greet-rust.wasm asks examples/greet.visited Ada
	// {"greeting":"Hello, Ada!"}
}

// What Host does, without it: an engine, what its guests share, and a plugin.
func Example_plugin() {
	ctx := context.Background()
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		log.Panic(err)
	}
	defer eng.Close(ctx)
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		log.Panic(err)
	}
	binary, err := os.ReadFile("examples/guests/greet-rust.wasm")
	if err != nil {
		log.Panic(err)
	}
	greet, err := plugin.New(ctx, hosts, binary, plugin.Options{
		Name:    "greet-rust.wasm",
		Handler: bus.HandlerFunc(visited),
		Logger:  slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Panic(err)
	}
	defer greet.Close(ctx)
	reply, err := greet.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(string(reply))
	// Output:
	// greet-rust.wasm asks examples/greet.visited Ada
	// {"greeting":"Hello, Ada!"}
}

// What a plugin does, without its pool: a module under its contract, with a
// system interface, and one instance of it.
func Example_contract() {
	ctx := context.Background()
	reply, err := greetOnce(ctx, "examples/guests/greet-rust.wasm", []byte(`{"name":"Ada"}`))
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(string(reply))
	// Output:
	// greet-rust.wasm asks examples/greet.visited Ada
	// {"greeting":"Hello, Ada!"}
}

// greetOnce is Example_contract with its errors in one place.
func greetOnce(ctx context.Context, file string, payload []byte) ([]byte, error) {
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return nil, err
	}
	defer eng.Close(ctx)
	contract, err := wapc.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	preview1, err := p1.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}

	binary, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	module, err := eng.Compile(ctx, binary, engine.Limits{Timeout: plugin.DefaultTimeout})
	if err != nil {
		return nil, err
	}
	linked, err := contract.Link(module, wapc.Config{
		Plugin:   "greet-rust.wasm",
		Handler:  bus.HandlerFunc(visited),
		Provided: preview1.Modules(),
	})
	if err != nil {
		return nil, err
	}
	system, err := p1.New(wasi.Config{})
	if err != nil {
		return nil, err
	}
	defer system.Close()
	instance, err := linked.Instantiate(ctx, 1, system)
	if err != nil {
		return nil, err
	}
	defer instance.Close(ctx)
	return instance.Call(ctx, "greet", payload)
}
