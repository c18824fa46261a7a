package bindgen_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/types"
)

// A resource of a component, variants and errors, by generated code.
func Example() {
	ctx := context.Background()
	engine, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		log.Panic(err)
	}
	defer engine.Close(ctx)
	binary, err := os.ReadFile("../../examples/guests/components/mirror-rust.wasm")
	if err != nil {
		log.Panic(err)
	}
	compiled, err := component.Compile(ctx, engine, binary, component.Config{})
	if err != nil {
		log.Panic(err)
	}
	guest, err := relay.New(ctx, compiled, relay.Imports{})
	if err != nil {
		log.Panic(err)
	}
	defer guest.Close(ctx)

	counter, err := guest.Counters.NewCounter(ctx, 5)
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(counter.Add(ctx, 2))
	fmt.Println(counter.Drop(ctx))

	_, err = guest.Counters.Open(ctx, -1)
	var refused *component.ResultError[string]
	if errors.As(err, &refused) {
		fmt.Println("refused:", refused.Value)
	}

	shape, err := guest.Echo.EchoShape(ctx, types.ShapeCircle{Value: 1.5})
	if err != nil {
		log.Panic(err)
	}
	switch shape := shape.(type) {
	case types.ShapeCircle:
		fmt.Println("a circle of", shape.Value)
	case types.ShapeNothing:
		fmt.Println("nothing")
	}
	// Output:
	// 7 <nil>
	// <nil>
	// refused: -1 is negative
	// a circle of 1.5
}
