package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// loadExample loads a guest of the examples on an engine of its own.
func loadExample(ctx context.Context, name string, options plugin.Options) (*plugin.Plugin, func()) {
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		log.Panic(err)
	}
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		log.Panic(err)
	}
	options.Name, options.Logger = name, slog.New(slog.DiscardHandler)
	p, err := plugin.New(ctx, hosts, exampleBinary(name), options)
	if err != nil {
		log.Panic(err)
	}
	return p, func() {
		if err := errors.Join(p.Close(ctx), eng.Close(ctx)); err != nil {
			log.Panic(err)
		}
	}
}

func exampleBinary(name string) []byte {
	binary, err := os.ReadFile("../examples/guests/" + name)
	if err != nil {
		log.Panic(err)
	}
	return binary
}

// A caller tells a guest's own errors from its faults.
func ExampleError() {
	ctx := context.Background()
	faults, done := loadExample(ctx, "faults.wasm", plugin.Options{})
	defer done()

	for _, operation := range []string{"one_error", "div0", "count"} {
		reply, err := faults.Call(ctx, operation, nil)
		var guest *wapc.GuestError
		switch trap := engine.AsTrap(err); {
		case errors.As(err, &guest):
			fmt.Println("the guest says:", guest.Text)
		case trap != nil:
			fmt.Println("the guest trapped:", trap.Kind, "in", trap.Frames[0].Name)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Printf("%s\n", reply)
		}
	}
	// Output:
	// the guest says: the error
	// the guest trapped: integer divided by zero in divide_by_zero
	// 1
}

// A module is replaced while the plugin is in use; one that does not work
// changes nothing.
func ExamplePlugin_Replace() {
	ctx := context.Background()
	p, done := loadExample(ctx, "echo4m.wasm", plugin.Options{Limits: engine.Limits{Timeout: time.Second}})
	defer done()

	fmt.Println(p.Replace(ctx, []byte("not a module")) != nil)
	fmt.Println(p.Replace(ctx, exampleBinary("faults.wasm")))
	reply, err := p.Call(ctx, "count", nil)
	fmt.Printf("%s %v\n", reply, err)
	// Output:
	// true
	// <nil>
	// 1 <nil>
}

// What a call took can be known, and be limited, in units of work: the same on
// every machine.
func ExamplePlugin_CallInfo() {
	ctx := context.Background()
	spin, done := loadExample(ctx, "spin.wasm", plugin.Options{Limits: engine.Limits{Fuel: 1_000_000}})
	defer done()

	for _, operation := range []string{"echo", "spin"} {
		var info plugin.Info
		_, err := spin.CallInfo(ctx, &info, nil, operation, nil)
		trap := engine.AsTrap(err)
		fmt.Println(operation, info.Fuel > 1_000_000, trap != nil && trap.Kind == engine.OutOfFuel)
	}
	// Output:
	// echo false false
	// spin true true
}
