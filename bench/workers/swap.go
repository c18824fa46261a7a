package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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
// fifth version is broken, in one of three ways. The machine may do other things,
// so the capacity is the least of what was measured in several tries, and the load
// goes by rounds, of which the medians count.
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
	s := swapper{worker: w.Worker, ballast: p.ballast}
	var all outcome
	capacity := math.Inf(1)
	for range p.rounds {
		once, _, err := closed(ctx, p.capacity, work(w.Worker))
		if err != nil {
			return err
		}
		capacity = min(capacity, once)
	}
	var without, with, added []time.Duration
	length := p.swapping / time.Duration(2*p.rounds)
	for range p.rounds {
		quiet := open(ctx, length, capacity/2, work(w.Worker))
		done := make(chan error, 1)
		go func() { done <- s.swaps(ctx, length, p.swaps/p.rounds) }()
		loud := open(ctx, length, capacity/2, work(w.Worker))
		if err := <-done; err != nil {
			return err
		}
		all.add(quiet)
		all.add(loud)
		without, with = append(without, quiet.at(0.99)), append(with, loud.at(0.99))
		added = append(added, loud.at(0.99)-quiet.at(0.99))
	}
	status := w.Status()
	fmt.Printf("load: %.0f calls/s, half of the capacity of %.0f; guests of %d bytes; %d rounds of %v\n",
		capacity/2, capacity, len(o.Binary), p.rounds, 2*length)
	fmt.Printf("  %d swaps, %d of them broken: %v\n", s.tried, s.tried-s.good, all)
	fmt.Printf("  p99 %v without swaps, %v with; added p99 %v; a good swap took %v; generation %d, %d restarts\n\n",
		median(without), median(with), median(added), median(s.took), status.Generation, w.restarts)
	if all.failed != 0 || all.begun != all.ended || w.restarts != 0 || status.Generation != uint64(s.good) {
		return errors.New("swaps were felt")
	}
	return w.stop()
}

// A swapper swaps to one version after the other.
type swapper struct {
	worker      *worker.Worker
	ballast     int
	tried, good int
	took        []time.Duration // by those that were good
}

// swaps makes n swaps, spread over a time.
func (s *swapper) swaps(ctx context.Context, length time.Duration, n int) error {
	began := time.Now()
	for i := range n {
		time.Sleep(time.Until(began.Add(length * time.Duration(i) / time.Duration(n))))
		s.tried++
		wrong := sound
		if s.tried%5 == 0 {
			wrong = []breach{unloadable, unstartable, misbehaved}[s.tried/5%3]
		}
		binary := guest(s.tried, s.ballast, wrong)
		from := time.Now()
		if err := s.worker.Swap(ctx, binary); (err != nil) != (wrong != sound) {
			return fmt.Errorf("swap %d: %w", s.tried, err)
		}
		if wrong == sound {
			s.good++
			s.took = append(s.took, time.Since(from).Round(time.Microsecond))
		}
	}
	return nil
}

func median[T float64 | time.Duration](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}
