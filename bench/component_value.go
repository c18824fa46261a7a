package main

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
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

func (c *components) scalars(name string, p pair, limit bound) figure {
	subjects := append(p.dynamic(c.ctx, bound{}, noString, types.U32Value(42), types.U32Value(40), types.U32Value(2)),
		typed(c.ctx, p, limit, noString, equal(uint32(42)), struct{ A, B uint32 }{40, 2})...)
	add := c.hand.export("add")
	return figure{name, append(subjects, byHand(42, func() (uint32, error) { return c.hand.add(add, 40, 2) }))}
}

func (c *components) strings(p pair, size int, must float64) figure {
	text := strings.Repeat("0123456789abcdef", size/16)
	v := types.StringValue(text)
	echo := c.hand.export("echo-string")
	floor := byHand(text, func() (string, error) { return c.hand.echo(echo, text) })
	return figure{fmt.Sprintf("component, string of %d bytes there and back", size), append(append(p.dynamic(c.ctx, bound{}, newString, v, v), floor, made(text)),
		typed(c.ctx, p, bound{must: must}, newString, equal(text), one[string]{text})...)}
}

// made is a new string alone, which each call has to make.
func made(text string) subject {
	content := []byte(text)
	return subject{name: "the new string alone", run: func(n int) error {
		var got string
		for range n {
			got = string(content)
		}
		if got != text {
			return fmt.Errorf("made %.80q", got)
		}
		return nil
	}}
}

func aReading(i int) reading { return reading{fmt.Sprint("reading ", i), uint32(i), 0.5, true} }

func (r reading) value(t *types.Type) types.Value {
	return types.RecordValue(t, types.StringValue(r.Name), types.U32Value(r.Count), types.F64Value(r.Mean), types.BoolValue(r.Valid))
}

func (c *components) records(p pair) figure {
	r := aReading(1)
	v := r.value(p.ours.Type().Result)
	echo := c.hand.export("echo-reading")
	floor := byHand(r, func() (reading, error) { return c.hand.reading(echo, r) })
	return figure{"component, record{string, u32, f64, bool}", append(append(p.dynamic(c.ctx, bound{must: 160}, newString, v, v), floor),
		typed(c.ctx, p, bound{must: 90}, newString, equal(r), one[reading]{r})...)}
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
		typed(c.ctx, p, bound{}, newString, same, one[[]reading]{list})...)}
}

func (c *components) variants(p pair) figure {
	v := types.CaseValue(p.ours.Type().Result, "square", types.U64Value(7))
	side := uint64(7)
	return figure{"component, variant", append(p.dynamic(c.ctx, bound{}, noString, v, v),
		typed(c.ctx, p, bound{}, noString, func(got shape) bool { return got.Square != nil && *got.Square == 7 }, one[shape]{shape{Square: &side}})...)}
}

func (c *components) results(p pair) figure {
	v := types.OkValue(p.ours.Type().Result, types.U32Value(7))
	ok := types.Ok[uint32, string](7)
	return figure{"component, result", append(p.dynamic(c.ctx, bound{}, noString, v, v),
		typed(c.ctx, p, bound{}, noString, equal(ok), one[types.Outcome[uint32, string]]{ok})...)}
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
		typed(c.ctx, value, bound{}, noString, equal(int32(42)), one[*types.Handle]{ours.Handle()})...)}, nil
}
