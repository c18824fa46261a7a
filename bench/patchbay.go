package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// A patchbayHost is the guest under Patchbay, limits on as by default, at two
// doors: the plugin, which is what programs call, and the waPC instance below
// it, which is what the other hosts offer.
type patchbayHost struct {
	engine   *wazero.Engine
	plugin   *plugin.Plugin
	compiled engine.Module
	module   *wapc.Module
	instance *wapc.Instance
}

func newPatchbay(ctx context.Context, binary []byte) (*patchbayHost, error) {
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return nil, err
	}
	p := &patchbayHost{engine: eng}
	if p.plugin, err = loadPlugin(ctx, eng, binary, runtime.GOMAXPROCS(0)); err != nil {
		return nil, err
	}
	host, err := wapc.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	if p.compiled, err = eng.Compile(ctx, binary, engine.Limits{Timeout: plugin.DefaultTimeout}); err != nil {
		return nil, err
	}
	if p.module, err = host.Link(p.compiled, wapc.Config{Handler: echo}); err != nil {
		return nil, err
	}
	p.instance, err = p.module.Instantiate(ctx, 1, nil)
	return p, err
}

// echo answers with the payload.
var echo = bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	return bus.Reply{Payload: inv.Payload}, nil
})

func loadPlugin(ctx context.Context, eng engine.Engine, binary []byte, size int) (*plugin.Plugin, error) {
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		return nil, err
	}
	return plugin.New(ctx, hosts, binary, plugin.Options{
		Name: "bench.wasm", Handler: echo, Pool: plugin.Pool{Size: size, Warm: size},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// cycle makes an instance and closes it.
func (p *patchbayHost) cycle(ctx context.Context) error {
	instance, err := p.module.Instantiate(ctx, 2, nil)
	if err != nil {
		return err
	}
	return instance.Close(ctx)
}

// loops returns what calls the tightest loop of guests/bare.wasm, metered.
func (p *patchbayHost) loops(ctx context.Context, binary []byte) (func(n int) error, error) {
	module, err := p.engine.Compile(ctx, binary, engine.Limits{Timeout: time.Minute})
	if err != nil {
		return nil, err
	}
	guest, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
	if err != nil {
		return nil, err
	}
	loop, stack := guest.Func("loop"), make([]uint64, 1)
	return func(n int) error {
		for range n {
			stack[0] = iterations
			if err := loop.Call(ctx, stack); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// throughput returns what calls the plugin from that many goroutines, each on a
// thread of its own. It fails when calls had to wait, for an instance or a lock:
// a thread that sleeps takes no time of its own.
func (p *patchbayHost) throughput(ctx context.Context, processors int) func(n int) (time.Duration, error) {
	return func(n int) (time.Duration, error) {
		ran, errs := make([]time.Duration, processors), make([]error, processors)
		var callers sync.WaitGroup
		for i := range processors {
			callers.Go(func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				start, slept := thread(), sleeps()
				errs[i] = p.callMany(ctx, n/processors)
				ran[i], slept = thread()-start, sleeps()-slept
				if slept > 100+int64(n/100) {
					errs[i] = fmt.Errorf("%d calls of %d waited", slept, n/processors)
				}
			})
		}
		callers.Wait()
		return slices.Max(ran), errors.Join(errs...)
	}
}

// callMany calls with a payload of 1 KiB.
func (p *patchbayHost) callMany(ctx context.Context, n int) error {
	payload, reply := make([]byte, 1<<10), make([]byte, 0, 1<<10)
	for range n {
		if _, err := p.plugin.CallAppend(ctx, reply, "echo", payload); err != nil {
			return err
		}
	}
	return nil
}
