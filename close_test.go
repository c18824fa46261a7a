package patchbay_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
)

// A closing is a host whose plugins are called, replaced and closed by many
// goroutines at once. The guests compute, fill and copy memory, and are in
// handlers that call other plugins, when the end comes. Who takes memory or code
// from a guest that runs is found by the race detector, or by the system.
type closing struct {
	*testing.T
	host     *patchbay.Host
	binaries [][]byte
	plugins  []*patchbay.Plugin
	over     atomic.Bool
	replies  atomic.Int64
}

func startClosing(t *testing.T, host *patchbay.Host) *closing {
	c := &closing{T: t, host: host}
	host.Logger, host.Limits = quiet(), engine.Limits{Timeout: 20 * time.Millisecond}
	host.Pool = plugin.Pool{Size: 2, MaxCalls: 50}
	host.Handler = bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
		reply, err := c.plugins[rand.IntN(len(c.plugins))].Call(ctx, "echo", inv.Payload)
		return bus.Reply{Payload: reply}, err
	})
	for _, name := range []string{"spin.wasm", "faults.wasm"} {
		binary, err := os.ReadFile("examples/guests/" + name)
		if err != nil {
			t.Fatal(err)
		}
		c.binaries = append(c.binaries, binary)
		p, err := host.LoadBytes(t.Context(), name, binary)
		if err != nil {
			t.Fatal(err)
		}
		c.plugins = append(c.plugins, p)
	}
	return c
}

// call makes calls of all sorts until the host is closed.
func (c *closing) call() {
	payload := bytes.Repeat([]byte("payload "), 1<<14)
	operations := []string{"echo", "reenter", "echo", "spin_fill", "spin", "spin_host", "unreachable", "echo"}
	for !c.over.Load() {
		p, operation := c.plugins[rand.IntN(len(c.plugins))], operations[rand.IntN(len(operations))]
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(3000))*time.Microsecond)
		reply, err := p.Call(ctx, operation, payload)
		cancel()
		switch {
		case err != nil:
		case operation == "echo" && !bytes.Equal(reply, payload):
			c.Errorf("an echo of %d bytes", len(reply))
		default:
			c.replies.Add(1)
		}
		if errors.Is(err, plugin.ErrClosed) {
			return
		}
	}
}

// replace puts modules in the place of others, or of themselves.
func (c *closing) replace() {
	for !c.over.Load() {
		k := rand.IntN(len(c.plugins))
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(20))*time.Millisecond)
		err := c.plugins[k].Replace(ctx, c.binaries[rand.IntN(len(c.binaries))])
		cancel()
		if errors.Is(err, plugin.ErrClosed) {
			return
		}
	}
}

// end closes a plugin and then the host, at first without the patience that it
// takes.
func (c *closing) end() {
	impatient, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(1000))*time.Microsecond)
	defer cancel()
	_ = c.plugins[rand.IntN(len(c.plugins))].Close(impatient)
	_ = c.host.Close(impatient)
	if err := c.host.Close(context.Background()); err != nil {
		c.Errorf("close: %v", err)
	}
}

// TestCloseUnderCalls closes hosts while their plugins are called and replaced,
// with an engine of the host's own and with one that is given and closed after it.
func TestCloseUnderCalls(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	var replies int64
	for round := range rounds {
		host := &patchbay.Host{}
		if round%2 == 1 {
			given, err := wazero.New(t.Context(), wazero.Config{})
			if err != nil {
				t.Fatal(err)
			}
			host.Engine = given
		}
		c := startClosing(t, host)
		var users sync.WaitGroup
		for range 6 {
			users.Go(c.call)
		}
		users.Go(c.replace)
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		users.Go(c.end)
		users.Go(c.end)
		c.end()
		if host.Engine != nil {
			if err := host.Engine.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		c.over.Store(true)
		users.Wait()
		replies += c.replies.Load()
	}
	if replies == 0 {
		t.Error("no call had a reply before the end")
	}
	t.Logf("%d replies", replies)
}
