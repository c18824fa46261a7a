//go:build cgo

package wasmtime_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
)

// A host with wasmtime instead of wazero.
func Example() {
	ctx := context.Background()
	engine := wasmtime.New(wasmtime.Config{})
	defer func() { _ = engine.Close(ctx) }()
	host := patchbay.Host{Engine: engine, Logger: slog.New(slog.DiscardHandler)}
	defer func() { _ = host.Close(ctx) }()
	greet, err := host.Load(ctx, "../../examples/guests/greet-c.wasm")
	if err != nil {
		log.Fatal(err)
	}
	reply, err := greet.Call(ctx, "echo", []byte("hello"))
	fmt.Println(string(reply), err)
	// Output: hello <nil>
}
