package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
)

// components have one instance of each guest in either runtime.
type components struct {
	ctx                  context.Context
	engine               engine.Engine
	hand                 *hand
	relay, relayTyped    *component.Instance // whose host takes values, and Go values
	relays               *oracle.Instance
	mirror, chain        *component.Instance
	chainPre             *component.Pre
	mirrors, chainTheirs *oracle.Instance
	chains               *oracle.Component
	mirrorCode           []byte
	chainCode            []byte
}

func (c *components) load(folder string) error {
	mirror, errMirror := c.open(filepath.Join(folder, "mirror-rust.wasm"))
	chain, errChain := c.open(filepath.Join(folder, "chain.wasm"))
	if err := errors.Join(errMirror, errChain); err != nil {
		return err
	}
	var err error
	if c.mirror, err = instance(c.ctx, mirror.ours); err != nil {
		return err
	}
	if c.mirrors, err = mirror.theirs.Instantiate(nil); err != nil {
		return err
	}
	if c.chain, err = instance(c.ctx, chain.ours); err != nil {
		return err
	}
	if c.chainPre, err = new(component.Linker).Link(chain.ours); err != nil {
		return err
	}
	if err := c.loadRelay(filepath.Join(folder, "relay-c.wasm")); err != nil {
		return err
	}
	if c.hand, err = newHand(c.ctx, c.engine, mirror.code); err != nil {
		return err
	}
	c.chains, c.mirrorCode, c.chainCode = chain.theirs, mirror.code, chain.code
	c.chainTheirs, err = chain.theirs.Instantiate(nil)
	return err
}

// loadRelay makes instances whose imports are functions of the host. Only add is
// called.
func (c *components) loadRelay(file string) error {
	both, err := c.open(file)
	if err != nil {
		return err
	}
	var linker component.Linker
	var host oracle.Host
	add := func(args []types.Value) (types.Value, error) {
		return types.U32Value(uint32(args[0].Uint() + args[1].Uint())), nil
	}
	for _, from := range both.ours.Type().Imports {
		for _, item := range from.Instance.Exports {
			switch {
			case item.Kind == types.ExternFunc:
				linker.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return add(args) }, from.Name, item.Name)
				host.Define(from.Name, item.Name, item.Func, add)
			case item.Fresh:
				linker.DefineResource(&component.Resource{Name: item.Name}, from.Name, item.Name)
				host.DefineResource(from.Name, item.Name, func(uint32) {})
			}
		}
	}
	if c.relay, err = link(c.ctx, &linker, both.ours); err != nil {
		return err
	}
	component.DefineGo(&linker, func(_ context.Context, p struct{ A, B uint32 }) (uint32, error) { return p.A + p.B, nil }, theEcho, "add")
	if c.relayTyped, err = link(c.ctx, &linker, both.ours); err != nil {
		return err
	}
	c.relays, err = both.theirs.Instantiate(&host)
	return err
}

// A compiledTwice is a component in both runtimes.
type compiledTwice struct {
	code   []byte
	ours   *component.Component
	theirs *oracle.Component
}

func (c *components) open(file string) (both compiledTwice, err error) {
	if both.code, err = os.ReadFile(file); err != nil {
		return both, err
	}
	if both.ours, err = component.Compile(c.ctx, c.engine, both.code, component.Config{}); err != nil {
		return both, fmt.Errorf("%s: %w", file, err)
	}
	both.theirs, err = oracle.New().Compile(both.code)
	return both, err
}

func instance(ctx context.Context, c *component.Component) (*component.Instance, error) {
	return link(ctx, new(component.Linker), c)
}

func link(ctx context.Context, linker *component.Linker, c *component.Component) (*component.Instance, error) {
	pre, err := linker.Link(c)
	if err != nil {
		return nil, err
	}
	return pre.Instantiate(ctx)
}
