package main

import (
	"context"

	wazerort "github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// What the core modules of the chain are instantiated with by hand: linked with
// each other, with nothing between. The second has a memory, for what would be.
const (
	theCores  = "its core modules by hand on the engine"
	theWazero = "its core modules on wazero alone"
)

// chainCores returns the core modules of the chain: the callee's, and the
// caller's memory and code.
func chainCores(code []byte) ([3][]byte, error) {
	c, err := componentbinary.Parse(code)
	if err != nil {
		return [3][]byte{}, err
	}
	callee, caller := c.Components[0], c.Components[1]
	return [3][]byte{
		callee.Bytes(callee.Modules[0]), caller.Bytes(caller.Modules[0]), caller.Bytes(caller.Modules[1]),
	}, nil
}

// coresByHand returns what makes and closes instances of the three.
func coresByHand(ctx context.Context, e engine.Engine, binaries [3][]byte) (func(n int) error, error) {
	var modules [3]engine.Module
	for k, binary := range binaries {
		var err error
		if modules[k], err = e.Compile(ctx, binary, engine.Limits{}); err != nil {
			return nil, err
		}
	}
	return repeated(func() error {
		var instances [3]engine.Instance
		for k, module := range modules {
			var imports []engine.Extern
			for _, imp := range module.Imports() {
				imports = append(imports, engine.Extern{Instance: instances[0], Name: imp.Name})
			}
			var err error
			if instances[k], err = module.Instantiate(ctx, imports, engine.InstanceConfig{}); err != nil {
				return err
			}
		}
		for k := range instances {
			if err := instances[2-k].Close(ctx); err != nil {
				return err
			}
		}
		return nil
	}), nil
}

// coresOnWazero does the same with wazero, as it is.
func coresOnWazero(ctx context.Context, binaries [3][]byte) (func(n int) error, error) {
	runtime := wazerort.NewRuntime(ctx)
	var modules [3]wazerort.CompiledModule
	for k, binary := range binaries {
		var err error
		if modules[k], err = runtime.CompileModule(ctx, binary); err != nil {
			return nil, err
		}
	}
	config := wazerort.NewModuleConfig().WithName("").WithStartFunctions()
	return repeated(func() error {
		var instances [3]api.Module
		linking := experimental.WithImportResolver(ctx, func(string) api.Module { return instances[0] })
		for k, module := range modules {
			var err error
			if instances[k], err = runtime.InstantiateModule(linking, module, config); err != nil {
				return err
			}
		}
		for k := range instances {
			if err := instances[2-k].Close(ctx); err != nil {
				return err
			}
		}
		return nil
	}), nil
}
