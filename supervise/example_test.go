package supervise_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/supervise"
)

// A child that fails is started again; the one that needs it is started after it.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	tries := 0
	store := func(ctx context.Context, started func()) error {
		tries++
		started()
		if tries == 1 {
			return errors.New("connection lost")
		}
		<-ctx.Done()
		return nil
	}
	index := func(ctx context.Context, started func()) error {
		started()
		if tries == 2 {
			cancel() // enough is shown
		}
		<-ctx.Done()
		return nil
	}
	supervisor := supervise.Supervisor{
		Strategy: supervise.RestForOne,
		Children: []supervise.Child{{Name: "store", Run: store}, {Name: "index", Run: index}},
		Events:   func(e supervise.Event) { fmt.Println(e) },
	}
	fmt.Println(supervisor.Run(ctx, nil))
	// Output:
	// store: started
	// index: started
	// store: exited: connection lost
	// store: restarting: connection lost
	// index: stopped
	// store: started
	// index: started
	// index: stopped
	// store: stopped
	// finished
	// <nil>
}

// Supervisors nest: one that gives up is a failure for the one above it.
func ExampleSupervisor_Child() {
	broken := supervise.Supervisor{
		Name:      "broken",
		Intensity: -1, // no restart
		Children: []supervise.Child{{Name: "disk", Run: func(_ context.Context, started func()) error {
			started()
			return errors.New("no space left")
		}}},
	}
	top := supervise.Supervisor{Name: "top", Intensity: 3, Children: []supervise.Child{broken.Child()}}
	err := top.Run(context.Background(), nil)
	fmt.Println(err)
	fmt.Println(errors.Is(err, supervise.ErrIntensity))
	// Output:
	// top: broken: restart intensity reached (3 within 5s): broken: disk: restart intensity reached (0 within 5s): no space left
	// true
}
