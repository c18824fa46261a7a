package tube

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// A Module is a compiled tube guest whose exports were checked and whose imports
// were found. It is safe for concurrent use. Closing the [engine.Module] is up
// to whoever compiled it.
type Module struct {
	core         engine.Module
	config       Config
	imports      []engine.Extern
	initializers []string // those that the module exports, in order
	functions    map[string]Function
	names        []string // of functions, in the order of the binary
	types        map[string]engine.ExternType
	allocator    allocator
}

// Functions returns the functions by which the guest can be called, in the order
// of its binary.
func (m *Module) Functions() []Function { return Functions(m.core.Exports()) }

// Instantiate makes an instance, with system as the state of the system
// interface that the guest imports, if any, and runs the initializers _start and
// _initialize, those that it exports; each may last as long as the engine's
// limits let a call last, and one that exits with code 0 has ended well.
func (m *Module) Instantiate(ctx context.Context, system any) (*Instance, error) {
	in := &Instance{module: m, callees: map[string]*callee{}}
	core, err := m.core.Instantiate(ctx, m.imports, engine.InstanceConfig{Data: in, System: system})
	if err != nil {
		return nil, startError(err)
	}
	in.core, in.memory = core, core.Memory(memoryName)
	for _, name := range m.initializers {
		if err := core.Func(name).Call(ctx, nil); err != nil && !exitedWell(err) {
			_ = core.Close(ctx) // the reason why there is no instance is err
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return in, nil
}

// startError says of a trap that it was the start function's.
func startError(err error) error {
	if engine.AsTrap(err) == nil {
		return err
	}
	return fmt.Errorf("start function: %w", err)
}

// exitedWell reports whether err is the exit with code 0, which is how the main
// function of some languages returns.
func exitedWell(err error) bool {
	trap := engine.AsTrap(err)
	return trap != nil && trap.Kind == engine.Exit && trap.ExitCode == 0
}
