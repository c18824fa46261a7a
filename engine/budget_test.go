package engine_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
)

func TestMemoryBudget(t *testing.T) {
	b := engine.NewMemoryBudget(10)
	for n, step := range []struct {
		take, give uint64
		ok         bool
		used       uint64
	}{
		{take: 4, ok: true, used: 4},
		{take: 7, used: 4},
		{take: 6, ok: true, used: 10},
		{take: 0, ok: true, used: 10},
		{take: 1, used: 10},
		{take: math.MaxUint64, used: 10},
		{give: 3, take: 3, ok: true, used: 10},
		{give: 10, take: 11, used: 0},
	} {
		b.Give(step.give)
		if ok := b.Take(step.take); ok != step.ok {
			t.Errorf("step %d: take %d: %v", n, step.take, ok)
		}
		if used := b.Used(); used != step.used {
			t.Errorf("step %d: %d used, want %d", n, used, step.used)
		}
	}
	b.Take(3)
	err := b.Spent(8)
	if want := "the budget of linear memory is spent: 8 bytes more wanted, 3 of 10 in use"; err.Error() != want ||
		!errors.Is(err, engine.ErrMemoryBudget) {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestNoMemoryBudget(t *testing.T) {
	var b *engine.MemoryBudget
	if !b.Take(math.MaxUint64) || b.Used() != 0 {
		t.Error("the nil budget has an end")
	}
	b.Give(1)
}

func TestMemoryBudgetConcurrently(t *testing.T) {
	b := engine.NewMemoryBudget(100)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				if b.Take(30) {
					if used := b.Used(); used > 100 {
						t.Errorf("%d used", used)
					}
					b.Give(30)
				}
			}
		})
	}
	all.Wait()
	if used := b.Used(); used != 0 {
		t.Errorf("%d left", used)
	}
}
