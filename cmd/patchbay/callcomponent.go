package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
	"github.com/patchbay-go/patchbay/wit/valuejson"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// isComponentFile reports whether a file begins like a component. A file that
// cannot be read is reported by who reads all of it.
func isComponentFile(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	var header [8]byte
	_, err = io.ReadFull(file, header[:])
	return err == nil && plugin.IsComponent(header[:])
}

// callComponent calls a function of a component. The call is one argument,
// "add(1, 2)", or the function's name and an argument for each of its own.
func (p *program) callComponent(ctx context.Context, flags *guestFlags, args []string, form string) (err error) {
	if err := flags.forComponent(args); err != nil {
		return err
	}
	guest, err := p.load(ctx, flags, args[0], 1)
	if err != nil {
		return unmetImports(err)
	}
	defer func() { err = errors.Join(err, guest.close()) }()
	f, values, err := guest.parseCall(args[0], args[1], args[2:])
	if err != nil {
		return err
	}
	result, err := f.Call(ctx, values...)
	if err != nil {
		return err
	}
	return writeResult(p.Out, result, form)
}

// forComponent refuses what only other guests have.
func (f *guestFlags) forComponent(args []string) error {
	switch {
	case f.contract.value != "auto":
		return usagef("a component is told by its bytes", "call: --contract %s is not for components", f.contract.value)
	case len(args) < 2:
		return usagef("patchbay wit FILE says which functions there are", `call: what to call is missing, as in 'add(1, 2)'`)
	}
	return nil
}

// unmetImports adds to the error of loading what lets the component be called.
func unmetImports(err error) error {
	var unmet *component.LinkError
	if !errors.As(err, &unmet) {
		return err
	}
	return &failure{exitRefused, err, "--unmet trap loads it, and calls of these trap; --host-call log shows and answers them"}
}

// parseCall reads what to call. Errors show the place and the function's WIT,
// which is in file.
func (g *guest) parseCall(file, call string, each []string) (*plugin.Func, []types.Value, error) {
	var typ *types.FuncType
	find := func(name string) (_ *types.FuncType, err error) {
		typ, err = g.plugin.Func(name).Type()
		var unknown *plugin.FunctionError
		if errors.As(err, &unknown) {
			err = unknown
		}
		return typ, err
	}
	if len(each) == 0 && strings.Contains(call, "(") {
		name, values, err := wave.ParseCall(call, find)
		return g.plugin.Func(name), values, wrongCall(g.plugin.Func(name), typ, file, err)
	}
	if _, err := find(call); err != nil {
		return nil, nil, wrongCall(nil, nil, file, err)
	}
	values, err := wave.ParseEach(each, typ)
	return g.plugin.Func(call), values, wrongCall(g.plugin.Func(call), typ, file, err)
}

// wrongCall is the failure of a call that could not be read.
func wrongCall(f *plugin.Func, typ *types.FuncType, file string, err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if placed := new(syntax.Error); errors.As(err, &placed) {
		text = strings.TrimSuffix(placed.Show(), "\n")
	}
	if typ == nil {
		return &failure{exitUsage, errors.New(text), "patchbay wit FILE says which functions there are"}
	}
	return &failure{code: exitUsage, err: fmt.Errorf("%s\nthe function is %s", text, functionWIT(f, typ, file))}
}

// functionWIT is the WIT of a function: in the lines that follow if there are types
// in it that have names.
func functionWIT(f *plugin.Func, typ *types.FuncType, file string) string {
	full, err := f.FullName()
	if err != nil {
		return typ.String()
	}
	path := strings.Split(full, "#")
	text := path[len(path)-1] + ": " + typ.String()
	if _, main, err := wit.Load(file, wit.Options{}); err == nil && len(main.Worlds) == 1 {
		if declared := exportedFunction(main.Worlds[0], path); declared != nil {
			text = strings.TrimSuffix(declared.Text(), ";\n")
		}
	}
	if strings.Contains(text, "\n") {
		return "\n" + text
	}
	return text
}

// exportedFunction finds a function that a world exports by itself or in an
// interface.
func exportedFunction(w *wit.World, path []string) *wit.Function {
	for i := range w.Exports {
		switch item := &w.Exports[i]; {
		case item.Key() != path[0]:
		case len(path) == 1:
			return item.Function
		case item.Interface != nil:
			return item.Interface.Function(path[1])
		}
	}
	return nil
}

// writeResult writes a result to stdout. One that is an error ends the command
// as any answer does with which a guest fails.
func writeResult(w io.Writer, result types.Value, form string) error {
	if result.Type() == nil {
		return nil
	}
	text := []byte(wave.Text(result))
	if form == "json" {
		var err error
		if text, err = (valuejson.Format{}).Append(nil, result); err != nil {
			return err
		}
	}
	if _, err := w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("stdout: %w", err)
	}
	if result.Kind() == types.Result && result.Case() == "error" {
		return exit(exitGuest)
	}
	return nil
}
