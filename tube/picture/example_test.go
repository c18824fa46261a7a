package picture_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/tube/picture"
)

// A picture is blurred by one function of a guest and measured by another.
func Example() {
	ctx := context.Background()
	var host patchbay.Host
	defer host.Close(ctx)
	blur, err := host.Load(ctx, "../../examples/guests/blur.wasm")
	if err != nil {
		log.Panic(err)
	}
	file, err := os.ReadFile("../../examples/pictures/cat.png")
	if err != nil {
		log.Panic(err)
	}

	reply, err := picture.CallEncoded(ctx, blur, "blur", file, picture.Options{Width: 120})
	if err != nil {
		log.Panic(err)
	}
	fmt.Println("blurred:", reply.Image.Bounds())

	reply, err = picture.Call(ctx, blur, "image_size", reply.Image, picture.Options{})
	if err != nil {
		log.Panic(err)
	}
	var size struct{ Width, Height int }
	if err := reply.JSON(&size); err != nil {
		log.Panic(err)
	}
	fmt.Printf("%+v\n", size)
	// Output:
	// blurred: (0,0)-(120,90)
	// {Width:120 Height:90}
}
