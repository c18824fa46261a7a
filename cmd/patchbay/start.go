package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// errComponent is the error of a component: it is no core module.
var errComponent = errors.New("this is a component of the Component Model; this version runs WASI preview 1 commands, which are core modules")

// errNoStart is the error of a module that is no command.
var errNoStart = errors.New("it does not export the function _start () -> (): it is no WASI command")

// checkStart checks that a module can be run.
func checkStart(module engine.Module) error {
	for _, export := range module.Exports() {
		if export.Name == "_start" && export.Type.Kind == engine.KindFunc && export.Type.Func.Equal(engine.FuncType{}) {
			return nil
		}
	}
	return errNoStart
}

// startCommand makes an instance of a command, ready for its _start.
func startCommand(ctx context.Context, eng engine.Engine, binary []byte, limits engine.Limits, system *p1.System) (engine.Instance, error) {
	if plugin.IsComponent(binary) {
		return nil, errComponent
	}
	module, err := eng.Compile(ctx, binary, limits)
	if err != nil {
		return nil, err
	}
	if err := checkStart(module); err != nil {
		return nil, err
	}
	host, err := p1.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	imports, err := engine.Link(module, host.Modules())
	if err != nil {
		return nil, err
	}
	return module.Instantiate(ctx, imports, engine.InstanceConfig{System: system})
}

// ended turns the end of _start into that of the command.
func ended(name string, err error) error {
	if err == nil {
		return nil
	}
	if trap := engine.AsTrap(err); trap != nil && trap.Kind == engine.Exit {
		if trap.ExitCode == 0 {
			return nil
		}
		return exit(min(trap.ExitCode, 255))
	}
	return fmt.Errorf("%s: _start: %w", name, err)
}
