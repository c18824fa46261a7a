package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
)

// What components are held against, and the interface that their guests export.
const (
	theWasmtime = "wasmtime's component runtime, through cgo"
	theCopiesOf = "two copies"
	theEcho     = "patchbay:kinds/echo@1.0.0"
	theCounters = "patchbay:kinds/counters@1.0.0"
)

// Bounds of ratios to wasmtime: where a new Go string is made, and elsewhere.
var (
	newString = bound{must: 1 / 2.2}
	noString  = bound{must: 1 / 4.0}
)

// components are the figures of package component, with the components of the
// examples.
func (p *patchbayHost) components(ctx context.Context, examples string) ([]figure, error) {
	c := &components{ctx: ctx, engine: p.engine}
	if err := c.load(filepath.Join(examples, "components")); err != nil {
		return nil, fmt.Errorf("components: %w", err)
	}
	figures, err := c.figures()
	if err != nil {
		return nil, err
	}
	pooled, err := p.pooled(ctx, examples)
	if err != nil {
		return nil, err
	}
	texts, err := p.textCalls(ctx, examples)
	return append(figures, pooled, texts), err
}

// A pair is a function in both runtimes.
type pair struct {
	name   string
	ours   *component.Func
	theirs *oracle.Func
}

func (c *components) pair(ours *component.Instance, theirs *oracle.Instance, path ...string) (pair, error) {
	f := ours.Func(path...)
	if f == nil {
		return pair{}, fmt.Errorf("no export %q", path)
	}
	g, err := theirs.Func(f.Type(), path...)
	return pair{strings.Join(path, " "), f, g}, err
}

// dynamic are the subjects that call with values; args must be answered with
// want.
func (p pair) dynamic(ctx context.Context, limit, ratio bound, want types.Value, args ...types.Value) []subject {
	checked := func(call func() (types.Value, error)) func(int) error {
		return func(n int) error {
			var got types.Value
			var err error
			for range n {
				if got, err = call(); err != nil {
					return err
				}
			}
			if !got.Equal(want) {
				return fmt.Errorf("%s: got %.80v, want %.80v", p.name, got, want)
			}
			return nil
		}
	}
	return []subject{
		{name: theWasmtime, run: checked(func() (types.Value, error) { return p.theirs.Call(args...) })},
		{name: "patchbay, Func.Call with values", limit: limit, against: []against{{theWasmtime, ratio}},
			run: checked(func() (types.Value, error) { return p.ours.Call(ctx, args...) })},
	}
}

// typed are the subjects that call with Go values, which params has as its fields:
// by CallGo, and bound for good, as generated code does; the limit is for that.
func typed[P, R any](ctx context.Context, p pair, limit, ratio bound, same func(R) bool, params P) []subject {
	var args []any
	for _, field := range reflect.ValueOf(params).Fields() {
		args = append(args, field.Interface())
	}
	call, err := component.Bind[P, R](p.ours)
	answer := func(result R) error {
		if !same(result) {
			return fmt.Errorf("%s: got %.80v", p.name, result)
		}
		return nil
	}
	var result R
	return []subject{
		{name: "patchbay, Func.CallGo", against: []against{{theWasmtime, ratio}}, run: func(n int) error {
			for range n {
				if err := p.ours.CallGo(ctx, &result, args...); err != nil {
					return err
				}
			}
			return answer(result)
		}},
		{name: "patchbay, Bound.Call", limit: limit, against: []against{{theWasmtime, ratio}}, run: func(n int) error {
			var result R
			for range n {
				if err == nil {
					result, err = call.Call(ctx, params)
				}
			}
			return errors.Join(err, answer(result))
		}},
	}
}

// A one is one parameter.
type one[T any] struct{ A T }

// equal returns whether something is v.
func equal[T comparable](v T) func(T) bool { return func(w T) bool { return v == w } }

func (c *components) figures() (figures []figure, err error) {
	echoes := map[string]pair{}
	for _, name := range []string{"add", "echo-string", "echo-reading", "echo-bytes", "echo-readings", "echo-shape", "echo-result"} {
		if echoes[name], err = c.pair(c.mirror, c.mirrors, theEcho, name); err != nil {
			return nil, err
		}
	}
	relayed, err := c.pair(c.relay, c.relays, theEcho, "add")
	if err != nil {
		return nil, err
	}
	asked := c.scalars("component, add(u32, u32) that asks the host", relayed, bound{})
	relayed.ours = c.relayTyped.Func(theEcho, "add")
	served := typed(c.ctx, relayed, bound{}, noString, equal(uint32(42)), struct{ A, B uint32 }{40, 2})[1]
	served.name += ", of a function of DefineGo"
	asked.subjects = append(asked.subjects, served)
	figures = []figure{c.scalars("component, add(u32, u32)", echoes["add"], bound{30, 20}), asked}
	figures = append(figures, c.strings(echoes["echo-string"], 16, 90), c.strings(echoes["echo-string"], 1024, 300),
		c.records(echoes["echo-reading"]), c.bytes(echoes["echo-bytes"], 1<<10), c.megabytes(echoes["echo-bytes"], bound{must: 1.2}),
		c.lists(echoes["echo-readings"]), c.variants(echoes["echo-shape"]), c.results(echoes["echo-result"]))
	generated, err := c.generated(echoes["add"], echoes["echo-reading"])
	if err != nil {
		return nil, err
	}
	figures = append(figures, generated...)
	methods, err := c.methods()
	if err != nil {
		return nil, err
	}
	instances, err := c.instances()
	if err != nil {
		return nil, err
	}
	chains, err := c.chained()
	return append(append(figures, methods, instances, c.validation()), chains...), err
}
