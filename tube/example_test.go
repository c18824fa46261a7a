package tube_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/tube"
)

// A guest as they were made for wasmtube, without a pool: its payloads lie at
// 42.
func Example() {
	ctx := context.Background()
	binary, err := os.ReadFile("../examples/guests/tube42.wasm")
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
	module, err := tube.Link(compiled, tube.Config{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(module.Functions())

	guest, err := module.Instantiate(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer guest.Close(ctx)
	reply, err := guest.Call(ctx, "echo", []byte(`{"args":"Hello World!"}`))
	fmt.Println(string(reply), err)
	reply, err = guest.CallWith(ctx, nil, &tube.Request{Function: "image_size", Extra: []int64{256, 256}})
	fmt.Println(string(reply), err)

	_, err = guest.Call(ctx, "ecko", nil)
	var missing *tube.MissingError
	fmt.Println(errors.As(err, &missing), missing.Nearest)
	// Output:
	// [echo(index, length) image_size(index, length, i32, i32)]
	// {"args":"Hello World!"} <nil>
	// {"width":256,"height":256} <nil>
	// true echo
}
