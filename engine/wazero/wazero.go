// Package wazero is the default engine: wazero, pure Go, behind the seam of
// package engine.
//
// # What is added to wazero
//
// A module is checked ([engine.Check]) and rewritten before wazero sees it.
// Imports are renamed, so that each is linked explicitly. A counter is put at
// every loop and function entry; when a slice of about 10,000 units is
// spent the guest leaves to Go for a moment: the garbage collector gets its
// chance, and the call's context and deadline are looked at. That costs a
// fraction of a nanosecond per iteration and is always on. The same counter
// tells what calls spend ([engine.Metered]) and stops those that spend too much;
// a limit on that costs a call some 20 ns.
//
// Linear memory comes from an allocator of our own, which maps address space
// once, reuses it and gives it back when an instance is closed.
//
// # Differences from the letter of the seam
//
// Host instances ([Engine.Host]) are for guests to import: their functions
// cannot be called from the host. Stacks of a stack overflow have no
// frames where wazero's own bound ended the call before [engine.Limits].Stack did.
// Active element segments of imported tables that are out of bounds are ignored,
// as wazero does.
//
// When an exception is caught, the compiler of wazero 1.12 takes local variables
// back to what they were where the try_table began. In functions with a handler
// that needs what the body of its try_table changed, that try_table is therefore
// made narrower before they are compiled: each call and throw within it gets one
// of its own, which costs time and fuel like any other. Where that cannot be done
// (a call of a reference, or code that would become too large or too complex),
// the module is refused. The interpreter needs none of that, nor does
// engine/wasmtime.
package wazero

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
)

// A Mode says how guests are executed.
type Mode int

const (
	// Auto compiles where wazero has a compiler (amd64 and arm64 on common
	// systems) and interprets elsewhere.
	Auto Mode = iota

	// Compiler compiles to native code; [New] fails where it cannot.
	Compiler

	// Interpreter interprets: loads an order of magnitude faster, runs one to
	// two orders slower.
	Interpreter
)

// Config configures an engine. The zero Config works.
type Config struct {
	// Mode says how guests are executed.
	Mode Mode

	// CacheDir is a folder for rewritten modules and compiled code, so that the next
	// process need not compile again. It holds native code: it is created for this
	// user alone and refused if somebody else could write into it. It keeps some
	// 512 MB of what was used last. Empty means no cache.
	CacheDir string

	// Warn is told what is wrong with the cache while the engine goes on
	// without it. It may be nil, and may be called from several goroutines.
	Warn func(error)
}

// features are the proposals that guests may use.
const features = api.CoreFeaturesV2 |
	experimental.CoreFeaturesThreads |
	experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst |
	experimental.CoreFeaturesExceptionHandling |
	experimental.CoreFeaturesTypedFunctionReferences

// ErrClosed is the error of whatever is asked of a closed engine, module or
// instance.
var ErrClosed = errors.New("closed")

// An Engine is wazero behind the seam. Make it with [New].
type Engine struct {
	runtime  wazero.Runtime
	memories *memories
	compiler bool   // guests are compiled, not interpreted
	cache    *cache // nil: none
	tick     api.Module
	maker    *instantiator   // nil: none was found
	asked    context.Context // see whatIsAsked
	stacks   stackLayouts

	linkers   sync.Pool     // of those that are not used
	compiling chan struct{} // holds a token for each compilation that runs
	grouping  sync.Mutex    // guards the groups of instances

	mu        sync.RWMutex
	closed    bool
	running   sync.WaitGroup           // what Close waits for; added to under mu while not closed
	instances map[api.Module]*Instance // open ones, to find the caller of a host function
	modules   map[*Module]struct{}
	codes     map[codeKey]*code // of them, and those that are being made
}

var (
	_ engine.Engine          = (*Engine)(nil)
	_ engine.CheckedCompiler = (*Engine)(nil)
	_ engine.Interpreter     = (*Engine)(nil)
)

// New returns an engine.
func New(ctx context.Context, config Config) (*Engine, error) {
	runtimeConfig, err := config.runtime()
	if err != nil {
		return nil, fmt.Errorf("wazero: %w", err)
	}
	e := &Engine{
		memories:  newMemories(),
		asked:     whatIsAsked(),
		compiler:  config.Mode != Interpreter && canCompile(),
		compiling: make(chan struct{}, runtime.GOMAXPROCS(0)),
		instances: map[api.Module]*Instance{},
		modules:   map[*Module]struct{}{},
		codes:     map[codeKey]*code{},
	}
	if config.CacheDir != "" && config.Mode != Interpreter {
		e.cache = e.openCache(config)
	}
	if e.cache != nil {
		runtimeConfig = runtimeConfig.WithCompilationCache(e.cache.wazero())
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, runtimeConfig)
	if err := e.instantiateTick(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("wazero: %w", err), e.Close(ctx))
	}
	return e, nil
}

// openCache returns the cache that config asks for, or nil with a warning.
func (e *Engine) openCache(config Config) *cache {
	cache, err := openCache(config.CacheDir, config.Warn)
	if err != nil {
		config.warn(err)
		return nil
	}
	return cache
}

func (c Config) warn(err error) {
	if c.Warn != nil {
		c.Warn(err)
	}
}

// runtime returns wazero's own configuration.
func (c Config) runtime() (config wazero.RuntimeConfig, err error) {
	switch c.Mode {
	case Auto:
		config = wazero.NewRuntimeConfig()
	case Interpreter:
		config = wazero.NewRuntimeConfigInterpreter()
	case Compiler:
		if !canCompile() {
			return nil, fmt.Errorf("there is no compiler for %s/%s", runtime.GOOS, runtime.GOARCH)
		}
		config = wazero.NewRuntimeConfigCompiler()
	default:
		return nil, fmt.Errorf("there is no mode %d", c.Mode)
	}
	return config.WithCoreFeatures(features), nil
}

// canCompile reports whether wazero has a compiler for this platform.
func canCompile() bool {
	switch runtime.GOARCH {
	case "amd64", "arm64":
	default:
		return false
	}
	switch runtime.GOOS {
	case "linux", "darwin", "freebsd", "netbsd", "dragonfly", "solaris", "illumos", "windows":
		return true
	}
	return false
}

// Compile implements [engine.Engine]. As many modules are compiled at a time as
// there are cores, each on one of them. What is open is not compiled again: modules
// of the same bytes share their code, if they are rewritten alike.
func (e *Engine) Compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	module, err := engine.CheckModule(binary, limits)
	if err != nil {
		return nil, err
	}
	return e.CompileChecked(ctx, module, nil)
}

// Interprets implements [engine.Interpreter].
func (e *Engine) Interprets() bool { return !e.compiler }

// CompileChecked implements [engine.CheckedCompiler].
func (e *Engine) CompileChecked(ctx context.Context, module *engine.Checked, names []string) (engine.Module, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.running.Done()
	code, err := e.codeOf(ctx, module, names)
	if err != nil {
		return nil, err
	}
	return e.newModule(code, module.Limits()), nil
}

// Host implements [engine.Engine].
func (e *Engine) Host(ctx context.Context, funcs ...engine.HostFunc) (engine.Instance, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.running.Done()
	host, err := e.instantiateHost(ctx, funcs...)
	if err != nil {
		return nil, err
	}
	return host, nil
}

// enter begins something that Close must wait for; running.Done ends it.
func (e *Engine) enter() error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return ErrClosed
	}
	e.running.Add(1)
	return nil
}

// Close implements [engine.Engine]. It waits for what is being compiled or
// instantiated.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.mu.Unlock()
	e.running.Wait()

	e.mu.Lock()
	instances := slices.Collect(maps.Values(e.instances))
	modules := slices.Collect(maps.Keys(e.modules))
	e.mu.Unlock()
	var errs []error
	for _, instance := range instances {
		errs = append(errs, instance.Close(ctx))
	}
	for _, module := range modules {
		errs = append(errs, module.Close(ctx))
	}
	errs = append(errs, e.runtime.Close(ctx))
	if e.cache != nil {
		errs = append(errs, e.cache.close())
	}
	e.memories.close()
	return errors.Join(errs...)
}

// add makes the instance known as a caller of host functions.
func (e *Engine) add(instance *Instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.instances[instance.module] = instance
}

func (e *Engine) remove(instance *Instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.instances, instance.module)
}

// instanceOf returns the open instance behind wazero's module, or nil.
func (e *Engine) instanceOf(module api.Module) *Instance {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.instances[module]
}
