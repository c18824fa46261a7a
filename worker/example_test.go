package worker_test

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"os"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/supervise"
	"github.com/patchbay-go/patchbay/worker"
)

// accept answers every invocation with nothing.
func accept(context.Context, *bus.Invocation) (bus.Reply, error) { return bus.Reply{}, nil }

// A worker runs under a supervisor. Another version takes over while it runs, and
// one that does not work changes nothing.
func Example() {
	ctx, stop := context.WithCancel(context.Background())
	host := patchbay.Host{Handler: bus.HandlerFunc(accept), Logger: slog.New(slog.DiscardHandler)}
	defer host.Close(context.Background())

	w, err := worker.New(host.LoadWith, worker.Options{
		Plugin: host.Options("greet"),
		File:   "../examples/guests/greet-c.wasm",
	})
	if err != nil {
		stdlog.Panic(err)
	}
	supervisor := supervise.Supervisor{Children: []supervise.Child{w.Child()}}
	up, down := make(chan struct{}), make(chan error)
	go func() { down <- supervisor.Run(ctx, func() { close(up) }) }()
	<-up

	greet := func() {
		reply, err := w.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
		fmt.Printf("%s %v, generation %d\n", reply, err, w.Status().Generation)
	}
	greet()
	fmt.Println(w.SwapFile(ctx, "../examples/guests/greet-tinygo.wasm"))
	greet()
	err = w.Swap(ctx, []byte("no module"))
	var refused *worker.SwapError
	fmt.Println(errors.As(err, &refused), refused.Step)
	greet()

	stop()
	fmt.Println(<-down)
	// Output:
	// {"greeting":"Hello, Ada!"} <nil>, generation 0
	// <nil>
	// {"greeting":"Hello, Ada!"} <nil>, generation 1
	// true check
	// {"greeting":"Hello, Ada!"} <nil>, generation 1
	// <nil>
}

// A version can be tried before it is used.
func ExampleProbe() {
	ctx, stop := context.WithCancel(context.Background())
	host := patchbay.Host{Handler: bus.HandlerFunc(accept), Logger: slog.New(slog.DiscardHandler)}
	defer host.Close(context.Background())

	w, err := worker.New(host.LoadWith, worker.Options{
		Plugin: host.Options("greet"),
		File:   "../examples/guests/greet-c.wasm",
		Probe: &worker.Probe{
			Operation: "greet", Payload: []byte(`{"name":"probe"}`),
			Check: func(reply []byte, err error) error {
				if err == nil && string(reply) != `{"greeting":"Hello, probe!"}` {
					err = fmt.Errorf("it answers %s", reply)
				}
				return err
			},
		},
	})
	if err != nil {
		stdlog.Panic(err)
	}
	binary, err := os.ReadFile("../examples/guests/faults.wasm") // a good module, but not a greeter
	if err != nil {
		stdlog.Panic(err)
	}
	fmt.Println(w.Run(ctx, func() {
		var refused *worker.SwapError
		if errors.As(w.Swap(ctx, binary), &refused) {
			fmt.Printf("%s: %v\n", refused.Step, refused.Err)
		}
		stop()
	}))
	// Output:
	// probe: greet: guest error: Could not find function "greet"
	// <nil>
}
