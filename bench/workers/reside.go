package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/patchbay-go/patchbay/worker"
)

// reside measures what a plugin of one page takes that is loaded and was called
// once.
func (p plan) reside(ctx context.Context) error {
	for _, distinct := range []bool{false, true} {
		what := "the same module"
		if distinct {
			what = "distinct modules"
		}
		heap, resident, err := p.residents(ctx, distinct)
		if err != nil {
			return err
		}
		n := float64(p.resident) * 1024
		fmt.Printf("%d resident plugins of one page, %s: %.1f KB each of heap and stacks, %.1f KB of the process\n",
			p.resident, what, heap/n, resident/n)
	}
	return nil
}

// residents returns how many bytes the workers take together.
func (p plan) residents(ctx context.Context, distinct bool) (heap, resident float64, err error) {
	load, closeEngine, err := newLoader(ctx)
	if err != nil {
		return 0, 0, err
	}
	running, cancel := context.WithCancel(ctx)
	var runs sync.WaitGroup
	begin := func(n int) error {
		version := 0
		if distinct {
			version = n
		}
		return launch(running, &runs, load, options(fmt.Sprint("resident ", n), guest(version, 0, sound)))
	}
	if err := begin(-1); err != nil { // what all share is there before
		cancel()
		return 0, 0, err
	}
	heapBefore, residentBefore := usage()
	for n := range p.resident {
		if err := begin(n); err != nil {
			cancel()
			return 0, 0, err
		}
	}
	heapAfter, residentAfter := usage()
	cancel()
	runs.Wait()
	return heapAfter - heapBefore, residentAfter - residentBefore, closeEngine()
}

// launch runs a worker and calls it once.
func launch(ctx context.Context, runs *sync.WaitGroup, load worker.Loader, o worker.Options) error {
	w, err := worker.New(load, o)
	if err != nil {
		return err
	}
	up, ended := make(chan struct{}), make(chan error, 1)
	runs.Go(func() { ended <- w.Run(ctx, func() { close(up) }) })
	select {
	case <-up:
		_, err = w.Call(ctx, "work", request(1, 1))
		return err
	case err := <-ended:
		return err
	}
}

// usage returns what the process holds: in Go's heap and stacks, and in pages of
// memory where the system says that.
func usage() (heap, resident float64) {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	heap, resident = float64(m.HeapInuse+m.StackInuse), float64(m.Sys)
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if pages, err := strconv.ParseUint(string(bytes.Fields(text)[1]), 10, 64); err == nil {
			resident = float64(pages) * float64(os.Getpagesize())
		}
	}
	return heap, resident
}
