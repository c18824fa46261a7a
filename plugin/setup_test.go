package plugin_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/plugin"
)

// newHosts makes what guests share, on an engine that ends with the test.
func newHosts(t testing.TB) *plugin.Hosts {
	t.Helper()
	ctx := context.Background()
	eng, err := newEngine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // its guests may still run, and to take their memory would end the process
		}
		if err := eng.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		t.Fatal(err)
	}
	return hosts
}

// guestBinary returns one of the guests of the examples.
func guestBinary(t testing.TB, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join("..", "examples", "guests", name))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// load loads one of the guests of the examples; it is closed with the test. What
// it logs is dropped unless options say otherwise.
func load(t testing.TB, hosts *plugin.Hosts, name string, options plugin.Options) *plugin.Plugin {
	t.Helper()
	options.Name = name
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	p, err := plugin.New(context.Background(), hosts, guestBinary(t, name), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// accept answers every invocation with nothing.
func accept(context.Context, *bus.Invocation) (bus.Reply, error) { return bus.Reply{}, nil }

// goesOn is mustCall after a call that was stopped: the next instance is made
// first, which may take longer than a call may wait for it. Only then it is called
// again.
func goesOn(t testing.TB, p *plugin.Plugin, operation, payload, want string) {
	t.Helper()
	for late := time.Now().Add(5 * time.Minute); time.Now().Before(late); {
		reply, err := p.Call(context.Background(), operation, []byte(payload))
		if errors.Is(err, context.DeadlineExceeded) {
			continue
		}
		if err != nil || string(reply) != want {
			t.Errorf("%s(%q) = %q, %v; want %q", operation, payload, reply, err, want)
		}
		return
	}
	t.Errorf("%s(%q): there is no instance", operation, payload)
}

// mustCall calls the plugin and wants that reply.
func mustCall(t testing.TB, p *plugin.Plugin, operation, payload, want string) {
	t.Helper()
	reply, err := p.Call(context.Background(), operation, []byte(payload))
	if err != nil || string(reply) != want {
		t.Errorf("%s(%q) = %q, %v; want %q", operation, payload, reply, err, want)
	}
}
