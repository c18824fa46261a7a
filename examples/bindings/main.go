// The program calls a component and implements what it imports, with Go that was
// generated from the WIT of its world:
//
//	patchbay gen wit --world calculator --out examples/bindings/calculator examples/bindings/calculator.wit
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
)

// A host is what the component asks.
type host struct{}

// Double is double of acme:host/ask.
func (host) Double(_ context.Context, x uint32) (uint32, error) { return 2 * x, nil }

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	binary, err := os.ReadFile("plugin/testdata/component/math.wasm")
	if err != nil {
		return err
	}
	engine, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return err
	}
	defer engine.Close(ctx)
	compiled, err := component.Compile(ctx, engine, binary, component.Config{})
	if err != nil {
		return err
	}
	defer compiled.Close(ctx)
	var linker component.Linker
	calculator.DefineAsk(&linker, host{})
	pre, err := linker.Link(compiled)
	if err != nil {
		return err
	}
	instance, err := pre.Instantiate(ctx)
	if err != nil {
		return err
	}
	defer instance.Close(ctx)
	exports, err := calculator.BindCalculator(instance)
	if err != nil {
		return err
	}
	sum, err := exports.Ops.Add(ctx, 1, 2)
	if err != nil {
		return err
	}
	product, err := exports.Ops.Quadruple(ctx, sum)
	fmt.Println(sum, product)
	return err
}
