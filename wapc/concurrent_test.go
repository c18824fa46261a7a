package wapc_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// TestConcurrently makes and calls instances of one module on many goroutines. The
// handler that they share calls each of them back. Its point is the race detector.
func TestConcurrently(t *testing.T) {
	var seen sync.Map // number to instance
	handler := bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
		guest, _ := seen.Load(inv.Caller.Instance)
		reply, err := guest.(*wapc.Instance).Call(ctx, "leaf", inv.Payload)
		return bus.Reply{Payload: reply}, err
	})
	module := newRig(t).link("echo.wasm", handler, engine.Limits{})
	ctx := context.Background()
	var wg sync.WaitGroup
	for g := range uint64(8) {
		wg.Go(func() {
			for round := range uint64(5) {
				id := g*100 + round
				guest, err := module.Instantiate(ctx, id, nil)
				if err != nil {
					t.Error(err)
					return
				}
				seen.Store(id, guest)
				for i := range 50 {
					want := fmt.Sprint(id, i)
					reply, err := guest.Call(ctx, "1", []byte(want))
					if err != nil || string(reply) != want {
						t.Errorf("%q, %v, want %q", reply, err, want)
					}
				}
				if err := guest.Close(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
