package plugin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// TestCallInfo: the guest, the time and the fuel are those of the call.
func TestCallInfo(t *testing.T) {
	const pause = 20 * time.Millisecond
	var caller uint64
	echo := load(t, newHosts(t), "echo4m.wasm", plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Handler: bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
			caller = inv.Caller.Instance
			time.Sleep(pause)
			return bus.Reply{Payload: inv.Payload}, nil
		}),
	})
	var first, again plugin.Info
	for _, info := range []*plugin.Info{&first, &again} {
		reply, err := echo.CallInfo(t.Context(), info, nil, "hostecho", []byte("x"))
		if err != nil || string(reply) != "x" {
			t.Fatalf("reply %q, %v", reply, err)
		}
		if info.Instance != caller || info.Instance == 0 {
			t.Errorf("instance %d, want %d", info.Instance, caller)
		}
		if info.Time < pause || info.Wait != 0 {
			t.Errorf("it took %v after %v, and the handler %v", info.Time, info.Wait, pause)
		}
	}
	if first.Fuel == 0 || first.Fuel != again.Fuel {
		t.Errorf("spent %d and %d units", first.Fuel, again.Fuel)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := echo.CallInfo(canceled, &first, nil, "echo", nil); err == nil || first != (plugin.Info{}) {
		t.Errorf("error %v, info %+v", err, first)
	}
}

// TestCallInfoWaits: the wait for an instance is told apart from its use.
func TestCallInfoWaits(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	echo := load(t, newHosts(t), "echo4m.wasm", plugin.Options{
		Pool: plugin.Pool{Size: 1},
		Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
			close(entered)
			<-leave
			return bus.Reply{}, nil
		}),
	})
	done := make(chan error)
	go func() {
		_, err := echo.Call(context.Background(), "hostecho", nil)
		done <- err
	}()
	<-entered
	go func() {
		for echo.Stats().Waiting == 0 {
			time.Sleep(time.Millisecond)
		}
		close(leave)
	}()
	var info plugin.Info
	began := time.Now()
	_, err := echo.CallInfo(t.Context(), &info, nil, "echo", nil)
	if took := time.Since(began); err != nil || info.Wait == 0 || info.Wait+info.Time > took {
		t.Errorf("info %+v of a call of %v: %v", info, took, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestFuelOfInitializers: they are calls like any.
func TestFuelOfInitializers(t *testing.T) {
	_, err := plugin.New(t.Context(), newHosts(t), guestBinary(t, "inits-spin.wasm"), plugin.Options{Limits: engine.Limits{Fuel: 1_000_000}})
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.OutOfFuel {
		t.Errorf("error %v", err)
	}
}

// TestFuel: a call that spends more than it may is stopped, and the next has
// fuel of its own.
func TestFuel(t *testing.T) {
	const fuel = 200_000
	spin := load(t, newHosts(t), "spin.wasm", plugin.Options{Limits: engine.Limits{Fuel: fuel}})
	for range 3 {
		var info plugin.Info
		_, err := spin.CallInfo(t.Context(), &info, nil, "spin", nil)
		var failed *plugin.Error
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.OutOfFuel || !errors.As(err, &failed) {
			t.Errorf("error %v", err)
		}
		if info.Fuel < fuel || info.Fuel > fuel+10_000 || info.Instance == 0 {
			t.Errorf("info %+v, with %d to spend", info, fuel)
		}
	}
}
