package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/worker"
)

// trap measures what a guest costs that traps in one call of a hundred, at random:
// the throughput that is left, beside what it would be if traps cost nothing but
// themselves and their new instance.
func (p plan) trap(ctx context.Context) error {
	o := options("trapping", guest(0, p.ballast, sound))
	w, err := start(ctx, o)
	if err != nil {
		return err
	}
	o.Circuit = worker.Circuit{Row: -1, Rate: 2} // it does nothing but trap
	always, err := start(ctx, o)
	if err != nil {
		return err
	}
	var trapped, unexpected atomic.Uint64
	calls := func(worker *running, number func() uint32) call {
		return func(ctx context.Context, _ uint64) error {
			n := number()
			sent := request(rounds/10, n)
			reply, err := worker.Call(ctx, "work", sent)
			switch trap := engine.AsTrap(err); {
			case n%100 == 0 && trap != nil && trap.Kind == engine.Unreachable:
				trapped.Add(1)
			case n%100 == 0 || err != nil || !bytes.Equal(reply, sent):
				unexpected.Add(1)
			}
			return nil
		}
	}
	// Of ten parts of the time two are without traps, one with nothing else.
	phases := [...]struct {
		worker *running
		number func() uint32
		parts  time.Duration
	}{
		{w, func() uint32 { return rand.Uint32N(99) + 1 }, 2},
		{always, func() uint32 { return 0 }, 1},
		{w, func() uint32 { return rand.Uint32N(1000) }, 7},
	}
	var mixed, ofFree, ofExpected, ownOfFree, ownOfExpected []float64
	for range p.rounds {
		var perSecond, perOwn [len(phases)]float64
		for i, phase := range phases {
			length := p.trapping * phase.parts / time.Duration(10*p.rounds)
			if perSecond[i], perOwn[i], err = closed(ctx, length, calls(phase.worker, phase.number)); err != nil {
				return err
			}
		}
		mixed = append(mixed, perSecond[2])
		ofFree = append(ofFree, perSecond[2]/perSecond[0])
		ofExpected = append(ofExpected, perSecond[2]*(0.99/perSecond[0]+0.01/perSecond[1]))
		ownOfFree = append(ownOfFree, perOwn[2]/perOwn[0])
		ownOfExpected = append(ownOfExpected, perOwn[2]*(0.99/perOwn[0]+0.01/perOwn[1]))
	}
	s := w.Status()
	fmt.Printf("a guest that traps in 1 %% of calls: %.0f calls/s\n", median(mixed))
	fmt.Printf("  %.1f %% of the trap-free run; %.1f %% of it less the cost of new instances\n", 100*median(ofFree), 100*median(ofExpected))
	fmt.Printf("  by the process's own time: %.1f %% and %.1f %%\n", 100*median(ownOfFree), 100*median(ownOfExpected))
	fmt.Printf("  %d traps reached their callers, %d calls came to something else, %d restarts\n\n", trapped.Load(), unexpected.Load(), w.restarts)
	if unexpected.Load() != 0 || w.restarts != 0 || s.Restarts != 0 {
		return errors.New("traps were felt")
	}
	return errors.Join(w.stop(), always.stop())
}
