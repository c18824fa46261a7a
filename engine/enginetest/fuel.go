package enginetest

import (
	"context"
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
)

var fuelTests = []test{
	{"Spent", testSpent},
	{"ToTheUnit", testFuelToTheUnit},
	{"Spinning", testFuelSpinning},
	{"NestedCalls", testFuelNestedCalls},
	{"IgnoredInside", testFuelIgnoredInside},
	{"OfSpans", testFuelOfSpans},
	{"OfOuterSpans", testFuelOfOuterSpans},
	{"Start", testFuelStart},
	{"LinkedInstances", testFuelLinked},
	{"AfterTrap", testFuelAfterTrap},
	{"Invisible", testFuelInvisible},
}

// rounds are numbers of passes through a loop: some that cost less than what
// an engine may hand out at a time, and some that cost more.
var rounds = []uint64{1, 100, 9_999, 10_000, 123_456}

// fuelGuest makes the guest whose host function does as back says. The test is
// not run if the engine does not count fuel.
func (b *bench) fuelGuest(limits engine.Limits, back hostFunc) engine.Metered {
	b.Helper()
	b.needsFuel()
	m := b.compile("fuel", limits)
	return b.make(m, b.hostFor(m, map[string]hostFunc{"back": back}), nil).(engine.Metered)
}

func (b *bench) needsFuel() {
	b.Helper()
	if !b.metered() {
		b.Skip("not run: the engine does not count fuel")
	}
}

// spends returns what a call spends. It has to succeed.
func (b *bench) spends(i engine.Metered, name string, params ...uint64) uint64 {
	b.Helper()
	before := i.Spent()
	b.one(i, name, params...)
	return i.Spent() - before
}

// testSpent: what a call spends depends on what it does and on nothing else.
func testSpent(b *bench) {
	i, other := b.fuelGuest(engine.Limits{}, nil), b.fuelGuest(engine.Limits{Fuel: 1 << 40}, nil)
	last := uint64(0)
	for _, n := range rounds {
		first := b.spends(i, "spin", n)
		if first < n || first <= last {
			b.Errorf("%d rounds spend %d units", n, first)
		}
		for range 3 {
			if again := b.spends(i, "spin", n); again != first {
				b.Errorf("%d rounds spend %d units, then %d", n, first, again)
			}
			if there := b.spends(other, "spin", n); there != first {
				b.Errorf("%d rounds spend %d units, with a limit %d", n, first, there)
			}
		}
		last = first
	}
}

// testFuelToTheUnit: a call may spend its fuel to the last unit and no more, and
// the next call has its own.
func testFuelToTheUnit(b *bench) {
	unlimited := b.fuelGuest(engine.Limits{}, nil)
	for _, n := range rounds {
		need := b.spends(unlimited, "spin", n)
		enough := b.fuelGuest(engine.Limits{Fuel: need}, nil)
		for range 3 {
			b.one(enough, "spin", n)
		}
		if need == 1 {
			continue
		}
		short := b.fuelGuest(engine.Limits{Fuel: need - 1}, nil)
		for range 3 {
			_, err := call(short.Func("spin"), n)
			b.trap(err, engine.OutOfFuel)
			if spent := short.Spent(); spent < need-1 {
				b.Errorf("stopped after %d of %d units", spent, need)
			}
		}
	}
}

func testFuelSpinning(b *bench) {
	b.needsFuel()
	const fuel = 50_000
	m := b.compile("stop", engine.Limits{Fuel: fuel})
	for _, name := range spinning {
		b.Run(name, func(t *testing.T) {
			b := &bench{T: t, engine: b.engine}
			var spent [2]uint64
			for k := range spent {
				i := b.make(m, b.hostFor(m, nil), nil).(engine.Metered)
				var err error
				b.in(name, func() { _, err = call(i.Func(name)) })
				trap := b.trap(err, engine.OutOfFuel)
				if len(trap.Frames) == 0 {
					b.Error("no frames")
				}
				spent[k] = i.Spent()
				b.want(42, i, "answer")
				b.close(i)
			}
			if spent[0] < fuel || spent[0] != spent[1] {
				b.Errorf("spent %d, with %d to spend", spent, fuel)
			}
		})
	}
}

// testFuelNestedCalls: the outer call pays for what calls from within it spend.
func testFuelNestedCalls(b *bench) {
	for _, n := range rounds {
		var inner error
		back := func(ctx context.Context, caller engine.Instance, _ []uint64) error {
			_, inner = callContext(ctx, caller.Func("spin"), 2*n)
			return inner
		}
		need := b.spends(b.fuelGuest(engine.Limits{}, back), "spin_back_spin", n)
		if need < 4*n {
			b.Errorf("%d rounds spend %d units", 4*n, need)
		}
		b.one(b.fuelGuest(engine.Limits{Fuel: need}, back), "spin_back_spin", n)
		_, err := call(b.fuelGuest(engine.Limits{Fuel: need - 1}, back).Func("spin_back_spin"), n)
		b.trap(err, engine.OutOfFuel)
		if inner != nil {
			b.Errorf("the inner call: %v", inner)
		}
		_, err = call(b.fuelGuest(engine.Limits{Fuel: n + 2}, back).Func("spin_back_spin"), n)
		b.trap(err, engine.OutOfFuel)
	}
}

// testFuelIgnoredInside: a host function that goes on after the fuel was spent
// does not give the guest new fuel.
func testFuelIgnoredInside(b *bench) {
	const n = 20_000
	need := b.spends(b.fuelGuest(engine.Limits{}, nil), "spin_back_spin", n)
	var inner error
	i := b.fuelGuest(engine.Limits{Fuel: 2 * need}, func(ctx context.Context, caller engine.Instance, _ []uint64) error {
		_, inner = callContext(ctx, caller.Func("spin"), 5*n)
		return nil
	})
	_, err := call(i.Func("spin_back_spin"), n)
	b.trap(inner, engine.OutOfFuel)
	b.trap(err, engine.OutOfFuel)
	if spent := i.Spent(); spent < 2*need || spent > 2*need+n {
		b.Errorf("spent %d, with %d to spend", spent, 2*need)
	}
}

func (b *bench) begin(span *engine.Span, limits engine.Limits) {
	b.Helper()
	if err := span.Begin(context.Background(), &limits); err != nil {
		b.Fatal(err)
	}
}

// testFuelOfSpans: calls of one span spend from one purse, one after another and
// within one another, whatever instance they go to.
func testFuelOfSpans(b *bench) {
	const n = 20_000
	need := b.spends(b.fuelGuest(engine.Limits{}, nil), "spin", n)
	limits := engine.Limits{Fuel: 3 * need}
	first, second := b.fuelGuest(limits, nil), b.fuelGuest(limits, nil)
	var span engine.Span
	for range 2 { // each time with a purse of its own
		b.begin(&span, limits)
		for _, i := range []engine.Instance{first, second, first} {
			if _, err := callContext(&span, i.Func("spin"), n); err != nil {
				b.Fatal(err)
			}
		}
		_, err := callContext(&span, second.Func("spin"), n)
		b.trap(err, engine.OutOfFuel)
		b.trap(span.End(), engine.OutOfFuel)
	}
	var inner error
	outer := b.fuelGuest(limits, func(context.Context, engine.Instance, []uint64) error {
		_, inner = callContext(&span, second.Func("spin"), 2*n)
		return nil
	})
	b.begin(&span, limits)
	_, err := callContext(&span, outer.Func("spin_back_spin"), n)
	if inner != nil {
		b.Errorf("the inner call: %v", inner)
	}
	b.trap(err, engine.OutOfFuel)
}

// testFuelOfOuterSpans: who has no limit spends what the span has that it is
// called in, or the one around that.
func testFuelOfOuterSpans(b *bench) {
	for _, n := range rounds {
		free := b.fuelGuest(engine.Limits{}, nil)
		need := b.spends(free, "spin", n)
		for _, spare := range []uint64{0, 1} {
			limits := engine.Limits{Fuel: need - 1 + spare}
			if limits.Fuel == 0 { // which would be no limit
				continue
			}
			var outer, inner engine.Span
			b.begin(&outer, limits)
			if err := inner.Begin(&outer, &engine.Limits{}); err != nil {
				b.Fatal(err)
			}
			i := b.fuelGuest(engine.Limits{}, nil)
			_, err := callContext(&inner, i.Func("spin"), n)
			ended := errors.Join(inner.End(), outer.End())
			if spare == 0 {
				b.trap(err, engine.OutOfFuel)
				b.trap(ended, engine.OutOfFuel)
			} else if err != nil || ended != nil {
				b.Errorf("%d rounds with the fuel for them: %v, %v", n, err, ended)
			}
		}
		b.one(free, "spin", 3*n) // without a span it goes on
	}
}

func testFuelStart(b *bench) {
	b.needsFuel()
	start := func(fuel uint64) (engine.Instance, error) {
		m := b.compile("fuelstart", engine.Limits{Fuel: fuel})
		return m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
	}
	i, err := start(0)
	if err != nil {
		b.Fatal(err)
	}
	need := i.(engine.Metered).Spent()
	if need < 30_000 {
		b.Errorf("the start function spent %d units", need)
	}
	for _, fuel := range []uint64{1, 5_000, 25_000, need - 1} {
		_, err := start(fuel)
		b.trap(err, engine.OutOfFuel)
	}
	if i, err = start(need); err != nil {
		b.Fatalf("with the fuel that it needs: %v", err)
	}
	b.want(42, i, "answer")
}

// testFuelLinked: a call pays for the code of instances that its own calls
// without the host in between.
func testFuelLinked(b *bench) {
	worker := b.fuelGuest(engine.Limits{}, nil)
	caller := func(fuel uint64) engine.Metered {
		return b.make(b.compile("fuelcaller", engine.Limits{Fuel: fuel}), provided{"fuel": worker}, nil).(engine.Metered)
	}
	spent := func(i engine.Metered) uint64 { return worker.Spent() + i.Spent() }
	for _, name := range []string{"direct", "often"} {
		for _, n := range rounds {
			i := caller(0)
			before := spent(i)
			b.one(i, name, n)
			need := spent(i) - before
			for range 3 {
				b.one(caller(need), name, n)
			}
			if need == 1 {
				continue
			}
			for range 3 {
				_, err := call(caller(need-1).Func(name), n)
				b.trap(err, engine.OutOfFuel)
			}
			b.one(worker, "spin", 3*n) // has no limit of its own
		}
	}
}

// testFuelAfterTrap: what a call that trapped has spent counts, and leaves
// nothing for the next.
func testFuelAfterTrap(b *bench) {
	for _, n := range rounds {
		unlimited := b.fuelGuest(engine.Limits{}, nil)
		_, err := call(unlimited.Func("trap_after"), n)
		b.trap(err, engine.Unreachable)
		need := unlimited.Spent()
		if need < n {
			b.Errorf("%d rounds spend %d units", n, need)
		}
		i := b.fuelGuest(engine.Limits{Fuel: need}, nil)
		for range 3 {
			_, err = call(i.Func("trap_after"), n)
			b.trap(err, engine.Unreachable)
		}
	}
}

// testFuelInvisible: nothing of the counting is seen from outside.
func testFuelInvisible(b *bench) {
	b.needsFuel()
	m := b.compile("fuel", engine.Limits{Fuel: 100})
	if n := len(m.Exports()); n != 4 {
		b.Errorf("%d exports: %v", n, m.Exports())
	}
	if n := len(m.Imports()); n != 1 {
		b.Errorf("%d imports: %v", n, m.Imports())
	}
}
