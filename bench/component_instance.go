package main

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// chained are calls from one component to another.
func (c *components) chained() ([]figure, error) {
	var figures []figure
	for _, f := range []struct {
		export, name string
		each         int
		limit        bound
	}{
		{"sum", "component to component, add(u32, u32)", 1, bound{65, 10}},
		{"lengths", "component to component, string of 1 KiB", 1024, bound{must: 120}},
	} {
		p, err := c.pair(c.chain, c.chainTheirs, f.export)
		if err != nil {
			return nil, err
		}
		check := func(n int, got types.Value, err error) error {
			if err == nil && got.Uint() != uint64(uint32(n*f.each)) {
				err = fmt.Errorf("%s: got %v after %d calls", f.export, got, n)
			}
			return err
		}
		figures = append(figures, figure{f.name, []subject{
			{name: theWasmtime, run: func(n int) error {
				got, err := p.theirs.Call(types.U32Value(uint32(n)))
				return check(n, got, err)
			}},
			{name: "patchbay", limit: f.limit, against: []against{{to: theWasmtime}}, run: func(n int) error {
				got, err := p.ours.Call(c.ctx, types.U32Value(uint32(n)))
				return check(n, got, err)
			}},
		}})
	}
	return figures, nil
}

func (c *components) instances() (figure, error) {
	cores, err := chainCores(c.chainCode)
	if err != nil {
		return figure{}, err
	}
	byHand, err := coresByHand(c.ctx, c.engine, cores)
	if err != nil {
		return figure{}, err
	}
	onWazero, err := coresOnWazero(c.ctx, cores)
	return figure{"component, instantiate three core modules", []subject{
		{name: theWazero, run: onWazero},
		{name: theCores, run: byHand},
		{name: theWasmtime, run: func(n int) error {
			for range n {
				i, err := c.chains.Instantiate(nil)
				if err != nil {
					return err
				}
				i.Close()
			}
			return nil
		}},
		{name: "patchbay, Pre.Instantiate", limit: bound{must: 10_000}, against: []against{{to: theWasmtime}, {to: theCores}, {to: theWazero}}, run: func(n int) error {
			for range n {
				i, err := c.chainPre.Instantiate(c.ctx)
				if err != nil {
					return err
				}
				if err := i.Close(c.ctx); err != nil {
					return err
				}
			}
			return nil
		}},
	}}, err
}

// validation decodes and validates without the engine; its limit is 100 MB/s.
func (c *components) validation() figure {
	return figure{"component, decode and validate " + fmt.Sprint(len(c.mirrorCode)) + " bytes", []subject{
		{name: "patchbay, Describe", limit: bound{must: float64(len(c.mirrorCode)) * 10}, run: func(n int) error {
			for range n {
				if _, err := component.Describe(c.mirrorCode, engine.Limits{}); err != nil {
					return err
				}
			}
			return nil
		}},
	}}
}
