package main

import (
	"context"
	"fmt"

	extism "github.com/extism/go-sdk"
	wapc "github.com/wapc/wapc-go"
	wapcwazero "github.com/wapc/wapc-go/engines/wazero"
)

// A wapcGo is the guest under wapc-go, as its documentation has it.
type wapcGo struct {
	module   wapc.Module
	instance wapc.Instance
}

func newWapcGo(ctx context.Context, binary []byte) (*wapcGo, error) {
	echo := func(_ context.Context, _, _, _ string, payload []byte) ([]byte, error) { return payload, nil }
	module, err := wapcwazero.Engine().New(ctx, echo, binary, &wapc.ModuleConfig{})
	if err != nil {
		return nil, err
	}
	instance, err := module.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	return &wapcGo{module, instance}, nil
}

func (w *wapcGo) call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	return w.instance.Invoke(ctx, operation, payload)
}

// cycle makes an instance and closes it.
func (w *wapcGo) cycle(ctx context.Context) error {
	instance, err := w.module.Instantiate(ctx)
	if err != nil {
		return err
	}
	return instance.Close(ctx)
}

// An extismGo is guests/extism.wasm under Extism's Go SDK. No timeout is set, so
// nothing there is metered.
type extismGo struct {
	compiled *extism.CompiledPlugin
	plugin   *extism.Plugin
}

func newExtismGo(ctx context.Context, binary []byte) (*extismGo, error) {
	echo := extism.NewHostFunctionWithStack("echo",
		func(ctx context.Context, p *extism.CurrentPlugin, stack []uint64) {
			payload, err := p.ReadBytes(stack[0])
			if err != nil {
				panic(err)
			}
			if stack[0], err = p.WriteBytes(payload); err != nil {
				panic(err)
			}
		},
		[]extism.ValueType{extism.ValueTypePTR}, []extism.ValueType{extism.ValueTypePTR})
	manifest := extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: binary}}}
	compiled, err := extism.NewCompiledPlugin(ctx, manifest, extism.PluginConfig{}, []extism.HostFunction{echo})
	if err != nil {
		return nil, err
	}
	plugin, err := compiled.Instance(ctx, extism.PluginInstanceConfig{})
	if err != nil {
		return nil, err
	}
	return &extismGo{compiled, plugin}, nil
}

func (e *extismGo) call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	code, reply, err := e.plugin.CallWithContext(ctx, operation, payload)
	if err == nil && code != 0 {
		err = fmt.Errorf("%s returned %d", operation, code)
	}
	return reply, err
}

// cycle makes an instance and closes it.
func (e *extismGo) cycle(ctx context.Context) error {
	plugin, err := e.compiled.Instance(ctx, extism.PluginInstanceConfig{})
	if err != nil {
		return err
	}
	return plugin.CloseWithContext(ctx)
}
