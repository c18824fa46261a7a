package wapc

import (
	"context"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// A Config says what the instances of one module are given. Its zero value
// grants nothing.
type Config struct {
	// Plugin is the name under which handlers know the guest.
	Plugin string

	// Handler answers the guest's host calls. Without one each of them fails, and
	// the guest reads why (WP-43).
	Handler bus.Handler

	// Log gets each text that the guest logs, with the instance's number, before
	// the guest goes on. Without it the texts are dropped. It is called from the
	// goroutine of the guest's call.
	Log func(ctx context.Context, instance uint64, text string)

	// HostBytes is how many bytes a call may move through host calls and logs, as
	// in [engine.Limits]; 0 is its default.
	HostBytes uint64

	// Provided are further modules that the guest may import from, such as those
	// of WASI. Under the names wapc and env they answer for what the contract
	// does not define.
	Provided map[string]engine.Instance
}

// A Module is a compiled waPC guest whose exports were checked and whose imports
// were found. It is safe for concurrent use. Closing the [engine.Module] is up
// to whoever compiled it.
type Module struct {
	core         engine.Module
	imports      []engine.Extern
	initializers []string // those that the module exports, in order
	config       Config
}

// Instantiate makes an instance, with system as the state of the system
// interface that the guest imports, if any, and runs its initializers; each may
// last as long as the engine's limits let a call last. Handlers and logs know
// the instance by id.
//
// An initializer that traps, or exits with another code than 0, fails
// Instantiate with a [*TrapError].
func (m *Module) Instantiate(ctx context.Context, id uint64, system any) (*Instance, error) {
	in := &Instance{module: m, id: id}
	in.enter(0).moved.Begin(m.config.HostBytes)
	core, err := m.core.Instantiate(ctx, m.imports, engine.InstanceConfig{Data: in, System: system})
	if err != nil {
		return nil, in.startError(err)
	}
	in.core = core
	in.guestCall = core.Func(guestCallName)
	in.bytes(core)
	if err := in.initialize(ctx); err != nil {
		_ = core.Close(ctx) // the reason why there is no instance is err
		return nil, err
	}
	return in, nil
}

// startError adds what the guest said to the trap of a start function.
func (in *Instance) startError(err error) error {
	if engine.AsTrap(err) == nil {
		return err
	}
	return in.current.ended("start function", err)
}

// initialize runs the initializers (WP-02, WP-03).
func (in *Instance) initialize(ctx context.Context) error {
	for _, name := range in.module.initializers {
		in.current.moved.Begin(in.module.config.HostBytes)
		err := in.core.Func(name).Call(ctx, nil)
		if err != nil && !exitedWell(err) {
			return in.current.ended(name, err)
		}
		in.current.reset()
	}
	return nil
}

// exitedWell reports whether err is the exit with code 0, which is how the main
// function of some languages returns (WP-04).
func exitedWell(err error) bool {
	trap := engine.AsTrap(err)
	return trap != nil && trap.Kind == engine.Exit && trap.ExitCode == 0
}
