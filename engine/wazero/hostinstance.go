package wazero

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// A hostInstance is a host module as the seam sees it. It stays as long as there
// is an instance that may call its functions, directly or through a table.
type hostInstance struct {
	engine   *Engine
	module   api.Module
	compiled wazero.CompiledModule
	exports  map[string]engine.ExternType

	mu     sync.Mutex
	users  int // instances that import from it and are not freed
	closed bool
}

var _ engine.Instance = (*hostInstance)(nil)

func newHostInstance(e *Engine, module api.Module, compiled wazero.CompiledModule, funcs []engine.HostFunc) *hostInstance {
	exports := make(map[string]engine.ExternType, len(funcs))
	for _, f := range funcs {
		exports[f.Name] = engine.ExternType{Kind: engine.KindFunc, Func: f.Type}
	}
	return &hostInstance{engine: e, module: module, compiled: compiled, exports: exports}
}

// Func returns nil: functions of the host are for guests.
func (h *hostInstance) Func(string) engine.Func { return nil }

// Memory returns nil.
func (h *hostInstance) Memory(string) engine.Memory { return nil }

// Global returns nil.
func (h *hostInstance) Global(string) engine.Global { return nil }

// Export implements [engine.Instance].
func (h *hostInstance) Export(name string) (engine.ExternType, bool) {
	t, ok := h.exports[name]
	return t, ok
}

// Data returns nil.
func (h *hostInstance) Data() any { return nil }

// System returns nil.
func (h *hostInstance) System() any { return nil }

// Close implements [engine.Instance]. The functions go when the last instance
// that imports some of them does.
func (h *hostInstance) Close(ctx context.Context) error {
	h.mu.Lock()
	last := !h.closed && h.users == 0
	h.closed = true
	h.mu.Unlock()
	if !last {
		return nil
	}
	return h.free(ctx)
}

// retain counts an instance that imports from h.
func (h *hostInstance) retain() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return fmt.Errorf("the host instance is %w", ErrClosed)
	}
	h.users++
	return nil
}

// release is the end of what retain began.
func (h *hostInstance) release(ctx context.Context) error {
	h.mu.Lock()
	h.users--
	last := h.closed && h.users == 0
	h.mu.Unlock()
	if !last {
		return nil
	}
	return h.free(ctx)
}

func (h *hostInstance) free(ctx context.Context) error {
	return errors.Join(h.module.Close(ctx), h.compiled.Close(ctx))
}

// use has h stay as long as i does, which is being made.
func (i *Instance) use(h *hostInstance) error {
	if h.engine != i.of.engine {
		return errors.New("the host instance is of another engine")
	}
	if slices.Contains(i.hosts, h) {
		return nil
	}
	if err := h.retain(); err != nil {
		return err
	}
	if i.hosts == nil {
		i.hosts = i.fewHosts[:0]
	}
	i.hosts = append(i.hosts, h)
	return nil
}
