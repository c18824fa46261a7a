package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
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

// A reading is the record reading of the guests' WIT.
type reading struct {
	Name  string
	Count uint32
	Mean  float64
	Valid bool
}

// A shape is the variant shape: one case is set.
type shape struct {
	Nothing bool
	Circle  *float32
	Square  *uint64
	Named   *string
	Box     *[2]point
	Path    *[]point
}

type point struct{ X, Y int32 }

// components are the figures of package component, with the components of the
// examples.
func (p *patchbayHost) components(ctx context.Context, examples string) ([]figure, error) {
	c := &components{ctx: ctx, engine: p.engine}
	if err := c.load(filepath.Join(examples, "components")); err != nil {
		return nil, fmt.Errorf("components: %w", err)
	}
	return c.figures()
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
			if got.String() != want.String() {
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

// typed is the subject that calls with Go values.
func typed[T any](ctx context.Context, p pair, limit, ratio bound, same func(T) bool, args ...any) subject {
	var result T
	return subject{name: "patchbay, Func.CallGo", limit: limit, against: []against{{theWasmtime, ratio}}, run: func(n int) error {
		for range n {
			if err := p.ours.CallGo(ctx, &result, args...); err != nil {
				return err
			}
		}
		if !same(result) {
			return fmt.Errorf("%s: got %.80v", p.name, result)
		}
		return nil
	}}
}

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
	figures = []figure{c.scalars("component, add(u32, u32)", echoes["add"], bound{30, 20}),
		c.scalars("component, add(u32, u32) that asks the host", relayed, bound{})}
	figures = append(figures, c.strings(echoes["echo-string"], 16, 90), c.strings(echoes["echo-string"], 1024, 300),
		c.records(echoes["echo-reading"]), c.bytes(echoes["echo-bytes"], 1<<10), c.bytes(echoes["echo-bytes"], 1<<20),
		c.lists(echoes["echo-readings"]), c.variants(echoes["echo-shape"]), c.results(echoes["echo-result"]))
	methods, err := c.methods()
	if err != nil {
		return nil, err
	}
	chains, err := c.chained()
	return append(append(figures, methods, c.instances(), c.validation()), chains...), err
}

func (c *components) scalars(name string, p pair, limit bound) figure {
	subjects := append(p.dynamic(c.ctx, bound{}, noString, types.U32Value(42), types.U32Value(40), types.U32Value(2)),
		typed(c.ctx, p, limit, noString, equal(uint32(42)), uint32(40), uint32(2)))
	var stack [2]uint64
	return figure{name, append(subjects, subject{name: "bare engine call", run: func(n int) error {
		for range n {
			stack = [2]uint64{40, 2}
			if err := c.add.Call(c.ctx, stack[:]); err != nil {
				return err
			}
		}
		if stack[0] != 42 {
			return fmt.Errorf("add: got %d", stack[0])
		}
		return nil
	}})}
}

func (c *components) strings(p pair, size int, must float64) figure {
	text := strings.Repeat("0123456789abcdef", size/16)
	v := types.StringValue(text)
	return figure{fmt.Sprintf("component, string of %d bytes there and back", size), append(p.dynamic(c.ctx, bound{}, newString, v, v),
		typed(c.ctx, p, bound{must: must}, newString, equal(text), text))}
}

func aReading(i int) reading { return reading{fmt.Sprint("reading ", i), uint32(i), 0.5, true} }

func (r reading) value(t *types.Type) types.Value {
	return types.RecordValue(t, types.StringValue(r.Name), types.U32Value(r.Count), types.F64Value(r.Mean), types.BoolValue(r.Valid))
}

func (c *components) records(p pair) figure {
	r := aReading(1)
	v := r.value(p.ours.Type().Result)
	return figure{"component, record{string, u32, f64, bool}", append(p.dynamic(c.ctx, bound{must: 160}, newString, v, v),
		typed(c.ctx, p, bound{must: 90}, newString, equal(r), r))}
}

func (c *components) bytes(p pair, size int) figure {
	data := bytes.Repeat([]byte("payload "), size/8)
	v := types.BytesValue(data)
	between := make([]byte, size)
	copies := subject{name: theCopiesOf, run: func(n int) error {
		for range n {
			copy(between, data)
			_ = bytes.Clone(between)
		}
		return nil
	}}
	call := typed(c.ctx, p, bound{}, noString, func(got []byte) bool { return bytes.Equal(got, data) }, data)
	if size >= 1<<20 {
		call.against = append(call.against, against{theCopiesOf, bound{must: 1.2}})
	}
	return figure{fmt.Sprintf("component, list<u8> of %d bytes", size), append([]subject{copies}, append(p.dynamic(c.ctx, bound{}, noString, v, v), call)...)}
}

func (c *components) lists(p pair) figure {
	list, values := make([]reading, 1000), make([]types.Value, 1000)
	t := p.ours.Type().Result
	for i := range list {
		list[i] = aReading(i)
		values[i] = list[i].value(t.Elem())
	}
	v := types.ListValue(t, values...)
	same := func(got []reading) bool { return len(got) == len(list) && got[999] == list[999] }
	return figure{"component, list<record> of 1,000", append(p.dynamic(c.ctx, bound{}, newString, v, v),
		typed(c.ctx, p, bound{}, newString, same, list))}
}

func (c *components) variants(p pair) figure {
	v := types.CaseValue(p.ours.Type().Result, "square", types.U64Value(7))
	side := uint64(7)
	return figure{"component, variant", append(p.dynamic(c.ctx, bound{}, noString, v, v),
		typed(c.ctx, p, bound{}, noString, func(got shape) bool { return got.Square != nil && *got.Square == 7 }, shape{Square: &side}))}
}

func (c *components) results(p pair) figure {
	v := types.OkValue(p.ours.Type().Result, types.U32Value(7))
	ok := types.Ok[uint32, string](7)
	return figure{"component, result", append(p.dynamic(c.ctx, bound{}, noString, v, v),
		typed(c.ctx, p, bound{}, noString, equal(ok), ok))}
}

// methods calls a method of a resource of the guest.
func (c *components) methods() (figure, error) {
	make, err := c.pair(c.mirror, c.mirrors, theCounters, "[constructor]counter")
	if err != nil {
		return figure{}, err
	}
	value, err := c.pair(c.mirror, c.mirrors, theCounters, "[method]counter.value")
	if err != nil {
		return figure{}, err
	}
	ours, err := make.ours.Call(c.ctx, types.S32Value(42))
	if err != nil {
		return figure{}, err
	}
	theirs, err := make.theirs.Call(types.S32Value(42))
	if err != nil {
		return figure{}, err
	}
	t := value.ours.Type().Params[0].Type
	subjects := value.dynamic(c.ctx, bound{}, noString, types.S32Value(42), types.HandleValue(t, ours.Handle()))
	subjects[0] = value.dynamic(c.ctx, bound{}, noString, types.S32Value(42), types.HandleValue(t, theirs.Handle()))[0]
	return figure{"component, method of a resource", append(subjects,
		typed(c.ctx, value, bound{}, noString, equal(int32(42)), ours.Handle()))}, nil
}

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

func (c *components) instances() figure {
	return figure{"component, instantiate three core modules", []subject{
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
		{name: "patchbay, Pre.Instantiate", limit: bound{must: 10_000}, against: []against{{to: theWasmtime}}, run: func(n int) error {
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
	}}
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
