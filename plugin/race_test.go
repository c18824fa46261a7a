package plugin

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// The tests of this file stop between two steps that usually follow each other
// at once.

// TestPoolNobodyOvertakes has an instance come free while a call waits, seen by
// another call before the pool has handed it over.
func TestPoolNobodyOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 2})
		a, b := mustGet(t, p), mustGet(t, p)
		served := make(chan *instance, 2)
		for range 2 {
			go func() { served <- mustGet(t, p) }()
		}
		synctest.Wait()
		p.hot.put(a)
		p.mu.Lock()
		p.shelf = append(p.shelf, b)
		p.mu.Unlock()
		if i := p.take(); i != nil {
			t.Error("take overtook a call that waits")
		}
		if i := p.reach(); i != nil {
			t.Error("reach overtook a call that waits")
		}
		p.mu.Lock()
		dead := p.serve()
		p.mu.Unlock()
		p.bury(dead)
		p.put(<-served)
		p.put(<-served)
		mustClose(t, p, m)
	})
}

// TestPoolTakesNoStaleInstance has an instance of the old generation come free
// after the swap, seen before the pool has retired it.
func TestPoolTakesNoStaleInstance(t *testing.T) {
	before, after := &fakeModule{t: t}, &fakeModule{t: t}
	p := before.start(Pool{Size: 1})
	i := mustGet(t, p)
	replace(t, p, after)
	p.hot.put(i)
	for range 3 {
		got := mustGet(t, p)
		if got == i {
			t.Fatal("an instance of the old generation was given out")
		}
		p.put(got)
	}
	if n := before.alive.Load(); n != 0 {
		t.Error("the old instance is still there")
	}
	mustClose(t, p, before, after)
}

// TestPoolSwapWhileMaking swaps while an instance of the old generation is
// being made, which must not count as one of the new.
func TestPoolSwapWhileMaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after := &fakeModule{t: t, delay: time.Hour}, &fakeModule{t: t}
		p := before.start(Pool{Size: 2})
		old := mustGet(t, p)
		served := make(chan *instance)
		go func() { served <- mustGet(t, p) }()
		synctest.Wait()
		start := time.Now()
		replace(t, p, after)
		first := <-served
		second := mustGet(t, p)
		if waited := time.Since(start); waited > 0 {
			t.Errorf("waited %v for a module that was replaced", waited)
		}
		p.put(first)
		p.put(second)
		p.put(old)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := before.alive.Load(); n != 0 || p.opening != 0 {
			t.Errorf("%d instances of the old module, %d in the making", n, p.opening)
		}
		mustClose(t, p, before, after)
	})
}

// TestPoolHeldWhileMaking has the last instance that there may be in the making
// for somebody else.
func TestPoolHeldWhileMaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t, delay: time.Hour}
		p := m.start(Pool{Size: 2, Queue: 1})
		a := mustGet(t, p)
		served := make(chan *instance)
		for range 2 { // one gets what is being made, the other is the queue
			go func() {
				i, err := p.get(context.Background())
				if err != nil {
					t.Error(err)
				}
				served <- i
			}()
			synctest.Wait()
		}
		if _, err := p.get(hold(t, t.Context(), a.guest)); err != ErrHeld {
			t.Errorf("got %v", err)
		}
		if _, err := p.get(t.Context()); err == nil {
			t.Error("two calls wait although one may")
		}
		p.put(<-served)
		p.put(<-served)
		p.put(a)
		mustClose(t, p, m)
	})
}

// replace swaps in a first instance of m.
func replace(t *testing.T, p *pool, m *fakeModule) {
	t.Helper()
	first, err := m.generation().openFirst(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	old, err := p.swap(m.generation(), first)
	if err != nil || old.release() != nil {
		t.Fatal(err)
	}
}
