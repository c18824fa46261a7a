package bindgen_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/types"
)

// A resource of a component, variants and errors, by generated code.
func Example() {
	ctx := context.Background()
	var host patchbay.Host
	defer host.Close(ctx)
	kinds, err := host.Load(ctx, "../../examples/guests/components/mirror-rust.wasm")
	if err != nil {
		log.Panic(err)
	}

	session, err := kinds.Session(ctx)
	if err != nil {
		log.Panic(err)
	}
	defer session.Close()
	guest, err := relay.Bind(session)
	if err != nil {
		log.Panic(err)
	}
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
