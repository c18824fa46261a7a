package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/patchbay-go/patchbay/worker"
)

// rounds of a call's work make it last some tens of microseconds.
const rounds = 50_000

// work returns a call of the worker that must succeed.
func work(w *worker.Worker) call {
	return func(ctx context.Context, n uint64) error {
		sent := request(rounds, uint32(n%99+1))
		reply, err := w.Call(ctx, "work", sent)
		if err == nil && !bytes.Equal(reply, sent) {
			err = fmt.Errorf("work answers %x, want %x", reply, sent)
		}
		return err
	}
}

// swap measures what swaps do to the calls of a load of half the capacity. Every
// fifth version is broken, in one of three ways.
func (p plan) swap(ctx context.Context) error {
	o := options("swapped", guest(0, p.ballast, sound))
	o.Probe = &worker.Probe{Operation: "work", Payload: request(1, 1), Check: func(reply []byte, err error) error {
		if err == nil && len(reply) != 8 {
			err = errors.New("the probe got another reply")
		}
		return err
	}}
	w, err := start(ctx, o)
	if err != nil {
		return err
	}
	capacity, err := closed(ctx, p.capacity, work(w.Worker))
	if err != nil {
		return err
	}
	fmt.Printf("load: %.0f calls/s, half of the capacity of %.0f; guests of %d bytes\n", capacity/2, capacity, len(o.Binary))
	without := open(ctx, p.swapping, capacity/2, work(w.Worker))
	swapped := make(chan error, 1)
	var took time.Duration
	go func() {
		var err error
		took, err = p.swaps100(ctx, w.Worker)
		swapped <- err
	}()
	with := open(ctx, p.swapping, capacity/2, work(w.Worker))
	if err := <-swapped; err != nil {
		return err
	}
	s := w.Status()
	fmt.Printf("  without swaps: %v\n", without)
	fmt.Printf("  %d swaps, %d of them broken: %v\n", p.swaps, p.swaps/5, with)
	fmt.Printf("  added p99: %v; a good swap took %v; generation %d, %d restarts\n\n",
		with.at(0.99)-without.at(0.99), took.Round(time.Microsecond), s.Generation, w.restarts)
	if with.failed+without.failed != 0 || with.begun != with.ended || w.restarts != 0 || s.Generation != uint64(p.swaps-p.swaps/5) {
		return errors.New("swaps were felt")
	}
	return w.stop()
}

// swaps100 makes the swaps, spread over the time of the load, and returns how long
// a good one took in the mean.
func (p plan) swaps100(ctx context.Context, w *worker.Worker) (mean time.Duration, err error) {
	began, good := time.Now(), 0
	for n := 1; n <= p.swaps; n++ {
		time.Sleep(time.Until(began.Add(p.swapping * time.Duration(n) / time.Duration(p.swaps+1))))
		wrong := sound
		if n%5 == 0 {
			wrong = []breach{unloadable, unstartable, misbehaved}[n/5%3]
		}
		binary := guest(n, p.ballast, wrong)
		from := time.Now()
		if err := w.Swap(ctx, binary); (err != nil) != (wrong != sound) {
			return 0, fmt.Errorf("swap %d: %w", n, err)
		}
		if wrong == sound {
			mean += time.Since(from)
			good++
		}
	}
	return mean / time.Duration(good), nil
}
