package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// A trial is done again and again to see how long it takes at worst.
type trial struct {
	figure, name string

	// most bounds the time of 99 in 100.
	most time.Duration

	// run does it so many times or some more, and returns how long each took.
	run func(samples int) ([]time.Duration, error)
}

// runawayMemory is the memory of guests/runaway.wasm.
const runawayMemory = 256 << 20

// runaways are the functions of guests/runaway.wasm that do not end.
var runaways = []struct{ export, name string }{
	{"spin", "the tightest loop"},
	{"fill", "memory.fill of 256 MiB"},
	{"copy", "memory.copy of 256 MiB onto itself"},
	{"table", "table.fill and table.copy of 1,000,000 elements"},
	{"chase", "a loop of one load that misses the caches"},
	{"chases", "a loop of 100 such loads"},
}

// runaways are the trials of guests that do not end, one on each core.
func (p *patchbayHost) runaways(ctx context.Context, binary []byte) []trial {
	var trials []trial
	for _, r := range runaways {
		trials = append(trials, trial{"runaway: from the deadline to the end of the call", r.name, 5 * time.Millisecond,
			func(samples int) ([]time.Duration, error) { return p.stops(ctx, binary, r.export, samples) }})
	}
	for _, r := range runaways {
		trials = append(trials, trial{"runaway: runtime.GC beside a guest on each core", r.name, 10 * time.Millisecond,
			func(samples int) ([]time.Duration, error) { return p.collections(ctx, binary, r.export, samples) }})
	}
	return trials
}

// A storm is a guest for each core.
type storm struct {
	module engine.Module
	guests []engine.Instance
}

func (p *patchbayHost) storm(ctx context.Context, binary []byte) (*storm, error) {
	module, err := p.engine.Compile(ctx, binary, engine.Limits{MemoryBytes: runawayMemory, Timeout: time.Minute})
	if err != nil {
		return nil, err
	}
	s := &storm{module: module}
	for range runtime.GOMAXPROCS(0) {
		guest, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
		if err != nil {
			return nil, errors.Join(err, s.end(ctx))
		}
		s.guests = append(s.guests, guest)
		if err := guest.Func("prepare").Call(ctx, nil); err != nil {
			return nil, errors.Join(err, s.end(ctx))
		}
	}
	return s, nil
}

// run has every guest run body on a goroutine of its own, and waits for all.
func (s *storm) run(body func(k int, guest engine.Instance) error) error {
	errs := make([]error, len(s.guests))
	var running sync.WaitGroup
	for k, guest := range s.guests {
		running.Go(func() { errs[k] = body(k, guest) })
	}
	running.Wait()
	return errors.Join(errs...)
}

func (s *storm) end(ctx context.Context) error {
	var errs []error
	for _, guest := range s.guests {
		errs = append(errs, guest.Close(ctx))
	}
	return errors.Join(append(errs, s.module.Close(ctx))...)
}

// ended reports an error but that of a call that had to be ended.
func ended(err error) error {
	switch trap := engine.AsTrap(err); {
	case err == nil:
		return errors.New("a call returned that has no end")
	case trap != nil && (trap.Kind == engine.Deadline || trap.Kind == engine.Canceled):
		return nil
	}
	return err
}

// stops has guests run on every core, each with a deadline, and measures by how
// much their calls outlive it. The deadlines do not fall together.
func (p *patchbayHost) stops(ctx context.Context, binary []byte, export string, samples int) ([]time.Duration, error) {
	s, err := p.storm(ctx, binary)
	if err != nil {
		return nil, err
	}
	late := make([][]time.Duration, len(s.guests))
	err = s.run(func(k int, guest engine.Instance) error {
		f := guest.Func(export)
		for n := range (samples + len(late) - 1) / len(late) {
			deadline := time.Now().Add(10*time.Millisecond + time.Duration(n*7919%5000)*time.Microsecond)
			limited, cancel := context.WithDeadline(ctx, deadline)
			err := f.Call(limited, nil)
			late[k] = append(late[k], time.Since(deadline))
			cancel()
			if err := ended(err); err != nil {
				return fmt.Errorf("%s: %w", export, err)
			}
		}
		return nil
	})
	return slices.Concat(late...), errors.Join(err, s.end(ctx))
}

// collections has guests run on every core and measures how long the garbage
// collector takes meanwhile.
func (p *patchbayHost) collections(ctx context.Context, binary []byte, export string, samples int) ([]time.Duration, error) {
	s, err := p.storm(ctx, binary)
	if err != nil {
		return nil, err
	}
	stoppable, stop := context.WithCancel(ctx)
	defer stop()
	var begun sync.WaitGroup
	begun.Add(len(s.guests))
	storms := make(chan error, 1)
	go func() {
		storms <- s.run(func(_ int, guest engine.Instance) error {
			f := guest.Func(export)
			begun.Done()
			return ended(f.Call(stoppable, nil))
		})
	}()
	begun.Wait()
	var took []time.Duration
	for range samples {
		start := time.Now()
		runtime.GC()
		took = append(took, time.Since(start))
	}
	stop()
	return took, errors.Join(<-storms, s.end(ctx))
}
