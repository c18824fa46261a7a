package wapc_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// guests is the folder of guests that real toolchains built.
const guests = "../examples/guests"

// startFile makes an instance, with the number 7, of a guest anywhere.
func (r *rig) startFile(path string, handler bus.Handler, limits engine.Limits) (*wapc.Instance, error) {
	r.t.Helper()
	binary, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	module, err := r.engine.Compile(context.Background(), binary, limits)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.linked(module, filepath.Base(path), handler).Instantiate(context.Background(), 7, nil)
}

// startWASI is startFile for a guest that needs WASI: what it prints goes to out.
func (r *rig) startWASI(path string, handler bus.Handler, limits engine.Limits, out io.Writer) *wapc.Instance {
	r.t.Helper()
	ctx := context.Background()
	binary, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	compiled, err := r.engine.Compile(ctx, binary, limits)
	if err != nil {
		r.t.Fatal(err)
	}
	host, err := p1.NewHost(ctx, r.engine)
	if err != nil {
		r.t.Fatal(err)
	}
	module, err := r.host.Link(compiled, wapc.Config{
		Handler:  handler,
		Provided: host.Modules(),
		Log:      r.keep,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	system, err := p1.New(wasi.Config{Stdout: out})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := system.Close(); err != nil {
			r.t.Error(err)
		}
	})
	guest, err := module.Instantiate(ctx, 7, system)
	if err != nil {
		r.t.Fatal(err)
	}
	return guest
}

// records is a handler that notes invocations and replies with the given text.
func records(into *[]string, reply string) bus.Handler {
	return bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
		*into = append(*into, strings.Join([]string{inv.Binding, inv.Namespace, inv.Operation, string(inv.Payload)}, "|"))
		return bus.Reply{Payload: []byte(reply)}, nil
	})
}

// TestGreet runs the same guest in all its languages.
func TestGreet(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"greet-rust.wasm", "greet-as.wasm", "greet-c.wasm", "greet-tinygo.wasm"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			var calls []string
			guest, err := r.startFile(filepath.Join(guests, name), records(&calls, ""), engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			unknown := `Could not find function "other"`
			if name == "greet-rust.wasm" {
				unknown = "No handler registered for function other"
			}
			checkGreet(t, r, guest, &calls, unknown)
		})
	}
	t.Run("greet-go.wasm", func(t *testing.T) {
		r := newRig(t)
		var calls []string
		guest := r.startWASI(filepath.Join(guests, "greet-go.wasm"), records(&calls, ""), engine.Limits{}, io.Discard)
		checkGreet(t, r, guest, &calls, `Could not find function "other"`)
	})
	t.Run("WP-42 the guest reads the handler's error", func(t *testing.T) {
		for _, name := range []string{"greet-rust.wasm", "greet-as.wasm", "greet-c.wasm"} {
			guest, err := newRig(t).startFile(filepath.Join(guests, name), nil, engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = guest.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
			wantGuestError(t, err, "greet: host: Missing host callback function!")
		}
	})
}

// checkGreet checks what a greet guest answers, logs and asks of the host.
func checkGreet(t *testing.T, r *rig, guest *wapc.Instance, calls *[]string, unknown string) {
	t.Helper()
	ctx := context.Background()
	reply, err := guest.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
	if want := `{"greeting":"Hello, Ada!"}`; err != nil || string(reply) != want {
		t.Errorf("%q, %v, want %q", reply, err, want)
	}
	if diff := cmp.Diff([]string{"7 greeting Ada"}, r.log); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"examples|greet|visited|Ada"}, *calls); diff != "" {
		t.Error(diff)
	}
	reply, err = guest.Call(ctx, "echo", []byte("some\x00bytes"))
	if err != nil || string(reply) != "some\x00bytes" {
		t.Errorf("%q, %v", reply, err)
	}
	_, err = guest.Call(ctx, "fail", []byte("größer"))
	wantGuestError(t, err, "größer")
	_, err = guest.Call(ctx, "other", nil) // WP-28
	wantGuestError(t, err, unknown)
}

func TestFaults(t *testing.T) {
	ctx := context.Background()
	r := newRig(t)
	call := func(operation, payload string) (string, error) {
		handler := answers("an answer")
		guest, err := r.startFile(filepath.Join(guests, "faults.wasm"), handler, engine.Limits{MemoryBytes: 4 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = guest.Close(ctx) }()
		reply, err := guest.Call(ctx, operation, []byte(payload))
		return string(reply), err
	}
	for operation, kind := range map[string]engine.TrapKind{
		"lie_request": engine.MemoryBounds, "lie_response": engine.MemoryBounds, "lie_error": engine.MemoryBounds,
		"lie_log": engine.MemoryBounds, "lie_host_call": engine.MemoryBounds, "lie_host_names": engine.MemoryBounds,
		"lie_response_wrap": engine.MemoryBounds, "lie_response_huge": engine.MemoryBounds,
		"lie_host_response": engine.MemoryBounds,
		"lie_utf8_error":    engine.Unreachable, "lie_utf8_log": engine.Unreachable, "lie_utf8_binding": engine.Unreachable,
		"lie_utf8_namespace": engine.Unreachable, "lie_utf8_operation": engine.Unreachable,
	} {
		t.Run("WP-22 WP-46 WP-47 "+operation, func(t *testing.T) {
			reply, err := call(operation, "payload")
			if err == nil {
				t.Fatalf("reply %q", reply)
			}
			wantTrap(t, err, kind, "__")
		})
	}
	t.Run("WP-27 abort_after_error", func(t *testing.T) {
		_, err := call("abort_after_error", "own words")
		wantTrap(t, err, engine.Unreachable, "reach_unreachable", "own words")
	})
	for operation, want := range map[string]string{
		"nothing": "", "two": "the response", "minus_one": "the response", "both": "the response", "last_wins": "second",
		"nowhere": "", "request_twice": "request_twice payloadpayload", "log_many": "100", "scribble": "payload",
		"host_state": "0 0 1 9 0", "reenter": "an answer", "count": "1",
	} {
		t.Run(operation, func(t *testing.T) {
			if reply, err := call(operation, "payload"); err != nil || reply != want {
				t.Errorf("%q, %v, want %q", reply, err, want)
			}
		})
	}
	for operation, want := range map[string]string{
		"zero": "", "one_error": "the error", "zero_response": "", "zero_both": "the error", "last_error_wins": "second",
	} {
		t.Run(operation, func(t *testing.T) {
			_, err := call(operation, "")
			wantGuestError(t, err, want)
		})
	}
}

func TestSpin(t *testing.T) {
	for operation, function := range map[string]string{
		"spin": "spin_forever", "spin_calls": "c", "sleepless": "sleepless", "spin_host": "ask_forever",
	} {
		t.Run("WP-66 "+operation, func(t *testing.T) {
			limits := engine.Limits{Timeout: 30 * time.Millisecond}
			guest, err := newRig(t).startFile(filepath.Join(guests, "spin.wasm"), nothing, limits)
			if err != nil {
				t.Fatal(err)
			}
			_, err = guest.Call(context.Background(), operation, nil)
			wantTrap(t, err, engine.Deadline, "deadline of 30ms exceeded: "+deadlineWords+", in "+function)
		})
	}
}

func TestHistoric(t *testing.T) {
	for name, want := range map[string]string{
		"historic-4.wasm": "||op|payload",
		"historic-6.wasm": "|historic|op|payload",
	} {
		t.Run(name, func(t *testing.T) {
			var calls []string
			guest, err := newRig(t).startFile(filepath.Join(guests, name), records(&calls, "answer"), engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			reply, err := guest.Call(context.Background(), "op", []byte("payload"))
			if err != nil || string(reply) != "answer" {
				t.Errorf("%q, %v", reply, err)
			}
			if diff := cmp.Diff([]string{want}, calls); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInits(t *testing.T) {
	ctx := context.Background()
	t.Run("WP-02 order", func(t *testing.T) {
		r := newRig(t)
		var calls []string
		guest, err := r.startFile(filepath.Join(guests, "inits.wasm"), records(&calls, ""), engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		reply, err := guest.Call(ctx, "order", nil)
		if want := "_start _initialize wapc_init"; err != nil || string(reply) != want {
			t.Errorf("%q, %v, want %q", reply, err, want)
		}
		want := []string{"examples|inits|_start|", "examples|inits|_initialize|", "examples|inits|wapc_init|"}
		if diff := cmp.Diff(want, calls); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("WP-07 a trap", func(t *testing.T) {
		_, err := newRig(t).startFile(filepath.Join(guests, "inits-trap.wasm"), nil, engine.Limits{})
		wantTrap(t, err, engine.Unreachable, "wapc_init: ")
	})
	t.Run("WP-66 one that spins", func(t *testing.T) {
		limits := engine.Limits{Timeout: 20 * time.Millisecond}
		_, err := newRig(t).startFile(filepath.Join(guests, "inits-spin.wasm"), nil, limits)
		wantTrap(t, err, engine.Deadline, "wapc_init init interrupted, execution deadline exceeded")
	})
	t.Run("WP-04 WP-05 exits with 0", func(t *testing.T) {
		guest, err := newRig(t).startFile(filepath.Join(guests, "exits.wasm"), nil, engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			reply, err := guest.Call(ctx, "state", nil)
			if err != nil || string(reply) != "started, initialized" {
				t.Errorf("%q, %v", reply, err)
			}
		}
		for _, code := range []string{"0", "5"} {
			_, err = guest.Call(ctx, "exit", []byte(code))
			wantTrap(t, err, engine.Exit, "guest exited with code "+code)
		}
	})
	t.Run("WP-06 exits with 3", func(t *testing.T) {
		_, err := newRig(t).startFile(filepath.Join(guests, "exits-three.wasm"), nil, engine.Limits{})
		wantTrap(t, err, engine.Exit, "_start: guest exited with code 3")
	})
}

func TestEnvOfAssemblyScript(t *testing.T) {
	ctx := context.Background()
	r := newRig(t)
	guest, err := r.startFile(filepath.Join(guests, "env-as.wasm"), nil, engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for operation, want := range map[string]string{"trace": "größe", "log": "größe", "seed": "ok"} {
		reply, err := guest.Call(ctx, operation, []byte("größe"))
		if err != nil || string(reply) != want {
			t.Errorf("%s: %q, %v", operation, reply, err)
		}
	}
	for _, line := range []string{"7 größe", "7 trace: größe", "7 trace: größe 1.5", "7 trace: größe 1, 2, 3, 4, 5"} {
		if !slices.Contains(r.log, line) {
			t.Errorf("log %q, want %q", r.log, line)
		}
	}
	_, err = guest.Call(ctx, "abort", []byte("größe"))
	wantTrap(t, err, engine.Unreachable, "guest aborted: größe at index.ts:")
}
