package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A call is made by the callers of a load; n tells calls apart.
type call func(ctx context.Context, n uint64) error

// closed makes calls one after the other, from as many callers as there are
// processors, and returns how many were made in a second, and in a second of the
// process's own time.
func closed(ctx context.Context, length time.Duration, c call) (perSecond, perOwn float64, err error) {
	var callers sync.WaitGroup
	var made atomic.Uint64
	errs := make(chan error, runtime.GOMAXPROCS(0))
	began, ran := time.Now(), process()
	for range runtime.GOMAXPROCS(0) {
		callers.Go(func() {
			for time.Since(began) < length {
				if err := c(ctx, made.Add(1)); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	callers.Wait()
	elapsed, own := time.Since(began), process()-ran
	select {
	case err := <-errs:
		return 0, 0, err
	default:
		return float64(made.Load()) / elapsed.Seconds(), float64(made.Load()) / own.Seconds(), nil
	}
}

// An outcome is what came of a load.
type outcome struct {
	begun, ended, failed uint64
	took                 []time.Duration // of each call, from when it was due; sorted
	err                  error           // one of those that failed
}

func (o outcome) String() string {
	text := fmt.Sprintf("%d calls, %d failed, %d lost", o.begun, o.failed, o.begun-o.ended)
	if o.err != nil {
		text += "; " + o.err.Error()
	}
	return text
}

// add adds the calls of another load, but not what they took.
func (o *outcome) add(other outcome) {
	o.begun += other.begun
	o.ended += other.ended
	o.failed += other.failed
	if o.err == nil {
		o.err = other.err
	}
}

func (o outcome) at(part float64) time.Duration {
	if len(o.took) == 0 {
		return 0
	}
	return o.took[int(part*float64(len(o.took)-1))].Round(time.Microsecond)
}

// open begins so many calls in a second for a time, whatever becomes of them.
func open(ctx context.Context, length time.Duration, rate float64, c call) outcome {
	total := int(rate * length.Seconds())
	o := outcome{took: make([]time.Duration, total)}
	var calls sync.WaitGroup
	var ended, failed atomic.Uint64
	var first atomic.Pointer[error]
	began := time.Now()
	for n := range total {
		due := began.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		if early := time.Until(due); early > 0 {
			time.Sleep(early) // what it oversleeps is caught up with at once
		}
		o.begun++
		calls.Go(func() {
			if err := c(ctx, uint64(n)); err != nil {
				failed.Add(1)
				first.CompareAndSwap(nil, &err)
			}
			o.took[n] = time.Since(due)
			ended.Add(1)
		})
	}
	calls.Wait()
	o.ended, o.failed = ended.Load(), failed.Load()
	if err := first.Load(); err != nil {
		o.err = *err
	}
	slices.Sort(o.took)
	return o
}
