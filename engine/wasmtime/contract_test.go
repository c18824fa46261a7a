//go:build cgo

package wasmtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
)

const guests = "../../examples/guests"

// A script is what a guest is asked to do.
type script struct {
	guest      string
	operations []string // each with its payload after a space
}

// scripts are the guests of the repository with most of what they can do.
var scripts = []script{
	{"greet-c.wasm", greetings}, {"greet-rust.wasm", greetings}, {"greet-as.wasm", greetings},
	{"greet-tinygo.wasm", greetings}, {"greet-go.wasm", greetings},
	{"faults.wasm", []string{
		"unreachable", "oob", "oob_store", "oob_fill", "div0", "overflow", "trunc", "badcall", "nullcall", "farcall", "grow",
		"abort_after_error words", "lie_request", "lie_response", "lie_error", "lie_log", "lie_host_call", "lie_host_names",
		"lie_response_wrap", "lie_response_huge", "lie_host_response", "lie_host_error", "lie_utf8_error", "lie_utf8_log",
		"lie_utf8_binding", "lie_utf8_namespace", "lie_utf8_operation", "nothing", "zero", "one_error", "zero_response", "two",
		"minus_one", "both", "zero_both", "last_wins", "last_error_wins", "reenter ask", "host_state ask", "nowhere",
		"request_twice payload", "log_many", "scribble payload", "count", "count", "echo echo",
	}},
	{"inits.wasm", []string{"order"}}, {"inits-trap.wasm", []string{"order"}},
	{"exits.wasm", []string{"state", "exit 0", "exit 3", "state"}}, {"exits-three.wasm", []string{"state"}},
	{"historic-4.wasm", []string{"op payload"}}, {"historic-6.wasm", []string{"op payload"}},
	{"env-as.wasm", []string{"abort message", "seed", "trace text", "log text"}},
	{"echo4m.wasm", []string{"echo text", "hostecho text"}},
}

var greetings = []string{`greet {"name":"Ada"}`, "greet", "greet {}", "echo text", "echo", "fail reason", "other"}

// TestGuests runs the waPC guests of the repository on both engines: whatever
// can be seen of a call must be the same.
func TestGuests(t *testing.T) {
	first, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	second := wasmtime.New(wasmtime.Config{})
	t.Cleanup(func() {
		if err := errors.Join(first.Close(context.Background()), second.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	for _, s := range scripts {
		t.Run(s.guest, func(t *testing.T) {
			binary, err := os.ReadFile(filepath.Join(guests, s.guest))
			if errors.Is(err, os.ErrNotExist) {
				t.Skipf("not run: %s is not kept in the repository", s.guest)
			}
			if err != nil {
				t.Fatal(err)
			}
			want, got := play(t, first, binary, s), play(t, second, binary, s)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("wazero (-), wasmtime (+):\n%s", diff)
			}
		})
	}
}

// play runs a script and returns, line by line, what was seen.
func play(t *testing.T, e engine.Engine, binary []byte, s script) []string {
	t.Helper()
	var seen []string
	var logged bytes.Buffer
	host := patchbay.Host{
		Engine: e,
		Limits: engine.Limits{MemoryBytes: 8 << 20},
		Pool:   plugin.Pool{Size: 1},
		Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{ReplaceAttr: withoutTime})),
		Handler: bus.HandlerFunc(func(_ context.Context, i *bus.Invocation) (bus.Reply, error) {
			seen = append(seen, fmt.Sprintf("host call %s %s %s %q", i.Binding, i.Namespace, i.Operation, i.Payload))
			return bus.Reply{Payload: []byte("an answer")}, nil
		}),
	}
	defer func() {
		if err := host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	guest, err := host.LoadBytes(t.Context(), s.guest, binary)
	if err != nil {
		return append(seen, "load: "+describe(err))
	}
	for _, line := range s.operations {
		operation, payload, _ := strings.Cut(line, " ")
		reply, err := guest.Call(t.Context(), operation, []byte(payload))
		seen = append(seen, fmt.Sprintf("%s: %q, %s", line, reply, describe(err)))
	}
	return append(seen, strings.Split(logged.String(), "\n")...)
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// describe returns an error with the frames of its trap. Offsets are left out,
// because each engine has its own opinion of where in an instruction a trap is.
func describe(err error) string {
	if err == nil {
		return "no error"
	}
	text := offsets.ReplaceAllString(err.Error(), "")
	if trap := engine.AsTrap(err); trap != nil {
		text += fmt.Sprintf(" [%v:", trap.Kind)
		for _, f := range trap.Frames {
			text += fmt.Sprintf(" %d %s %s:%d", f.Func, f.Name, f.File, f.Line)
		}
		text += "]"
	}
	return text
}

var offsets = regexp.MustCompile(` \(offset 0x[0-9a-f]+\)`)

// TestSpinningPlugins stops plugins that do not end by themselves.
func TestSpinningPlugins(t *testing.T) {
	e := wasmtime.New(wasmtime.Config{})
	host := patchbay.Host{
		Engine: e,
		Limits: engine.Limits{Timeout: 30 * time.Millisecond},
		Pool:   plugin.Pool{Size: 1},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	t.Cleanup(func() {
		if err := errors.Join(host.Close(context.Background()), e.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	spin, err := host.Load(t.Context(), filepath.Join(guests, "spin.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	for operation, function := range map[string]string{
		"spin": "spin_forever", "spin_calls": "c", "sleepless": "sleepless", "spin_fill": "", "spin_host": "ask_forever",
	} {
		t.Run(operation, func(t *testing.T) {
			_, err := spin.Call(t.Context(), operation, nil)
			trap := engine.AsTrap(err)
			if trap == nil || trap.Kind != engine.Deadline || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("error %v", err)
			}
			if !strings.HasPrefix(err.Error(), "spin.wasm: "+operation+": deadline of 30ms exceeded") || !strings.Contains(err.Error(), function) {
				t.Errorf("text: %v", err)
			}
			reply, err := spin.Call(t.Context(), "echo", []byte("again"))
			for errors.Is(err, context.DeadlineExceeded) { // the next instance is not made yet
				reply, err = spin.Call(t.Context(), "echo", []byte("again"))
			}
			if err != nil || string(reply) != "again" {
				t.Errorf("after it: %q, %v", reply, err)
			}
		})
	}
	if _, err := host.Load(t.Context(), filepath.Join(guests, "inits-spin.wasm")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an initializer that spins: %v", err)
	}
	faults, err := host.Load(t.Context(), filepath.Join(guests, "faults.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = faults.Call(t.Context(), "recurse", nil)
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.StackOverflow || len(trap.Frames) == 0 {
		t.Errorf("recurse: %v", err)
	}
}
