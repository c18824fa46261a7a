package wapc

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// The modules that a Host answers to.
const (
	moduleWapc = "wapc"
	moduleEnv  = "env"
)

// A Host is the host's side of the contract: the functions that guests import
// from the modules wapc and env. Make one for each engine; it lives as long as
// the engine and is safe for concurrent use.
type Host struct {
	wapc engine.Instance
	env  engine.Instance
}

// NewHost makes the functions of the contract known to eng.
func NewHost(ctx context.Context, eng engine.Engine) (*Host, error) {
	wapc, err := eng.Host(ctx, wapcFuncs()...)
	if err != nil {
		return nil, fmt.Errorf("waPC host functions: %w", err)
	}
	env, err := eng.Host(ctx, envFuncs()...)
	if err != nil {
		return nil, fmt.Errorf("waPC env functions: %w", err)
	}
	return &Host{wapc: wapc, env: env}, nil
}

// The names under which the older types of __host_call are exported: Link
// chooses among them by the type of the import.
const (
	nameHostCall  = "__host_call"
	nameHostCall6 = "__host_call/6"
	nameHostCall4 = "__host_call/4"
)

// wapcFuncs returns the functions of the module wapc. Only a call to a handler
// can last.
func wapcFuncs() []engine.HostFunc {
	return []engine.HostFunc{
		{Name: nameHostCall, Type: i32s(8, 1), Call: hostCall8, Blocks: true},
		{Name: nameHostCall6, Type: i32s(6, 1), Call: hostCall6, Blocks: true},
		{Name: nameHostCall4, Type: i32s(4, 1), Call: hostCall4, Blocks: true},
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
