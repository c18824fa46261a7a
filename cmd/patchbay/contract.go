package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// unknown stands for the contract of a module that is of none.
const unknown plugin.Contract = "unknown"

// judge finds the contract of a core module, whether this version can start it,
// and which imports nothing provides. Nothing is compiled.
func (r *report) judge(ctx context.Context, binary []byte, d *engine.Description) error {
	r.Contract = plugin.Recognize(paper{d})
	var flaw error
	switch r.Contract {
	case plugin.WaPC, plugin.Tube, plugin.Command:
		fault, err := link(ctx, r.Contract, paper{d})
		if err != nil {
			return err
		}
		flaw = fault
	case "":
		r.Contract, flaw = unknown, errors.New("it exports neither __guest_call nor _start, and has no mark of a tube guest")
		if functions := tube.Functions(d.Exports); len(functions) > 0 {
			flaw = fmt.Errorf("it has no mark, but it may be a tube guest: patchbay call --contract tube %s %s", r.File, functions[0].Name)
		}
	default:
		flaw = errors.New("this version does not run it")
	}
	if err := engine.Check(binary, engine.Limits{}); err != nil && flaw == nil {
		flaw = err
	}
	r.Loadable = flaw == nil
	if flaw != nil {
		r.Reason = flaw.Error()
	}
	var missing *engine.LinkError
	if errors.As(flaw, &missing) {
		r.Reason = count(len(missing.Unmet), "import") + " that nothing provides"
		r.mark(missing)
	}
	return nil
}

// mark notes why imports are unmet.
func (r *report) mark(missing *engine.LinkError) {
	for _, unmet := range missing.Unmet {
		for i := range r.Imports {
			imp := &r.Imports[i]
			if imp.Module == unmet.Import.Module && imp.Name == unmet.Import.Name && imp.Type == typeText(unmet.Import.Type) {
				imp.Unmet = unmet.Reason
				imp.Hint = plugin.Provider(unmet.Import)
			}
		}
	}
}

// link links a module on paper, as call and run would, and returns what is
// wrong with the module.
func link(ctx context.Context, contract plugin.Contract, module engine.Module) (fault, err error) {
	eng, err := wazero.New(ctx, wazero.Config{Mode: wazero.Interpreter})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, eng.Close(ctx)) }()
	system, err := p1.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	switch contract {
	case plugin.Command:
		return linkCommand(module, system), nil
	case plugin.Tube:
		_, fault = tube.Link(module, tube.Config{Provided: system.Modules()})
		return fault, nil
	}
	host, err := wapc.NewHost(ctx, eng)
	if err != nil {
		return nil, err
	}
	_, fault = host.Link(module, wapc.Config{Provided: system.Modules()})
	return fault, nil
}

func linkCommand(module engine.Module, system *p1.Host) error {
	if err := checkStart(module); err != nil {
		return err
	}
	_, err := engine.Link(module, system.Modules())
	return err
}

// A paper is a module that can be linked and not be run.
type paper struct{ description *engine.Description }

// Imports implements engine.Module.
func (p paper) Imports() []engine.Import { return p.description.Imports }

// Exports implements engine.Module.
func (p paper) Exports() []engine.Export { return p.description.Exports }

// Custom implements engine.Module.
func (p paper) Custom(name string) [][]byte { return p.description.Custom(name) }

// Instantiate implements engine.Module.
func (p paper) Instantiate(context.Context, []engine.Extern, engine.InstanceConfig) (engine.Instance, error) {
	return nil, errors.ErrUnsupported
}

// Close implements engine.Module.
func (p paper) Close(context.Context) error { return nil }

// title names the contract for people.
func (r *report) title() string {
	switch r.Contract {
	case plugin.WaPC:
		return "waPC guest"
	case plugin.Tube:
		return "tube guest"
	case plugin.Command:
		return "WASI preview 1 command"
	case plugin.Bus:
		return "program of the wasmer bus"
	case plugin.Component:
		return "component"
	}
	return "module of no known contract"
}

// usage says how the module is started, or why it cannot be.
func (r *report) usage() string {
	switch {
	case !r.Loadable:
		return string(r.Contract) + ": " + r.Reason
	case r.Contract == plugin.Command:
		return "command: patchbay run " + r.File + " [ARG...]"
	case r.Contract == plugin.Tube:
		return "tube: patchbay call " + r.File + " FUNCTION [PAYLOAD]"
	case r.Contract == plugin.Component:
		return "component: patchbay call " + r.File + " 'FUNCTION(ARG, ...)'"
	}
	return string(r.Contract) + ": patchbay call " + r.File + " OPERATION [PAYLOAD]"
}
