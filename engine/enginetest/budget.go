package enginetest

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

var budgetTests = []test{
	{"Shared", testBudgetShared},
	{"Failures", testBudgetFailures},
	{"OfTheOwner", testBudgetOfTheOwner},
	{"Threads", testBudgetThreads},
	{"Concurrently", testBudgetConcurrently},
}

// growing writes a guest with a memory of that many pages and a function that
// grows it. Its start function traps if it should.
func growing(limits corewasm.Limits, traps bool) []byte {
	var b corewasm.Builder
	b.Memory(limits)
	b.Export("memory", corewasm.KindMemory, 0)
	b.Export("grow", corewasm.KindFunc, b.Func(i32s, i32s, nil, corewasm.Code{}.LocalGet(0).Op(opMemoryGrow, 0)))
	if traps {
		b.Start(b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	}
	return b.Bytes()
}

// A budgetBench makes instances that share a budget.
type budgetBench struct {
	*bench
	budget *engine.MemoryBudget
}

func (b *bench) withBudget(pages uint64) *budgetBench {
	return &budgetBench{b, engine.NewMemoryBudget(pages * engine.PageSize)}
}

func (b *budgetBench) try(binary []byte) (engine.Instance, error) {
	b.Helper()
	m := b.compileBytes(binary, engine.Limits{Memory: b.budget})
	return m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
}

func (b *budgetBench) must(binary []byte) engine.Instance {
	b.Helper()
	i, err := b.try(binary)
	if err != nil {
		b.Fatal(err)
	}
	return i
}

// grows has the guest grow its memory and compares what it sees and what is in
// use after it.
func (b *budgetBench) grows(i engine.Instance, pages uint64, want int32, used uint64) {
	b.Helper()
	if got := int32(b.one(i, "grow", pages)); got != want {
		b.Errorf("grow by %d: %d, want %d", pages, got, want)
	}
	b.used(used)
}

func (b *budgetBench) used(pages uint64) {
	b.Helper()
	if used := b.budget.Used(); used != pages*engine.PageSize {
		b.Errorf("%d bytes in use, want %d pages", used, pages)
	}
}

func testBudgetShared(bench *bench) {
	b := bench.withBudget(10)
	one, two := b.must(growing(corewasm.Limit(3), false)), b.must(growing(corewasm.Limit(4), false))
	b.used(7)
	if _, err := b.try(growing(corewasm.Limit(4), false)); !errors.Is(err, engine.ErrMemoryBudget) ||
		!strings.Contains(err.Error(), "262144 bytes more wanted, 458752 of 655360 in use") {
		b.Errorf("an instance too many: %v", err)
	}
	b.used(7)
	b.grows(one, 4, -1, 7)
	b.grows(one, 2, 3, 9)
	b.grows(two, 2, -1, 9)
	b.grows(two, 1, 4, 10)
	b.grows(one, 1, -1, 10)
	b.grows(one, 0, 5, 10)
	if _, ok := one.Memory("memory").Grow(1); ok {
		b.Error("the host grew a memory beyond the budget")
	}
	b.close(two)
	b.used(5)
	if before, ok := one.Memory("memory").Grow(5); !ok || before != 5 {
		b.Errorf("grow after a close: %d, %v", before, ok)
	}
	b.used(10)
	b.close(one)
	b.used(0)
}

// testBudgetFailures: instances that never were, and growth that never was, give
// back all that they took.
func testBudgetFailures(bench *bench) {
	b := bench.withBudget(10)
	for range 3 {
		_, err := b.try(growing(corewasm.Limit(6), true))
		b.trap(err, engine.Unreachable)
		b.used(0)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	m := b.compileBytes(growing(corewasm.Limit(6), false), engine.Limits{Memory: b.budget})
	if _, err := m.Instantiate(canceled, nil, engine.InstanceConfig{}); !errors.Is(err, context.Canceled) {
		b.Errorf("error %v", err)
	}
	b.used(0)
	bounded := b.must(growing(corewasm.Limit(2, 3), false))
	b.grows(bounded, 2, -1, 2) // its own maximum says no
	b.grows(bounded, 1, 2, 3)
	b.close(bounded)
	b.used(0)
	b.grows(b.must(growing(corewasm.Limit(6), false)), 4, 6, 10)
	if err := b.engine.Close(context.Background()); err != nil {
		b.Error(err)
	}
	b.used(0)
}

// testBudgetOfTheOwner: a memory counts for whoever defines it, whoever grows it.
func testBudgetOfTheOwner(bench *bench) {
	b := bench.withBudget(10)
	owner := b.must(growing(corewasm.Limit(3), false))
	var user corewasm.Builder
	user.Import("owner", "memory", corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1)})
	user.Export("grow", corewasm.KindFunc, user.Func(i32s, i32s, nil, corewasm.Code{}.LocalGet(0).Op(opMemoryGrow, 0)))
	other := b.make(b.compileBytes(user.Bytes(), engine.Limits{}), provided{"owner": owner}, nil)
	b.used(3)
	b.grows(other, 4, 3, 7)
	b.grows(other, 4, -1, 7)
	b.grows(owner, 3, 7, 10)
	b.close(other)
	b.close(owner)
	b.used(0)
}

// testBudgetThreads: so does a memory that threads share.
func testBudgetThreads(bench *bench) {
	b := bench.withBudget(10)
	i := b.must(growing(corewasm.Limits{Min: 2, Max: 50, HasMax: true, Shared: true}, false))
	before := b.budget.Used()
	b.one(i, "grow", 8)
	if got := int32(b.one(i, "grow", 30)); got != -1 {
		b.Errorf("grew beyond the budget: %d", got)
	}
	if used := b.budget.Used(); used < before || used > 10*engine.PageSize {
		b.Errorf("%d bytes in use", used)
	}
	b.close(i)
	b.used(0)
}

// testBudgetConcurrently: whatever happens at once, the budget holds and comes
// back.
func testBudgetConcurrently(bench *bench) {
	const pages = 20
	b := bench.withBudget(pages)
	m := b.compileBytes(growing(corewasm.Limit(2), false), engine.Limits{Memory: b.budget})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				i, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
				if err != nil {
					if !errors.Is(err, engine.ErrMemoryBudget) {
						b.Error(err)
					}
					continue
				}
				for grow := i.Func("grow"); grow.Call(context.Background(), []uint64{1}) == nil && b.budget.Used() < pages*engine.PageSize; {
				}
				if used := b.budget.Used(); used > pages*engine.PageSize {
					b.Errorf("%d bytes in use", used)
				}
				b.close(i)
			}
		})
	}
	b.in("all", all.Wait)
	b.used(0)
}
