package patchbay_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/plugin"
)

func TestJSON(t *testing.T) {
	host := patchbay.Host{Logger: quiet()}
	closeHost(t, &host)
	greet, err := host.Load(t.Context(), greetFile)
	if err != nil {
		t.Fatal(err)
	}
	type args struct {
		Name string `json:"name"`
	}
	reply, err := patchbay.JSON[args](t.Context(), greet, "echo", args{"Ada"})
	if err != nil || reply.Name != "Ada" {
		t.Errorf("%+v, %v", reply, err)
	}
	raw, err := patchbay.JSONAppend(t.Context(), greet, nil, "echo", args{"Ada"})
	if err != nil || string(raw) != string(ada) {
		t.Errorf("%s, %v", raw, err)
	}
	var failed *plugin.JSONError
	if _, err := patchbay.JSON[any](t.Context(), greet, "echo", []byte("x")); !errors.As(err, &failed) {
		t.Errorf("not JSON: %v", err)
	}
}

// Go values go in and come out, whatever the guest's contract.
func ExampleJSON() {
	ctx := context.Background()
	host := patchbay.Host{Handler: bus.HandlerFunc(accept), Logger: quiet()}
	defer host.Close(ctx)
	greet, err := host.Load(ctx, "examples/guests/greet-rust.wasm")
	if err != nil {
		log.Panic(err)
	}

	type visitor struct {
		Name string `json:"name"`
	}
	type greeting struct {
		Greeting string `json:"greeting"`
	}
	reply, err := patchbay.JSON[greeting](ctx, greet, "greet", visitor{"Ada"})
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(reply.Greeting)
	// Output: Hello, Ada!
}
