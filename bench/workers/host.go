package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime"

	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/supervise"
	"github.com/patchbay-go/patchbay/worker"
)

// A running is a worker under a supervisor, on an engine of its own.
type running struct {
	*worker.Worker
	restarts int // seen by the supervisor
	stop     func() error
}

// options are those of every worker here.
func options(name string, binary []byte) worker.Options {
	return worker.Options{
		Binary: binary,
		Plugin: plugin.Options{
			Name: name, Logger: slog.New(slog.DiscardHandler),
			Pool: plugin.Pool{Size: 4 * runtime.GOMAXPROCS(0)},
		},
	}
}

// newLoader makes a loader on an engine of its own.
func newLoader(ctx context.Context) (worker.Loader, func() error, error) {
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return nil, nil, err
	}
	hosts, err := plugin.NewHosts(ctx, eng)
	return worker.From(hosts), func() error { return eng.Close(ctx) }, err
}

// start runs a worker.
func start(ctx context.Context, o worker.Options) (*running, error) {
	load, closeEngine, err := newLoader(ctx)
	if err != nil {
		return nil, err
	}
	w, err := worker.New(load, o)
	if err != nil {
		return nil, err
	}
	r := &running{Worker: w}
	supervisor := supervise.Supervisor{Children: []supervise.Child{w.Child()}, Events: func(e supervise.Event) {
		if e.Kind == supervise.Restarting {
			r.restarts++
		}
	}}
	ctx, cancel := context.WithCancel(ctx)
	up, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- supervisor.Run(ctx, func() { close(up) }) }()
	select {
	case <-up:
	case err := <-done:
		cancel()
		return nil, err
	}
	r.stop = func() error {
		cancel()
		return errors.Join(<-done, closeEngine())
	}
	return r, nil
}
