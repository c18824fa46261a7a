package wapc_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// deadlineWords is the text that callers of other hosts match on.
const deadlineWords = "guest code interrupted, execution deadline exceeded"

func TestDeadlines(t *testing.T) {
	short := engine.Limits{Timeout: 20 * time.Millisecond}
	t.Run("WP-66 a call", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, short)
		_, err := do(stepSpin).run(guest)
		wantTrap(t, err, engine.Deadline, "deadline of 20ms exceeded: "+deadlineWords+", in spin_forever")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is no context.DeadlineExceeded", err)
		}
	})
	t.Run("WP-66 the context's deadline", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		_, err := guest.Call(ctx, "run", do(stepSpin).payload())
		wantTrap(t, err, engine.Deadline, deadlineWords)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is no context.DeadlineExceeded", err)
		}
	})
	t.Run("WP-66 an initializer", func(t *testing.T) {
		module := newRig(t).link("initializers.wasm", directs(map[string]string{"wapc_init": "spin"}), short)
		_, err := module.Instantiate(context.Background(), 7, nil)
		wantTrap(t, err, engine.Deadline, "wapc_init: deadline of 20ms exceeded: wapc_init init interrupted, execution deadline exceeded")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is no context.DeadlineExceeded", err)
		}
	})
	t.Run("WP-66 each initializer and each call has its own", func(t *testing.T) {
		var ends []time.Time
		asks := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			end, _ := ctx.Deadline()
			ends = append(ends, end)
			time.Sleep(time.Millisecond) // the next one ends later
			return bus.Reply{}, nil
		})
		r := newRig(t)
		r.start("initializers.wasm", asks, engine.Limits{Timeout: time.Hour})
		if len(r.log) != 4 {
			t.Errorf("what ran: %q", r.log)
		}
		guest := r.start("puppet.wasm", asks, engine.Limits{Timeout: time.Hour})
		for range 3 {
			if _, err := new(script).call("", "", "", "").do(stepReturn, 1).run(guest); err != nil {
				t.Error(err)
			}
		}
		if len(ends) != 7 || ends[0].IsZero() {
			t.Fatalf("deadlines: %v", ends)
		}
		for n, end := range ends[1:] {
			if !end.After(ends[n]) {
				t.Errorf("deadline %d is %v, and that before it %v", n+1, end, ends[n])
			}
		}
	})
	t.Run("WP-67 a handler that waits for the call's end", func(t *testing.T) {
		waits := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			<-ctx.Done()
			return bus.Reply{}, ctx.Err()
		})
		guest := newRig(t).start("puppet.wasm", waits, short)
		_, err := new(script).call("", "", "", "").do(stepReturn, 1).run(guest)
		wantTrap(t, err, engine.Deadline, "deadline of 20ms exceeded: "+deadlineWords)
	})
	t.Run("WP-66 a handler that calls another guest", func(t *testing.T) {
		r := newRig(t)
		inner := r.start("puppet.wasm", nil, engine.Limits{Timeout: time.Minute})
		calls := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			_, err := inner.Call(ctx, "run", do(stepSpin).payload())
			return bus.Reply{}, err
		})
		guest := r.start("puppet.wasm", calls, short)
		_, err := new(script).call("", "", "", "").do(stepReturn, 1).run(guest)
		wantTrap(t, err, engine.Deadline, "deadline of 20ms exceeded: "+deadlineWords)
		if strings.Contains(err.Error(), "spin_forever") {
			t.Errorf("error %q is of the other guest", err)
		}
	})
	t.Run("a handler's own deadline is an error like others", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", fails(context.DeadlineExceeded), engine.Limits{})
		reply, err := new(script).call("", "", "", "").fetch().run(guest)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseFetched(reply); got.Result != 0 || !strings.HasPrefix(context.DeadlineExceeded.Error(), got.Error) {
			t.Errorf("%+v", got)
		}
	})
}

func TestCancel(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := guest.Call(ctx, "run", nil)
		wantTrap(t, err, engine.Canceled)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v is no context.Canceled", err)
		}
	})
	t.Run("during", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		soon := bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
			time.AfterFunc(100*time.Millisecond, cancel) // the guest spins by then
			return bus.Reply{}, nil
		})
		guest := newRig(t).start("puppet.wasm", soon, engine.Limits{})
		_, err := guest.Call(ctx, "run", new(script).call("", "", "", "").do(stepSpin).payload())
		wantTrap(t, err, engine.Canceled, "spin_forever")
	})
	t.Run("in a host call", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		gives := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			cancel()
			<-ctx.Done()
			return bus.Reply{}, ctx.Err()
		})
		guest := newRig(t).start("puppet.wasm", gives, engine.Limits{})
		_, err := guest.Call(ctx, "run", new(script).call("", "", "", "").do(stepReturn, 1).payload())
		wantTrap(t, err, engine.Canceled)
	})
}
