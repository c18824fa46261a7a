package plugin

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPoolGrowsOnlyWhenNeeded(t *testing.T) {
	m := &fakeModule{t: t}
	p := m.start(Pool{Size: 3})
	for range 10 {
		p.put(mustGet(t, p))
	}
	if n := m.opened.Load(); n != 1 {
		t.Errorf("%d instances for one caller", n)
	}
	a, b, c := mustGet(t, p), mustGet(t, p), mustGet(t, p)
	if n := m.opened.Load(); n != 3 {
		t.Errorf("%d instances for three at once", n)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := p.get(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a fourth got %v", err)
	}
	for _, i := range []*instance{a, b, c} {
		p.put(i)
	}
	mustClose(t, p, m)
}

func TestPoolReusesTheLastUsed(t *testing.T) {
	m := &fakeModule{t: t}
	p := m.start(Pool{Size: 1000})
	var all []*instance
	for range 1000 {
		all = append(all, mustGet(t, p))
	}
	for _, i := range all {
		p.put(i)
	}
	// Those beyond the hot places come back from the shelf, the last first.
	for range p.hot.places {
		p.hot.search(0)
	}
	for n := 999; n >= len(p.hot.places); n-- {
		if i := mustGet(t, p); i != all[n] {
			t.Fatalf("instance %d came back out of order", n)
		}
	}
}

func TestPoolServesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 1})
		i := mustGet(t, p)
		var got []int
		for n := range 20 {
			go func() {
				i := mustGet(t, p)
				got = append(got, n)
				p.put(i)
			}()
			synctest.Wait()
		}
		p.put(i)
		synctest.Wait()
		if !slices.IsSorted(got) || len(got) != 20 {
			t.Errorf("served in the order %v", got)
		}
		mustClose(t, p, m)
	})
}

func TestPoolQueueLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 1, Queue: 2})
		i := mustGet(t, p)
		for range 2 {
			go func() { p.put(mustGet(t, p)) }()
		}
		synctest.Wait()
		if _, err := p.get(t.Context()); !errors.Is(err, ErrOverloaded) || !strings.Contains(err.Error(), "(pool of 1, 2 waiting)") {
			t.Errorf("the third to wait got %v", err)
		}
		p.put(i)
		synctest.Wait()
		p.put(mustGet(t, p))
		mustClose(t, p, m)
	})
}

func TestPoolWithoutQueue(t *testing.T) {
	m := &fakeModule{t: t}
	p := m.start(Pool{Size: 2, Queue: -1})
	a, b := mustGet(t, p), mustGet(t, p) // what is being made may be waited for
	if _, err := p.get(t.Context()); !errors.Is(err, ErrOverloaded) {
		t.Errorf("got %v", err)
	}
	p.put(a)
	p.put(b)
	mustClose(t, p, m)
}

func TestPoolCanceledWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 1})
		i := mustGet(t, p)
		ctx, cancel := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		for n := range 10 {
			ctx := ctx
			if n%2 == 1 {
				ctx = t.Context()
			}
			ended.Go(func() {
				i, err := p.get(ctx)
				switch {
				case n%2 == 1 && err != nil, n%2 == 0 && !errors.Is(err, context.Canceled):
					t.Errorf("call %d: %v", n, err)
				case err == nil:
					p.put(i)
				}
			})
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		p.put(i)
		ended.Wait()
		if s := p.stats(); s.Waiting != 0 || s.Instances != 1 || s.InUse != 0 {
			t.Errorf("%+v", s)
		}
		mustClose(t, p, m)
	})
}

func TestPoolReplacesBrokenInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 1})
		i := mustGet(t, p)
		served := make(chan *instance)
		go func() { served <- mustGet(t, p) }()
		synctest.Wait()
		p.discard(i, true)
		next := <-served
		if next == i || !i.guest.(*fakeGuest).closed.Load() {
			t.Error("a broken instance was given out")
		}
		p.put(next)
		if s := p.stats(); s.Traps != 1 || s.Made != 2 || s.Calls != 2 || s.Instances != 1 {
			t.Errorf("%+v", s)
		}
		mustClose(t, p, m)
	})
}

func TestPoolRetires(t *testing.T) {
	tests := []struct {
		name     string
		settings Pool
		wear     func(*instance)
	}{
		{"calls", Pool{Size: 1, MaxCalls: 3}, func(i *instance) { i.calls = 2 }},
		{"memory", Pool{Size: 1, MaxMemory: 1 << 20}, func(i *instance) { i.guest.(*fakeGuest).memory = 1<<20 + 1 }},
		{"age in use", Pool{Size: 1, MaxAge: time.Minute}, func(*instance) { time.Sleep(time.Hour) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &fakeModule{t: t}
				p := m.start(tt.settings)
				p.put(mustGet(t, p))
				i := mustGet(t, p)
				tt.wear(i)
				p.put(i)
				synctest.Wait()
				if !i.guest.(*fakeGuest).closed.Load() {
					t.Error("not retired")
				}
				p.put(mustGet(t, p))
				if n := m.opened.Load(); n != 2 {
					t.Errorf("%d instances made", n)
				}
				mustClose(t, p, m)
			})
		})
	}
}

func TestPoolRetiresFreeInstancesByAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 2, MaxAge: time.Minute, Warm: 1})
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if alive, made := m.alive.Load(), m.opened.Load(); alive != 1 || made != 61 {
			t.Errorf("%d alive of %d made", alive, made)
		}
		mustClose(t, p, m)
	})
}

// An instance may be too old before the pool has its first generation.
func TestPoolAgeEndsAtOnce(t *testing.T) {
	for range 200 {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 2, Warm: 2, MaxAge: 1})
		mustClose(t, p, m)
	}
}

func TestPoolStaysWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 5, Warm: 3})
		if n := m.opened.Load(); n != 3 {
			t.Errorf("%d instances at the start", n)
		}
		p.discard(mustGet(t, p), true)
		synctest.Wait()
		if n := m.alive.Load(); n != 3 {
			t.Errorf("%d instances after one broke", n)
		}
		mustClose(t, p, m)
	})
}

func TestPoolOpenErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t, delay: time.Second}
		p := m.start(Pool{Size: 2})
		p.discard(mustGet(t, p), true)
		broken := errors.New("does not start")
		m.err.Store(&broken)
		var ended sync.WaitGroup
		for range 7 {
			ended.Go(func() {
				if _, err := p.get(t.Context()); !errors.As(err, new(*InstanceError)) || !errors.Is(err, broken) {
					t.Errorf("got %v", err)
				}
			})
		}
		ended.Wait()
		m.err.Store(nil)
		p.put(mustGet(t, p))
		mustClose(t, p, m)
	})
}

func TestPoolHeldByItsOwnChain(t *testing.T) {
	m, other := &fakeModule{t: t}, &fakeModule{t: t}
	p, q := m.start(Pool{Size: 2}), other.start(Pool{Size: 1})
	a := mustGet(t, p)
	ctx := hold(t, t.Context(), a.guest)
	b, err := p.get(ctx)
	if err != nil {
		t.Fatalf("the pool had room: %v", err)
	}
	c, err := q.get(hold(t, ctx, b.guest))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.get(hold(t, hold(t, ctx, b.guest), c.guest)); err != ErrHeld {
		t.Errorf("got %v", err)
	}
	if err := p.close(ctx); err != ErrHeld {
		t.Errorf("close: %v", err)
	}
	p.put(a)
	p.put(b)
	q.put(c)
	mustClose(t, p, m)
	mustClose(t, q, other)
}

func TestPoolCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t}
		p := m.start(Pool{Size: 1})
		i := mustGet(t, p)
		waited := make(chan error, 1)
		go func() {
			_, err := p.get(context.Background())
			waited <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close of a busy pool: %v", err)
		}
		if err := <-waited; err != ErrClosed {
			t.Errorf("who waited got %v", err)
		}
		if _, err := p.get(t.Context()); err != ErrClosed {
			t.Errorf("after close: %v", err)
		}
		go func() {
			time.Sleep(time.Minute)
			p.put(i)
		}()
		mustClose(t, p, m)
		mustClose(t, p, m)
		if !m.released.Load() {
			t.Error("the module is still there")
		}
	})
}

func TestPoolCloseStopsMaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModule{t: t, delay: time.Hour}
		p := m.start(Pool{Size: 2})
		i := mustGet(t, p)
		got := make(chan error)
		go func() {
			_, err := p.get(context.Background())
			got <- err
		}()
		synctest.Wait()
		p.put(i) // serves the waiter, while another instance is being made
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		go func() { time.Sleep(time.Minute); p.put(i) }()
		mustClose(t, p, m)
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("close took %v", waited)
		}
	})
}

func TestPoolSwap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after := &fakeModule{t: t}, &fakeModule{t: t}
		p := before.start(Pool{Size: 2})
		busy, idle := mustGet(t, p), mustGet(t, p)
		waiting := make(chan *instance)
		for range 3 {
			go func() { waiting <- mustGet(t, p) }()
		}
		synctest.Wait()
		p.free(idle)
		idle = <-waiting
		synctest.Wait()

		replace(t, p, after)
		a, b := <-waiting, <-waiting
		if n := after.alive.Load(); n != 2 || a.state == busy.state || b.state == busy.state {
			t.Errorf("who waited did not get the new module: %d instances", n)
		}
		if n := before.alive.Load(); n != 2 {
			t.Errorf("%d old instances serve two calls", n)
		}
		p.put(busy)
		p.put(idle)
		if n := before.alive.Load(); n != 0 {
			t.Errorf("%d old instances left", n)
		}
		p.put(a)
		p.put(b)
		mustClose(t, p, before, after)
	})
}

// TestPoolUnderLoad runs everything at once, for the race detector and for the
// checks of fakeGuest.
func TestPoolUnderLoad(t *testing.T) {
	for _, size := range []int{1, 2, 3, 17} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			modules := []*fakeModule{{t: t}}
			p := modules[0].start(Pool{Size: size, MaxCalls: 50, MaxAge: time.Millisecond, Warm: size / 2})
			var callers sync.WaitGroup
			var served, refused atomic.Int64
			for range 16 {
				callers.Go(func() {
					for range 400 {
						load(t, p, &served, &refused)
					}
				})
			}
			for range 20 {
				m := &fakeModule{t: t}
				modules = append(modules, m)
				replace(t, p, m)
				if s := p.stats(); s.Instances > size+16 {
					t.Errorf("%+v", s)
				}
			}
			callers.Wait()
			if n := served.Load() + refused.Load(); n != 16*400 {
				t.Errorf("%d calls ended", n)
			}
			if s := p.stats(); s.Calls != uint64(served.Load()) || s.InUse != 0 || s.Waiting != 0 || s.Instances > size {
				t.Errorf("%d served: %+v", served.Load(), s)
			}
			mustClose(t, p, modules...)
		})
	}
}

// load makes one call that may be canceled, and may end in a trap.
func load(t *testing.T, p *pool, served, refused *atomic.Int64) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if rand.IntN(10) == 0 {
		time.AfterFunc(time.Duration(rand.IntN(100))*time.Microsecond, cancel)
	}
	i, err := p.get(ctx)
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		refused.Add(1)
		return
	}
	i.guest.(*fakeGuest).use(func() {
		if rand.IntN(4) == 0 {
			time.Sleep(10 * time.Microsecond)
		}
	})
	served.Add(1)
	if rand.IntN(50) == 0 {
		p.discard(i, true)
		return
	}
	p.put(i)
}
