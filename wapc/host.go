package wapc

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// The modules that a Host answers to.
const (
	moduleWapc = "wapc"
	moduleEnv  = "env"
)

// nameHostCall is the function whose type changed twice.
const nameHostCall = "__host_call"

// A Host is the host's side of the contract: the functions that guests import
// from the modules wapc and env. Make one for each engine. It is safe for
// concurrent use.
type Host struct {
	wapc      engine.Instance
	hostCall6 engine.Instance // __host_call without a binding
	hostCall4 engine.Instance // __host_call without a namespace either
	env       engine.Instance
}

// NewHost makes the functions of the contract known to eng.
func NewHost(ctx context.Context, eng engine.Engine) (*Host, error) {
	h := new(Host)
	for _, part := range []struct {
		instance *engine.Instance
		funcs    []engine.HostFunc
	}{
		{&h.wapc, wapcFuncs()},
		{&h.hostCall6, []engine.HostFunc{hostCallFunc(6, hostCall6)}},
		{&h.hostCall4, []engine.HostFunc{hostCallFunc(4, hostCall4)}},
		{&h.env, envFuncs()},
	} {
		instance, err := eng.Host(ctx, part.funcs...)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("waPC host functions: %w", err), h.Close(ctx))
		}
		*part.instance = instance
	}
	return h, nil
}

// Close gives the functions back once no guest needs them: no more can be
// instantiated. Whoever closes the engine need not.
func (h *Host) Close(ctx context.Context) error {
	var errs []error
	for _, part := range []engine.Instance{h.wapc, h.hostCall6, h.hostCall4, h.env} {
		if part != nil {
			errs = append(errs, part.Close(ctx))
		}
	}
	return errors.Join(errs...)
}

// hostCallFunc is a __host_call of so many parameters. It alone can last.
func hostCallFunc(params int, call hostFunc) engine.HostFunc {
	return engine.HostFunc{Name: nameHostCall, Type: i32s(params, 1), Call: call, Blocks: true}
}

// A hostFunc is the code of a host function.
type hostFunc = func(ctx context.Context, caller engine.Instance, stack []uint64) error

// wapcFuncs returns the functions of the module wapc.
func wapcFuncs() []engine.HostFunc {
	return []engine.HostFunc{
		hostCallFunc(8, hostCall8),
		{Name: "__console_log", Type: i32s(2, 0), Call: consoleLog},
		{Name: "__guest_request", Type: i32s(2, 0), Call: guestRequest},
		{Name: "__guest_response", Type: i32s(2, 0), Call: guestResponse},
		{Name: "__guest_error", Type: i32s(2, 0), Call: guestError},
		{Name: "__host_response", Type: i32s(1, 0), Call: hostResponse},
		{Name: "__host_response_len", Type: i32s(0, 1), Call: hostResponseLen},
		{Name: "__host_error", Type: i32s(1, 0), Call: hostError},
		{Name: "__host_error_len", Type: i32s(0, 1), Call: hostErrorLen},
	}
}

// envFuncs returns the functions of the module env: what AssemblyScript
// declares, and the log of Zig guests, which declare it without a module.
func envFuncs() []engine.HostFunc {
	const f64 = engine.F64
	trace := append(i32s(2, 0).Params, f64, f64, f64, f64, f64)
	return []engine.HostFunc{
		{Name: "abort", Type: i32s(4, 0), Call: abort},
		{Name: "trace", Type: engine.FuncType{Params: trace}, Call: trace5},
		{Name: "seed", Type: engine.FuncType{Results: []engine.ValueType{f64}}, Call: seed},
		{Name: "__console_log", Type: i32s(2, 0), Call: consoleLog},
	}
}

// i32s returns a type of so many i32 parameters and results.
func i32s(params, results int) engine.FuncType {
	types := make([]engine.ValueType, params+results)
	for i := range types {
		types[i] = engine.I32
	}
	return engine.FuncType{Params: types[:params:params], Results: types[params:]}
}
