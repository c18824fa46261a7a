package plugin

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// Budget is what all plugins that share one [Hosts] may use together. What goes
// beyond it fails with a [*BudgetError] and leaves the rest as it is. It is
// looked at when something is made, never by a call that finds an instance.
type Budget struct {
	// Memory is how many bytes of linear memory the instances may have; by
	// default 16 GiB. A memory counts by its size, whether it was written to or
	// not. The guest that wants to grow its memory beyond gets -1, as memory.grow
	// says; the host and the other guests go on. It holds on engines that look at
	// Memory of [engine.Limits], which engine/wazero does, and for plugins whose
	// limits have no budget of their own.
	Memory uint64

	// Instances is how many instances there may be, those being made included;
	// by default 10,000, and as many as there is memory for if it is less than 0.
	Instances int

	// Compilations is how many modules are compiled at a time; by default
	// runtime.GOMAXPROCS(0), and as many as are loaded if it is less than 0.
	// Loading waits for its turn as long as its context lets it.
	Compilations int
}

func (b Budget) withDefaults() Budget {
	if b.Memory == 0 {
		b.Memory = 16 << 30
	}
	if b.Instances == 0 {
		b.Instances = 10_000
	}
	if b.Compilations == 0 {
		b.Compilations = runtime.GOMAXPROCS(0)
	}
	return b
}

// A BudgetError says that one of the budgets is spent that plugins share. It is
// an [ErrOverloaded]: later may do, and so may a larger [Budget].
type BudgetError struct {
	// Budget is the field of [Budget] that is spent.
	Budget string

	// Err is the cause: an [engine.ErrMemoryBudget], the end of the context in
	// which there was no turn to compile, or nil.
	Err error

	text string
}

// Error says which budget is spent and what it is.
func (e *BudgetError) Error() string { return e.text }

// Is reports whether target is [ErrOverloaded].
func (e *BudgetError) Is(target error) bool { return target == ErrOverloaded }

// Unwrap returns the same as a fault of the bus, and Err.
func (e *BudgetError) Unwrap() []error {
	fault := &bus.Fault{Code: bus.Overloaded, Text: e.text}
	if e.Err == nil {
		return []error{fault}
	}
	return []error{fault, e.Err}
}

// Used returns how much of its budget is in use at this moment.
func (h *Hosts) Used() Budget {
	return Budget{
		Memory:       h.memory.Used(),
		Instances:    int(h.live.Load()),
		Compilations: int(h.compiling.Load()),
	}
}

// takeInstance counts an instance that is to be made.
func (h *Hosts) takeInstance() error {
	most := h.budget.Instances
	if h.live.Add(1) <= int64(most) || most < 0 {
		return nil
	}
	h.giveInstance()
	return &BudgetError{Budget: "Instances", text: fmt.Sprintf("there are %d instances of all plugins, and no more are allowed", most)}
}

// giveInstance is the end of what takeInstance began.
func (h *Hosts) giveInstance() { h.live.Add(-1) }

// overloaded says of an error of making an instance which budget it is about.
func overloaded(err error) error {
	if !errors.Is(err, engine.ErrMemoryBudget) {
		return err
	}
	return &BudgetError{Budget: "Memory", Err: err, text: err.Error()}
}

// compile compiles a module when it is its turn.
func (h *Hosts) compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	if limits.Memory == nil {
		limits.Memory = h.memory
	}
	if err := h.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer h.giveTurn()
	return h.engine.Compile(ctx, binary, limits)
}

func (h *Hosts) takeTurn(ctx context.Context) error {
	if h.turns == nil {
		h.compiling.Add(1)
		return nil
	}
	select {
	case h.turns <- struct{}{}:
		h.compiling.Add(1)
		return nil
	case <-ctx.Done():
		return &BudgetError{
			Budget: "Compilations",
			Err:    ctx.Err(),
			text:   fmt.Sprintf("%v while %d modules were compiled, as many as are allowed at a time", ctx.Err(), cap(h.turns)),
		}
	}
}

func (h *Hosts) giveTurn() {
	h.compiling.Add(-1)
	if h.turns != nil {
		<-h.turns
	}
}
