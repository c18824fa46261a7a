package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

func TestCall(t *testing.T) {
	var asked []string
	var logged bytes.Buffer
	greet := load(t, newHosts(t), "greet-c.wasm", plugin.Options{
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			asked = append(asked, fmt.Sprintf("%s/%d %s %s %s %s", inv.Caller.Plugin, inv.Caller.Instance,
				inv.Binding, inv.Namespace, inv.Operation, inv.Payload))
			return bus.Reply{}, nil
		}),
		Logger: slog.New(slog.NewTextHandler(&logged, nil)),
	})
	mustCall(t, greet, "greet", `{"name":"Ada"}`, `{"greeting":"Hello, Ada!"}`)
	if want := "greet-c.wasm/1 examples greet visited Ada"; len(asked) != 1 || asked[0] != want {
		t.Errorf("the handler was asked %q, want %q", asked, want)
	}
	if text := logged.String(); !strings.Contains(text, `level=INFO msg="greeting Ada" plugin=greet-c.wasm instance=1`) {
		t.Errorf("logged %q", text)
	}
	if name, contract := greet.Name(), greet.Contract(); name != "greet-c.wasm" || contract != plugin.WaPC {
		t.Errorf("%s is of contract %s", name, contract)
	}
}

func TestCallAppend(t *testing.T) {
	greet := load(t, newHosts(t), "greet-c.wasm", plugin.Options{})
	reply, err := greet.CallAppend(t.Context(), []byte("before "), "echo", []byte("after"))
	if err != nil || string(reply) != "before after" {
		t.Errorf("%q, %v", reply, err)
	}
	dst := []byte("kept")
	if reply, err := greet.CallAppend(t.Context(), dst, "fail", []byte("x")); err == nil || string(reply) != "kept" {
		t.Errorf("%q, %v", reply, err)
	}
}

func TestCallAppendAllocatesNothing(t *testing.T) {
	echo := load(t, newHosts(t), "echo4m.wasm", plugin.Options{})
	ctx, dst, payload := t.Context(), make([]byte, 0, 1<<10), make([]byte, 1<<10)
	allocs := testing.AllocsPerRun(1000, func() {
		if _, err := echo.CallAppend(ctx, dst, "echo", payload); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per call", allocs)
	}
}

func TestGuestErrorKeepsTheInstance(t *testing.T) {
	faults := load(t, newHosts(t), "faults.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	mustCall(t, faults, "count", "", "1")
	_, err := faults.Call(t.Context(), "last_error_wins", nil)
	var guest *wapc.GuestError
	var located *plugin.Error
	if !errors.As(err, &guest) || guest.Text != "second" {
		t.Errorf("got %v", err)
	}
	if !errors.As(err, &located) || located.Plugin != "faults.wasm" || located.Operation != "last_error_wins" {
		t.Errorf("got %v", err)
	}
	if want := "faults.wasm: last_error_wins: guest error: second"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	mustCall(t, faults, "count", "", "2")
	if s := faults.Stats(); s.Made != 1 || s.Calls != 3 || s.Traps != 0 {
		t.Errorf("%+v", s)
	}
}

func TestTrapReplacesTheInstance(t *testing.T) {
	faults := load(t, newHosts(t), "faults.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	operations := []string{"unreachable", "oob", "oob_fill", "div0", "badcall", "recurse", "lie_response", "abort_after_error"}
	for _, operation := range operations {
		mustCall(t, faults, "count", "", "1")
		_, err := faults.Call(t.Context(), operation, nil)
		if engine.AsTrap(err) == nil || !strings.HasPrefix(err.Error(), "faults.wasm: "+operation+": ") {
			t.Errorf("%s: %v", operation, err)
		}
	}
	n := uint64(len(operations))
	if s := faults.Stats(); s.Traps != n || s.Calls != 2*n || s.Made < n {
		t.Errorf("%+v", s)
	}
}

func TestDeadline(t *testing.T) {
	hosts := newHosts(t)
	spin := load(t, hosts, "spin.wasm", plugin.Options{Limits: engine.Limits{Timeout: 30 * time.Millisecond}})
	_, err := spin.Call(t.Context(), "spin", nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "spin.wasm: spin: deadline of 30ms exceeded") {
		t.Errorf("got %v", err)
	}
	goesOn(t, spin, "echo", "still there", "still there")

	patient := load(t, hosts, "spin.wasm", plugin.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := patient.Call(ctx, "spin", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestDeadlineOfWaiters has calls wait longer than they may last.
func TestDeadlineOfWaiters(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	faults := load(t, newHosts(t), "faults.wasm", plugin.Options{
		Pool:   plugin.Pool{Size: 1},
		Limits: engine.Limits{Timeout: 50 * time.Millisecond},
		Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
			close(held)
			<-release
			return bus.Reply{}, nil
		}),
	})
	var first sync.WaitGroup
	first.Go(func() { _, _ = faults.Call(context.Background(), "reenter", nil) })
	<-held
	_, err := faults.Call(t.Context(), "echo", nil)
	if !errors.Is(err, context.DeadlineExceeded) || engine.AsTrap(err) != nil ||
		!strings.Contains(err.Error(), "waited for an instance") {
		t.Errorf("got %v", err)
	}
	close(release)
	first.Wait()
	goesOn(t, faults, "echo", "x", "x")
}

func TestCanceled(t *testing.T) {
	spin := load(t, newHosts(t), "spin.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := spin.Call(ctx, "echo", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled before: %v", err)
	}
	if s := spin.Stats(); s.Calls != 0 || s.Made != 1 {
		t.Errorf("a call that never began: %+v", s)
	}

	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		for spin.Stats().InUse == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := spin.Call(ctx, "spin", nil)
	if trap := engine.AsTrap(err); !errors.Is(err, context.Canceled) || trap == nil || trap.Kind != engine.Canceled {
		t.Errorf("canceled during: %v", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	reply, err := spin.Call(ctx, "echo", []byte("kept"))
	cancel()
	if err != nil || string(reply) != "kept" {
		t.Errorf("canceled after: %q, %v", reply, err)
	}
}

func TestManyCallsOnSmallPool(t *testing.T) {
	echo := load(t, newHosts(t), "greet-c.wasm", plugin.Options{Pool: plugin.Pool{Size: 2}})
	var calls sync.WaitGroup
	for n := range 10_000 {
		calls.Go(func() {
			payload := fmt.Sprint("call ", n)
			if reply, err := echo.Call(context.Background(), "echo", []byte(payload)); err != nil || string(reply) != payload {
				t.Errorf("%s: %q, %v", payload, reply, err)
			}
		})
	}
	calls.Wait()
	if s := echo.Stats(); s.Calls != 10_000 || s.Instances > 2 || s.InUse != 0 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

func TestPayloadSizes(t *testing.T) {
	echo := load(t, newHosts(t), "greet-c.wasm", plugin.Options{
		Pool:   plugin.Pool{Size: 1, MaxMemory: 64 << 20},
		Limits: engine.Limits{MemoryBytes: 1 << 30},
	})
	for _, size := range []int{0, 1, 1 << 10, 65536, 1<<20 + 1, 256 << 20} {
		payload := bytes.Repeat([]byte("patchbay"), size/8+1)[:size]
		reply, err := echo.Call(t.Context(), "echo", payload)
		if err != nil || !bytes.Equal(reply, payload) {
			t.Errorf("%d bytes: a reply of %d, %v", size, len(reply), err)
		}
	}
	if s := echo.Stats(); s.Memory > 64<<20 {
		t.Errorf("an instance of %d bytes was kept", s.Memory)
	}
	small := load(t, newHosts(t), "greet-c.wasm", plugin.Options{Limits: engine.Limits{MemoryBytes: 1 << 20}})
	if _, err := small.Call(t.Context(), "echo", make([]byte, 2<<20)); err == nil {
		t.Error("a guest of 1 MiB took 2 MiB")
	}
	mustCall(t, small, "echo", "x", "x")
}

func TestClosed(t *testing.T) {
	greet := load(t, newHosts(t), "greet-c.wasm", plugin.Options{})
	for range 2 {
		if err := greet.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := greet.Call(t.Context(), "greet", nil)
	if !errors.Is(err, plugin.ErrClosed) || err.Error() != "greet-c.wasm: greet: the plugin is closed" {
		t.Errorf("call: %v", err)
	}
	if err := greet.Replace(t.Context(), guestBinary(t, "greet-c.wasm")); !errors.Is(err, plugin.ErrClosed) {
		t.Errorf("replace: %v", err)
	}
	if s := greet.Stats(); s.Instances != 0 || s.Memory != 0 || !greet.Closed() {
		t.Errorf("%+v", s)
	}
}

func TestSystemInterfacePerInstance(t *testing.T) {
	hosts := newHosts(t)
	exits := load(t, hosts, "exits.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	mustCall(t, exits, "state", "", "started, initialized")
	_, err := exits.Call(t.Context(), "exit", []byte("7"))
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Exit || trap.ExitCode != 7 {
		t.Errorf("got %v", err)
	}
	mustCall(t, exits, "state", "", "started, initialized")
}
