package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	// Only for its static library and how to link it: see capi.h.
	_ "github.com/bytecodealliance/wasmtime-go/v44"

	"github.com/patchbay-go/patchbay/engine"
)

// maxStack is how many bytes of the thread's stack a guest may use, calls from
// the host back into the same guest included.
const maxStack = 512 << 10

// ErrClosed is the error of whatever is asked of a closed engine, module or
// instance.
var ErrClosed = errors.New("closed")

// Config configures an engine. The zero Config works.
type Config struct {
	// Fuel makes the engine count fuel (see [engine.Limits]): a unit is an
	// instruction, however much a bulk instruction does. Tight loops take up
	// to twice as long, and calls 0.1 µs more.
	Fuel bool
}

// An Engine is wasmtime behind the seam. Make it with [New].
type Engine struct {
	raw    *C.wasm_engine_t
	ticker ticker
	fuel   bool // is counted

	self   string // the name under which guests export what identifies them
	start  string // the name under which they export their start function
	memory string // the name under which they export their memory if they are rewritten

	parking parking                     // where guests wait for one another
	helpers map[string]*engine.HostFunc // which rewritten modules import, by name

	compiling chan struct{} // holds a token for each compilation that runs
	linking   sync.Mutex    // guards which instances are in which store

	mu        sync.RWMutex
	closed    bool
	running   sync.WaitGroup // what Close waits for; added to under mu while not closed
	instances map[*Instance]struct{}
	modules   map[*Module]struct{}
	sources   map[uint64]*source // of modules that are open or have instances
	numbers   uint64             // of sources so far
}

var (
	_ engine.Engine          = (*Engine)(nil)
	_ engine.CheckedCompiler = (*Engine)(nil)
)

// New returns an engine. Close it: nothing else gives back what wasmtime holds.
func New(config Config) *Engine {
	secret := rand.Text() // no guest can know it, so no export can have the name
	e := &Engine{
		raw:       C.patchbay_engine_new(maxStack, C.bool(config.Fuel)),
		fuel:      config.Fuel,
		self:      "self " + secret,
		start:     "start " + secret,
		memory:    "memory " + secret,
		parking:   parking{waiting: map[uintptr][]chan struct{}{}},
		compiling: make(chan struct{}, runtime.GOMAXPROCS(0)),
		instances: map[*Instance]struct{}{},
		modules:   map[*Module]struct{}{},
		sources:   map[uint64]*source{},
	}
	e.helpers = e.helperFuncs()
	e.ticker.init(e.raw)
	return e
}

// Compile implements [engine.Engine]. As many modules are compiled at a time as
// there are cores, each on one of them.
func (e *Engine) Compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	module, err := engine.CheckModule(binary, limits)
	if err != nil {
		return nil, err
	}
	return e.CompileChecked(ctx, module, nil)
}

// CompileChecked implements [engine.CheckedCompiler]. Names mean nothing to
// wasmtime.
func (e *Engine) CompileChecked(ctx context.Context, module *engine.Checked, _ []string) (engine.Module, error) {
	limits := module.Limits()
	if limits.Fuel != 0 && !e.fuel {
		return nil, errNoFuel
	}
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.running.Done()
	select {
	case e.compiling <- struct{}{}:
		defer func() { <-e.compiling }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to compile: %w", ctx.Err())
	}
	return e.compile(module.Binary(), limits)
}

// Host implements [engine.Engine].
func (e *Engine) Host(_ context.Context, funcs ...engine.HostFunc) (engine.Instance, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.running.Done()
	return newHostInstance(e, funcs)
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
	instances := slices.Collect(maps.Keys(e.instances))
	modules := slices.Collect(maps.Keys(e.modules))
	e.mu.Unlock()
	for _, instance := range instances {
		_ = instance.Close(ctx) // it has no errors
	}
	for _, module := range modules {
		_ = module.Close(ctx)
	}
	e.ticker.close()
	C.wasm_engine_delete(e.raw)
	return nil
}

// add makes an instance one that Close closes.
func (e *Engine) add(i *Instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.instances[i] = struct{}{}
}

func (e *Engine) remove(i *Instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.instances, i)
}
