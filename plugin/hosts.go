package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// Hosts is what the guests of one engine share: the host's side of each
// contract, the count of instances, and a budget. Make one for each engine. It is
// safe for concurrent use.
type Hosts struct {
	engine    engine.Engine
	instances atomic.Uint64 // ids given out (WP-60)
	wapc      *wapc.Host

	budget    Budget
	memory    *engine.MemoryBudget
	live      atomic.Int64  // instances
	compiling atomic.Int64  // modules
	turns     chan struct{} // holds a token for each of them; nil: any number

	mu sync.Mutex
	p1 *p1.Host // made when a guest imports from it
}

// NewHosts makes the functions that guests import known to eng. The guests have
// the budget that is the default.
func NewHosts(ctx context.Context, eng engine.Engine) (*Hosts, error) {
	return NewHostsWith(ctx, eng, Budget{})
}

// NewHostsWith is NewHosts with a budget.
func NewHostsWith(ctx context.Context, eng engine.Engine, budget Budget) (*Hosts, error) {
	host, err := wapc.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	h := &Hosts{engine: eng, wapc: host, budget: budget.withDefaults()}
	h.memory = engine.NewMemoryBudget(h.budget.Memory)
	if h.budget.Compilations > 0 {
		h.turns = make(chan struct{}, h.budget.Compilations)
	}
	return h, nil
}

// Close gives the host's functions back once no guest needs them: no plugin can
// be loaded any more. Whoever closes the engine need not.
func (h *Hosts) Close(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.wapc.Close(ctx)
	if h.p1 != nil {
		err = errors.Join(err, h.p1.Close(ctx))
	}
	return err
}

// wasiModules are the names under which guests import WASI preview 1.
var wasiModules = [...]string{"wasi_snapshot_preview1", "wasi_unstable", "wasi"}

// wantsWASI reports whether m imports from WASI preview 1.
func wantsWASI(m engine.Module) bool {
	for _, imp := range m.Imports() {
		for _, name := range wasiModules {
			if imp.Module == name {
				return true
			}
		}
	}
	return false
}

// wasi returns the modules of WASI preview 1.
func (h *Hosts) wasi(ctx context.Context) (map[string]engine.Instance, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.p1 == nil {
		host, err := p1.NewHost(ctx, h.engine)
		if err != nil {
			return nil, fmt.Errorf("WASI preview 1: %w", err)
		}
		h.p1 = host
	}
	return h.p1.Modules(), nil
}
