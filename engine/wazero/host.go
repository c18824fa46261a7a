package wazero

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// slice is how many units a guest runs at most before it leaves to Go: some
// microseconds of the tightest loop. New instances begin with less, and where
// every load misses all caches a slice becomes as short as takes slowSlice.
const (
	slice      = 10_000
	earlySlice = slice / 8
	shortSlice = slice / 100
	slowSlice  = 100 * time.Microsecond
)

// checkedCalls is how many host functions a guest can call before it is looked
// whether it must end: they count as little as any call, and may take long.
const checkedCalls = 64

// tickName is the export of the tick's host module.
const tickName = "tick"

// tick is what a guest calls when its slice is spent. It ends the call or hands
// out the next slice.
func tick(ctx context.Context, module api.Module, stack []uint64) {
	a := activationOf(ctx)
	a.ticks++
	gauge := a.gauge(module)
	if trap := a.overflow(&stack[0]); trap != nil {
		panic(trap)
	}
	if trap := gauge.check(); trap != nil {
		panic(trap)
	}
	if trap := a.task.Check(); trap != nil {
		panic(trap)
	}
	gauge.pace(a.lap())
	stack[0] = gauge.refill(a.near(&stack[0]))
}

// lap returns how long the call ran since it left to Go before, or 0 the first
// time. The task was just checked.
func (a *activation) lap() time.Duration {
	before := a.ticked
	came, left := a.task.Checked()
	a.ticked = left
	if before == 0 {
		return 0
	}
	return came - before
}

// instantiateTick makes the host module that rewritten modules import the tick
// from, and what replaces the waiting of threads.
func (e *Engine) instantiateTick(ctx context.Context) error {
	builder := e.runtime.NewHostModuleBuilder("tick")
	builder.NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(tick), nil, []api.ValueType{api.ValueTypeI64}).
		Export(tickName)
	for _, f := range waitFunctions() {
		builder.NewFunctionBuilder().
			WithGoModuleFunction(newTrampoline(e, f), valueTypes(f.Type.Params), valueTypes(f.Type.Results)).
			Export(f.Name)
	}
	module, compiled, err := e.instantiateBuilt(ctx, builder)
	if err == nil {
		e.tick, e.maker = module, newInstantiator(e.runtime, module, compiled)
	}
	return err
}

// instantiateHost makes a host module of wazero's.
func (e *Engine) instantiateHost(ctx context.Context, funcs ...engine.HostFunc) (*hostInstance, error) {
	builder := e.runtime.NewHostModuleBuilder("host")
	seen := map[string]bool{}
	var trampolines []*trampoline
	for _, f := range funcs {
		if seen[f.Name] {
			return nil, fmt.Errorf("host function %s is there twice", f.Name)
		}
		seen[f.Name] = true
		t := newTrampoline(e, f)
		trampolines = append(trampolines, t)
		builder.NewFunctionBuilder().
			WithGoModuleFunction(t, valueTypes(f.Type.Params), valueTypes(f.Type.Results)).
			Export(f.Name)
	}
	module, compiled, err := e.instantiateBuilt(ctx, builder)
	if err != nil {
		return nil, err
	}
	for _, t := range trampolines {
		t.host = module
	}
	return newHostInstance(e, module, compiled, funcs), nil
}

func (e *Engine) instantiateBuilt(ctx context.Context, builder wazero.HostModuleBuilder) (api.Module, wazero.CompiledModule, error) {
	compiled, err := builder.Compile(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("host functions: %w", err)
	}
	module, err := e.runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("host functions: %w", err), compiled.Close(ctx))
	}
	return module, compiled, nil
}

func valueTypes(types []engine.ValueType) []api.ValueType {
	out := make([]api.ValueType, len(types))
	for i, t := range types {
		out[i] = api.ValueType(t)
	}
	return out
}

// A trampoline is a host function as wazero calls it.
type trampoline struct {
	engine  *Engine
	host    api.Module // that it belongs to
	call    func(ctx context.Context, caller engine.Instance, stack []uint64) error
	blocks  bool
	params  narrow // slots to truncate before the call
	results narrow // slots to truncate after it
}

var _ api.GoModuleFunction = (*trampoline)(nil)

func newTrampoline(e *Engine, f engine.HostFunc) *trampoline {
	return &trampoline{
		engine:  e,
		call:    f.Call,
		blocks:  f.Blocks,
		params:  narrowSlots(f.Type.Params),
		results: narrowSlots(f.Type.Results),
	}
}

// narrow has a mask for each slot up to the last one that holds 32 bits: wazero
// leaves whatever was in the register in the high halves of those
// (component-model.md 3, wapc.md A.7).
type narrow []uint64

func narrowSlots(types []engine.ValueType) narrow {
	var masks narrow
	last := 0
	for _, t := range types {
		switch t {
		case engine.I32, engine.F32:
			masks = append(masks, math.MaxUint32)
			last = len(masks)
		case engine.V128:
			masks = append(masks, math.MaxUint64, math.MaxUint64)
		default:
			masks = append(masks, math.MaxUint64)
		}
	}
	return masks[:last]
}

// truncate clears the high halves.
func (n narrow) truncate(stack []uint64) {
	stack = stack[:len(n)]
	for i, mask := range n {
		stack[i] &= mask
	}
}

// Call implements [api.GoModuleFunction]. It panics to end the guest's call:
// that is wazero's way, and [Func.Call] turns it into an error again.
func (t *trampoline) Call(ctx context.Context, module api.Module, stack []uint64) {
	a := activationOf(ctx)
	if a.hostCalls++; a.hostCalls%checkedCalls == 0 {
		if trap := a.task.Check(); trap != nil {
			panic(trap)
		}
	}
	if t.blocks {
		if trap := a.task.Block(); trap != nil {
			panic(trap)
		}
	}
	t.params.truncate(stack)
	if err := t.call(a.task.Context(), a.caller(module, t), stack); err != nil {
		panic(a.task.Fault(err))
	}
	t.results.truncate(stack)
}
