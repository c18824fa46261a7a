// Package examples tests what the examples promise.
package examples

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// guests returns the folder of the guests: those in the repository, or those
// that PATCHBAY_GUESTS names, built anew from their sources.
func guests() string {
	if folder := os.Getenv("PATCHBAY_GUESTS"); folder != "" {
		return folder
	}
	return "guests"
}

// TestGreetGuests holds the greet guests of all languages to the same answers.
func TestGreetGuests(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(guests(), "greet-*.wasm"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no greet guests in %s: %v", guests(), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			testGreetGuest(t, file)
		})
	}
}

func testGreetGuest(t *testing.T, file string) {
	var told []string // what the guest told the host, in order
	refuse := false
	host := patchbay.Host{
		Handler: bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			told = append(told, fmt.Sprintf("call %s %s %s %s", inv.Binding, inv.Namespace, inv.Operation, inv.Payload))
			if refuse {
				return bus.Reply{}, errors.New("not today")
			}
			return bus.Reply{}, nil
		}),
		Logger: slog.New(recorder{&told}),
	}
	defer host.Close(t.Context())
	greet, err := host.Load(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	call := func(operation, payload string) (string, error) {
		reply, err := greet.Call(t.Context(), operation, []byte(payload))
		return string(reply), err
	}

	for _, name := range []string{"Ada", "Grace Hopper", `O\"Brien \\`, "Åsa ✓ 名前"} {
		told = nil
		reply, err := call("greet", `{"name":"`+name+`"}`)
		if want := `{"greeting":"Hello, ` + name + `!"}`; err != nil || reply != want {
			t.Errorf("greet %s: %q, %v", name, reply, err)
		}
		plain := strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(name)
		if want := []string{"log greeting " + plain, "call examples greet visited " + plain}; fmt.Sprint(told) != fmt.Sprint(want) {
			t.Errorf("greet %s told the host %q, want %q", name, told, want)
		}
	}
	for _, payload := range []string{"", "x", "not text \xff\x00", strings.Repeat("long ", 100_000)} {
		if reply, err := call("echo", payload); err != nil || reply != payload {
			t.Errorf("echo of %d bytes: %d bytes, %v", len(payload), len(reply), err)
		}
	}
	failures := []struct{ operation, payload, want string }{
		{"fail", "the reason", "the reason"},
		{"greet", "{}", "greet: name is missing"},
		{"nonsense", "", "nonsense"},
	}
	for _, f := range failures {
		var guest *wapc.GuestError
		if _, err := call(f.operation, f.payload); !errors.As(err, &guest) || !strings.Contains(guest.Text, f.want) {
			t.Errorf("%s: %v, want a guest error with %q", f.operation, err, f.want)
		}
	}
	refuse = true
	if _, err := call("greet", `{"name":"Ada"}`); err == nil || !strings.Contains(err.Error(), "greet: host: not today") {
		t.Errorf("greet when the host refuses: %v", err)
	}
	if s := greet.Stats(); s.Made != 1 || s.Traps != 0 {
		t.Errorf("an orderly failure cost an instance: %+v", s)
	}
}

// A recorder notes what guests log.
type recorder struct{ told *[]string }

func (r recorder) Enabled(context.Context, slog.Level) bool { return true }
func (r recorder) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r recorder) WithGroup(string) slog.Handler            { return r }

func (r recorder) Handle(_ context.Context, record slog.Record) error {
	*r.told = append(*r.told, "log "+record.Message)
	return nil
}

// TestSpinIsStopped stops the guest that never ends, in each of its ways but
// spin_fill: an instruction that fills megabytes counts no more than any other,
// so that a loop of them is stopped late.
func TestSpinIsStopped(t *testing.T) {
	host := patchbay.Host{
		Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) { return bus.Reply{}, nil }),
		Limits:  engine.Limits{Timeout: 100 * time.Millisecond},
		Pool:    plugin.Pool{Size: 8, Warm: 8}, // no call has to wait for an instance, which is stopped as well
	}
	defer host.Close(t.Context())
	spin, err := host.Load(t.Context(), filepath.Join(guests(), "spin.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]string{ // to the function in which it is stopped
		"spin":       "spin_forever",
		"spin_calls": "",
		"sleepless":  "sleepless",
		"spin_host":  "",
	}
	for operation, function := range ways {
		start := time.Now()
		_, err := spin.Call(t.Context(), operation, nil)
		trap := engine.AsTrap(err)
		if trap == nil || trap.Kind != engine.Deadline || time.Since(start) > time.Minute {
			t.Errorf("%s: %v after %v", operation, err, time.Since(start))
			continue
		}
		if len(trap.Frames) == 0 || !strings.Contains(trap.Frames[0].Name, function) {
			t.Errorf("%s: stopped in %v, want %s", operation, trap.Frames, function)
		}
	}
	if reply, err := spin.Call(t.Context(), "echo", []byte("alive")); err != nil || string(reply) != "alive" {
		t.Errorf("afterwards: %q, %v", reply, err)
	}
}
