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

// A host answers what the component asks: the interface acme:host/ask.
type host struct{}

func (host) Double(_ context.Context, x uint32) (uint32, error) { return 2 * x, nil }

func main() {
	ctx := context.Background()
	engine := must(wazero.New(ctx, wazero.Config{}))
	binary := must(os.ReadFile("plugin/testdata/component/math.wasm"))
	compiled := must(component.Compile(ctx, engine, binary, component.Config{}))
	math := must(calculator.New(ctx, compiled, calculator.Imports{Ask: host{}}))
	sum := must(math.Ops.Add(ctx, 1, 2))
	fmt.Println(sum, must(math.Ops.Quadruple(ctx, sum)))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
