package wazero

import (
	"cmp"
	"math"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// A gauge knows what the code of one instance spends: rewritten modules count
// down a global of theirs, which is read when its slice is spent and when
// somebody asks. So what was spent is known to the unit at any time, and a call
// pays nothing for that.
type gauge struct {
	counter api.MutableGlobal // nil while the instance is not yet known
	mark    int64             // the counter when it was last read or set
	spent   uint64            // up to then
	purse   *purse            // nil: no call has a limit
	length  int64             // of the next slice; 0: earlySlice
}

// A purse is what a call may still spend. What is paid from it is paid from the
// outer ones too: those of the calls of the same instance that it is nested in,
// and the span that the outermost is part of.
type purse struct {
	left  int64 // see rest
	outer *purse
	span  *engine.Span // of the outermost; or nil
}

// firstSlice is what the counter of a new instance stands at.
func firstSlice(limits engine.Limits) int64 {
	if limits.Fuel == 0 {
		return earlySlice
	}
	p := newPurse(limits.Fuel, nil, nil)
	return p.slice(earlySlice)
}

func newPurse(units uint64, outer *purse, span *engine.Span) purse {
	left := int64(min(units, math.MaxInt64/2))
	if outer != nil {
		left, span = min(left, outer.left), nil
	}
	return purse{left: left, outer: outer, span: span}
}

// rest returns what is left: less than 0 if the call is to be stopped.
func (p *purse) rest() int64 {
	rest := p.left
	for ; p != nil; p = p.outer {
		if p.span != nil {
			rest = min(rest, p.span.Fuel())
		}
	}
	return rest
}

// slice returns what may be spent before the guest leaves to Go, at most so
// much. It has to be spent to the last unit for that, so it is one more than what
// is left.
func (p *purse) slice(most int64) int64 {
	return min(most, max(p.rest()+1, 0))
}

func (p *purse) pay(units int64) {
	for ; p != nil; p = p.outer {
		p.left -= units
		if p.span != nil {
			p.span.Spend(units)
		}
	}
}

// settle counts what was spent since the last look.
func (g *gauge) settle() {
	if g.counter == nil {
		return
	}
	now := int64(g.counter.Get())
	units := g.mark - now
	g.mark = now
	g.spent += uint64(units)
	g.purse.pay(units)
}

// begin has p, or nobody if p is nil, pay from now on. The gauge is settled.
func (g *gauge) begin(p *purse) {
	g.purse = p
	if p == nil || g.counter == nil {
		return
	}
	if most := p.slice(g.size()); g.mark > most {
		g.mark = most
		g.counter.Set(uint64(most))
	}
}

// check settles, and returns a trap when more was spent than there was.
func (g *gauge) check() *engine.Trap {
	g.settle()
	if g.purse != nil && g.purse.rest() < 0 {
		return &engine.Trap{Kind: engine.OutOfFuel}
	}
	return nil
}

// refill returns the next slice, of at most so many units, which is what the
// guest sets its counter to.
func (g *gauge) refill(most int64) uint64 {
	g.mark = min(g.size(), most)
	if g.purse != nil {
		g.mark = g.purse.slice(g.mark)
	}
	return uint64(g.mark)
}

// size returns how long the next slice may be.
func (g *gauge) size() int64 { return cmp.Or(g.length, earlySlice) }

// pace makes the next slice shorter when the last one took too long, and longer
// when it was far from that. What is spent does not depend on it.
func (g *gauge) pace(lap time.Duration) {
	switch length := g.size(); {
	case lap > slowSlice:
		g.length = max(int64(float64(length)*float64(slowSlice)/float64(lap)), shortSlice)
	case lap < slowSlice/4:
		g.length = min(2*length, slice)
	}
}

// gauge returns the gauge of the instance whose slice is spent.
func (a *activation) gauge(module api.Module) *gauge {
	if same(module, a.module) {
		return &a.instance.gauge
	}
	if other := a.instance.of.engine.instanceOf(module); other != nil {
		return &other.gauge
	}
	if a.instance.module == nil { // its start function runs, so it is not known yet
		a.found(module)
		return &a.instance.gauge
	}
	// It is reached through a table, and its start function failed: whoever
	// called pays for the slice that it must have had.
	a.instance.gauge.purse.pay(slice)
	return &gauge{purse: a.instance.gauge.purse}
}

// An account is what a call may spend, if that is limited, and what for.
type account struct {
	purse    purse
	payments []payment // while the call runs
}

// A payment is a gauge that a call pays for, and who paid before.
type payment struct {
	gauge  *gauge
	before *purse
}

// callMetered makes a call that may spend so much and no more.
func (a *activation) callMetered(stack []uint64) error {
	a.open()
	err := a.function.CallWithStack(a, stack)
	a.settle()
	if err == nil && a.account.purse.rest() < 0 {
		return &engine.Trap{Kind: engine.OutOfFuel}
	}
	return err
}

// open has the call pay for the instances whose code it may run, if it has a
// limit or is part of a span that has one.
func (a *activation) open() {
	fuel := a.instance.of.limits.Fuel
	switch {
	case fuel > 0:
	case a.task.Metered():
		fuel = math.MaxInt64
	default:
		return
	}
	if i := a.instance; len(i.links) == 0 {
		a.cover(i)
	} else {
		i.reach(a.cover)
	}
	a.account.purse = newPurse(fuel, a.instance.gauge.purse, a.task.Span())
	for _, p := range a.account.payments {
		p.gauge.begin(&a.account.purse)
	}
}

// cover settles the gauge of i, which the call will pay for.
func (a *activation) cover(i *Instance) {
	i.gauge.settle()
	a.account.payments = append(a.account.payments, payment{&i.gauge, i.gauge.purse})
}

// settle ends what open began.
func (a *activation) settle() {
	for _, p := range a.account.payments {
		p.gauge.settle()
		p.gauge.begin(p.before)
	}
	a.account.payments = a.account.payments[:0]
}

// Spent implements [engine.Metered].
func (i *Instance) Spent() uint64 {
	if !i.closed {
		i.gauge.settle()
	}
	return i.gauge.spent
}

// reaches says that code of i may run code of from: it imports a function of it,
// or they share a table or global in which both find functions. Engine.grouping is
// held.
func (i *Instance) reaches(from *Instance, kind engine.ExternKind) {
	switch kind {
	case engine.KindFunc:
		i.link(from)
	case engine.KindTable, engine.KindGlobal:
		i.link(from)
		from.link(i)
	}
}

// link adds to links, but for what was added just now: most instances import
// several things from one.
func (i *Instance) link(to *Instance) {
	n := len(i.links)
	if n == 0 {
		i.links = i.fewLinks[:0]
	} else if i.links[n-1] == to {
		return
	}
	i.links = append(i.links, to)
}

// reach visits i and the instances whose code may run when its own does.
func (i *Instance) reach(visit func(*Instance)) {
	lock := &i.of.engine.grouping
	lock.Lock()
	defer lock.Unlock()
	seen := map[*Instance]bool{i: true}
	for all := []*Instance{i}; len(all) > 0; all = all[1:] {
		visit(all[0])
		for _, next := range all[0].links {
			if !seen[next] {
				seen[next] = true
				all = append(all, next)
			}
		}
	}
}
