// The program calls a component and implements what it imports, with Go that was
// generated from the WIT of its world:
//
//	patchbay gen wit --world calculator --out examples/bindings/calculator examples/bindings/calculator.wit
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/examples/bindings/calculator"
)

// An answerer is asked by the component: the interface acme:host/ask.
type answerer struct{}

func (answerer) Double(_ context.Context, x uint32) (uint32, error) { return 2 * x, nil }

func main() {
	ctx := context.Background()
	host := patchbay.Host{Imports: calculator.Imports{Ask: answerer{}}.Define}
	defer host.Close(ctx)
	math := must(calculator.Bind(must(host.Load(ctx, "plugin/testdata/component/math.wasm"))))
	sum := must(math.Ops.Add(ctx, 1, 2))
	fmt.Println(sum, must(math.Ops.Quadruple(ctx, sum)))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return v
}
