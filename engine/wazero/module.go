package wazero

import (
	"context"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// A Module is a compiled module.
type Module struct {
	*code
	engine *Engine
	limits engine.Limits

	mu     sync.Mutex
	open   int // instances that are open
	closed bool
}

var _ engine.Module = (*Module)(nil)

// newModule returns a module of that code.
func (e *Engine) newModule(code *code, limits engine.Limits) *Module {
	m := &Module{code: code, engine: e, limits: limits}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.modules[m] = struct{}{}
	return m
}

// compileAside has wazero compile a module that is not worth keeping.
func (e *Engine) compileAside(binary []byte) (compiled wazero.CompiledModule, err error) {
	if e.cache == nil {
		return e.compileGuarded(binary)
	}
	err = e.cache.aside(binary, func(binary []byte) (err error) {
		compiled, err = e.compileGuarded(binary)
		return err
	})
	return compiled, err
}

// compileGuarded compiles on this goroutine alone, although wazero could use
// several: a panic of its compiler can be caught here, and in its own workers it
// would end the process. The context is not the caller's, because wazero does
// not look at it.
func (e *Engine) compileGuarded(rewritten []byte) (compiled wazero.CompiledModule, err error) {
	defer recoverTo(&err)
	return e.runtime.CompileModule(context.Background(), rewritten)
}

// recoverTo turns a panic inside wazero into an error. To be deferred.
func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("wazero panicked: %v", r)
	}
}

// importNames returns the names that the binary has for its imports.
func importNames(d *engine.Description) []string {
	names := make([]string, len(d.Imports))
	for k := range d.Imports {
		names[k] = d.Imports[k].Name
	}
	return names
}

// An export is an exported item as instances look it up.
type export struct {
	engine.ExternType

	// Of a function: the slots that a call takes, and those to truncate after it.
	slots   int
	results narrow
}

func exportsOf(d *engine.Description) map[string]*export {
	exports := make(map[string]*export, len(d.Exports))
	for _, x := range d.Exports {
		exports[x.Name] = &export{x.Type, x.Type.Func.Slots(), narrowSlots(x.Type.Func.Results)}
	}
	return exports
}

// Imports implements [engine.Module].
func (m *Module) Imports() []engine.Import { return m.description.Imports }

// Exports implements [engine.Module].
func (m *Module) Exports() []engine.Export { return m.description.Exports }

// Custom implements [engine.Module].
func (m *Module) Custom(name string) [][]byte { return m.description.Custom(name) }

// Close implements [engine.Module].
func (m *Module) Close(ctx context.Context) error {
	m.mu.Lock()
	last := !m.closed && m.open == 0
	m.closed = true
	m.mu.Unlock()
	m.engine.mu.Lock()
	delete(m.engine.modules, m)
	m.engine.mu.Unlock()
	if !last {
		return nil
	}
	return m.engine.leave(ctx, m.code)
}

// retain counts an instance that needs the compiled code.
func (m *Module) retain() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.open++
	return nil
}

// release is the end of what retain began.
func (m *Module) release(ctx context.Context) error {
	m.mu.Lock()
	m.open--
	last := m.closed && m.open == 0
	m.mu.Unlock()
	if !last {
		return nil
	}
	return m.engine.leave(ctx, m.code)
}

// Instantiate implements [engine.Module].
func (m *Module) Instantiate(ctx context.Context, imports []engine.Extern, config engine.InstanceConfig) (engine.Instance, error) {
	if len(imports) != len(m.description.Imports) {
		return nil, fmt.Errorf("instantiate: %d imports given, %d needed", len(imports), len(m.description.Imports))
	}
	if err := m.engine.enter(); err != nil {
		return nil, fmt.Errorf("instantiate: engine %w", err)
	}
	defer m.engine.running.Done()
	if err := m.retain(); err != nil {
		return nil, fmt.Errorf("instantiate: module %w", err)
	}
	instance, err := m.instantiate(ctx, imports, config)
	if err != nil {
		_ = m.release(ctx) // the reason why is err
		return nil, fmt.Errorf("instantiate: %w", err)
	}
	return instance, nil
}

func (m *Module) instantiate(ctx context.Context, imports []engine.Extern, config engine.InstanceConfig) (*Instance, error) {
	if m.source.outside {
		return nil, &engine.Trap{Kind: engine.TableBounds}
	}
	i := &Instance{of: m, config: config}
	if err := i.takeMemory(); err != nil {
		return nil, err
	}
	l := m.engine.takeLinker(i)
	defer l.done()
	if err := l.link(ctx, m.description.Imports, imports); err != nil {
		i.abandon(ctx)
		return nil, err
	}
	if err := l.begin(ctx); err != nil {
		i.abandon(ctx)
		return nil, err
	}
	defer l.end()
	module, err := m.engine.instantiateGuarded(l, m.compiled)
	if err != nil {
		i.abandon(ctx)
		return nil, m.engine.trap(dataOutside(err), m)
	}
	i.found(module)
	m.engine.add(i)
	return i, nil
}

// instantiateGuarded is wazero's instantiation with its panics as errors.
func (e *Engine) instantiateGuarded(ctx context.Context, compiled wazero.CompiledModule) (_ api.Module, err error) {
	defer recoverTo(&err)
	if e.maker != nil {
		return e.maker.make(ctx, compiled)
	}
	return e.runtime.InstantiateModule(ctx, compiled, instanceConfig)
}

// instanceConfig is the same for all instances: no name, so that there can be
// many; nothing run but the start function; and a random source and clocks that
// cost nothing to make, because WASI is not wazero's here.
var instanceConfig = wazero.NewModuleConfig().
	WithName("").
	WithStartFunctions().
	WithRandSource(noRandom{}).
	WithWalltime(func() (sec int64, nsec int32) { return 0, 0 }, 1).
	WithNanotime(func() int64 { return 0 }, 1)

// noRandom is a random source that is never read.
type noRandom struct{}

func (noRandom) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
