package wazero

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// growModule has a memory of that many pages and exports grow. Its start
// function traps if it should.
func growModule(pages uint32, traps bool) []byte {
	const memoryGrow = 0x40
	var b corewasm.Builder
	b.Memory(corewasm.Limit(pages))
	b.Export("memory", corewasm.KindMemory, 0)
	i32 := []corewasm.ValueType{corewasm.I32}
	b.Export("grow", corewasm.KindFunc, b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0).Op(memoryGrow, 0)))
	if traps {
		b.Start(b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	}
	return b.Bytes()
}

// budgetRig makes instances that share a budget.
type budgetRig struct {
	*testing.T
	engine *Engine
	budget *engine.MemoryBudget
}

func newBudgetRig(t *testing.T, mode Mode, pages uint64) *budgetRig {
	e, err := New(context.Background(), Config{Mode: mode})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return &budgetRig{t, e, engine.NewMemoryBudget(pages * engine.PageSize)}
}

func (r *budgetRig) make(binary []byte) (engine.Instance, error) {
	r.Helper()
	m, err := r.engine.Compile(context.Background(), binary, engine.Limits{Memory: r.budget})
	if err != nil {
		r.Fatal(err)
	}
	defer m.Close(context.Background())
	return m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
}

func (r *budgetRig) mustMake(binary []byte) engine.Instance {
	r.Helper()
	i, err := r.make(binary)
	if err != nil {
		r.Fatal(err)
	}
	return i
}

// grow has the guest grow its memory and returns what it saw.
func (r *budgetRig) grow(i engine.Instance, pages uint64) int32 {
	r.Helper()
	stack := []uint64{pages}
	if err := i.Func("grow").Call(context.Background(), stack); err != nil {
		r.Fatal(err)
	}
	return int32(stack[0])
}

func (r *budgetRig) used(pages uint64) {
	r.Helper()
	if used := r.budget.Used(); used != pages*engine.PageSize {
		r.Errorf("%d bytes in use, want %d pages", used, pages)
	}
}

func TestMemoryBudget(t *testing.T) {
	for name, mode := range map[string]Mode{"compiler": Auto, "interpreter": Interpreter} {
		t.Run(name, func(t *testing.T) {
			r := newBudgetRig(t, mode, 10)
			a, b := r.mustMake(growModule(3, false)), r.mustMake(growModule(4, false))
			r.used(7)
			if _, err := r.make(growModule(4, false)); !errors.Is(err, engine.ErrMemoryBudget) ||
				!strings.Contains(err.Error(), "262144 bytes more wanted, 458752 of 655360 in use") {
				t.Errorf("an instance too many: %v", err)
			}
			r.used(7)
			for _, step := range []struct {
				of    engine.Instance
				pages uint64
				want  int32
				used  uint64
			}{{a, 4, -1, 7}, {a, 2, 3, 9}, {b, 2, -1, 9}, {b, 1, 4, 10}, {a, 1, -1, 10}, {a, 0, 5, 10}} {
				if got := r.grow(step.of, step.pages); got != step.want {
					t.Errorf("grow by %d: %d, want %d", step.pages, got, step.want)
				}
				r.used(step.used)
			}
			if _, ok := a.Memory("memory").Grow(1); ok {
				t.Error("the host grew a memory beyond the budget")
			}
			b.Close(t.Context())
			r.used(5)
			if before, ok := a.Memory("memory").Grow(5); !ok || before != 5 {
				t.Errorf("grow after a close: %d, %v", before, ok)
			}
			a.Close(t.Context())
			r.used(0)
		})
	}
}

// TestMemoryBudgetOfFailures: instances that never were give back all that they
// took.
func TestMemoryBudgetOfFailures(t *testing.T) {
	r := newBudgetRig(t, Auto, 10)
	for range 3 {
		if _, err := r.make(growModule(6, true)); engine.AsTrap(err) == nil {
			t.Errorf("start function that traps: %v", err)
		}
		r.used(0)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	m, err := r.engine.Compile(t.Context(), growModule(6, false), engine.Limits{Memory: r.budget})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Instantiate(canceled, nil, engine.InstanceConfig{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	r.used(0)
	r.grow(r.mustMake(growModule(6, false)), 4)
	r.used(10)
	if err := r.engine.Close(t.Context()); err != nil {
		t.Error(err)
	}
	r.used(0)
}

// TestMemoryBudgetConcurrently: whatever happens at once, the budget holds and
// comes back.
func TestMemoryBudgetConcurrently(t *testing.T) {
	const pages = 20
	r := newBudgetRig(t, Auto, pages)
	m, err := r.engine.Compile(t.Context(), growModule(2, false), engine.Limits{Memory: r.budget})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				i, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
				if err != nil {
					if !errors.Is(err, engine.ErrMemoryBudget) {
						t.Error(err)
					}
					continue
				}
				for i.Func("grow").Call(context.Background(), []uint64{1}) == nil && r.budget.Used() < pages*engine.PageSize {
				}
				if used := r.budget.Used(); used > pages*engine.PageSize {
					t.Errorf("%d bytes in use", used)
				}
				i.Close(context.Background())
			}
		})
	}
	all.Wait()
	r.used(0)
}
