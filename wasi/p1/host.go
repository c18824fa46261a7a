package p1

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// The names under which guests import preview 1.
const (
	Snapshot = "wasi_snapshot_preview1" // preview 1
	Unstable = "wasi_unstable"          // what was before it
	Alias    = "wasi"                   // preview 1 under the name that some toolchains used
)

// A Host holds the functions of preview 1 for one engine. It is safe for
// concurrent use.
type Host struct {
	snapshot engine.Instance
	unstable engine.Instance
}

// NewHost makes the functions in eng. It takes some hundred microseconds: do it
// once for each engine.
func NewHost(ctx context.Context, eng engine.Engine) (*Host, error) {
	snapshot, err := eng.Host(ctx, hostFuncs(snapshotDialect)...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Snapshot, err)
	}
	unstable, err := eng.Host(ctx, hostFuncs(unstableDialect)...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", Unstable, err), snapshot.Close(ctx))
	}
	return &Host{snapshot: snapshot, unstable: unstable}, nil
}

// Close gives the functions back once no guest needs them: no more can be
// instantiated. Whoever closes the engine need not.
func (h *Host) Close(ctx context.Context) error {
	return errors.Join(h.snapshot.Close(ctx), h.unstable.Close(ctx))
}

// Modules returns what guests import from, by module name, for engine.Link.
func (h *Host) Modules() map[string]engine.Instance {
	return map[string]engine.Instance{Snapshot: h.snapshot, Unstable: h.unstable, Alias: h.snapshot}
}

// A handler is a function of preview 1. It takes its parameters from the stack.
// Its error is returned to the guest as an Errno, unless [ends] says that it ends
// the call.
type handler func(ctx context.Context, s *System, stack []uint64) error

// A function is a row of the table of functions.
type function struct {
	name   string
	params string // i for an i32, I for an i64
	call   handler
	blocks bool
}

// hostFuncs returns the functions of a dialect as the engine wants them.
func hostFuncs(d dialect) []engine.HostFunc {
	var funcs []engine.HostFunc
	for _, f := range d.functions() {
		funcs = append(funcs, f.host())
	}
	return append(funcs, engine.HostFunc{
		Name: "proc_exit",
		Type: engine.FuncType{Params: []engine.ValueType{engine.I32}},
		Call: procExit,
	})
}

func (f function) host() engine.HostFunc {
	t := engine.FuncType{Results: []engine.ValueType{engine.I32}}
	for _, p := range f.params {
		if p == 'I' {
			t.Params = append(t.Params, engine.I64)
		} else {
			t.Params = append(t.Params, engine.I32)
		}
	}
	return engine.HostFunc{Name: f.name, Type: t, Blocks: f.blocks, Call: f.serve}
}

var errNoSystem = errors.New("the instance was given no WASI system (engine.InstanceConfig.System)")

// serve is the function as the engine calls it.
func (f function) serve(ctx context.Context, caller engine.Instance, stack []uint64) error {
	s, _ := caller.System().(*System)
	if s == nil {
		return fmt.Errorf("%s: %w", f.name, errNoSystem)
	}
	s.enter(caller)
	err := f.call(ctx, s, stack)
	if err == nil {
		stack[0] = 0
		return nil
	}
	if errno, ok := err.(Errno); ok {
		stack[0] = uint64(errno)
		return nil
	}
	if ends(ctx, err) {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	stack[0] = uint64(ErrnoOf(err))
	return nil
}

// ends reports whether an error ends the guest's call: a trap does, a memory
// that is not there, and a wait that the end of the call cut short.
func ends(ctx context.Context, err error) bool {
	switch {
	case errors.Is(err, errNoMemory), engine.AsTrap(err) != nil:
		return true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ctx.Err() != nil
	}
	return false
}

// procExit ends the guest's call. Neither the instance nor its system is touched:
// both can go on being used after an exit.
func procExit(_ context.Context, _ engine.Instance, stack []uint64) error {
	return &engine.Trap{Kind: engine.Exit, ExitCode: uint32(stack[0])}
}
