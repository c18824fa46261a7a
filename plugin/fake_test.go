package plugin

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// A fakeGuest fails the test when it is used by two at once or after its end.
type fakeGuest struct {
	t      testing.TB
	alive  *atomic.Int64
	busy   atomic.Bool
	closed atomic.Bool
	memory uint64
}

func (g *fakeGuest) CallAppend(_ context.Context, dst []byte, _ string, payload []byte) ([]byte, error) {
	return append(dst, payload...), nil
}

func (g *fakeGuest) MemorySize() uint64 { return g.memory }

func (g *fakeGuest) Spent() uint64 { return 0 }

func (g *fakeGuest) Close(context.Context) error {
	if g.closed.Swap(true) {
		g.t.Error("closed twice")
	}
	if g.busy.Load() {
		g.t.Error("closed while in use")
	}
	g.alive.Add(-1)
	return nil
}

func (g *fakeGuest) use(work func()) {
	if g.busy.Swap(true) {
		g.t.Error("used by two at once")
	}
	if g.closed.Load() {
		g.t.Error("used after close")
	}
	work()
	g.busy.Store(false)
}

// A fakeModule makes fakeGuests.
type fakeModule struct {
	t        testing.TB
	delay    time.Duration
	err      atomic.Pointer[error] // of the next open
	opened   atomic.Int64
	alive    atomic.Int64
	released atomic.Bool
}

func (m *fakeModule) generation() generation {
	return generation{open: m.open, release: func() error {
		if m.released.Swap(true) {
			m.t.Error("released twice")
		}
		return nil
	}}
}

func (m *fakeModule) open(ctx context.Context) (*instance, error) {
	if m.delay > 0 {
		select {
		case <-time.After(m.delay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := m.err.Load(); err != nil {
		return nil, *err
	}
	m.opened.Add(1)
	m.alive.Add(1)
	return &instance{guest: &fakeGuest{t: m.t, alive: &m.alive}}, nil
}

// start returns a pool whose first generation is m, with one instance.
func (m *fakeModule) start(settings Pool) *pool {
	m.t.Helper()
	p := newPool(settings.withDefaults(), func(text string, err error) { m.t.Logf("warning: %s: %v", text, err) })
	first, err := m.generation().openFirst(context.Background(), max(1, p.Warm))
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := p.swap(m.generation(), first); err != nil {
		m.t.Fatal(err)
	}
	return p
}

// get takes an instance in any way there is.
func (p *pool) get(ctx context.Context) (*instance, error) {
	if i := p.take(); i != nil {
		return i, nil
	}
	if i := p.reach(); i != nil {
		return i, nil
	}
	return p.wait(ctx)
}

func mustGet(t testing.TB, p *pool) *instance {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	i, err := p.get(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func mustClose(t testing.TB, p *pool, modules ...*fakeModule) {
	t.Helper()
	if err := p.close(context.Background()); err != nil {
		t.Error(err)
	}
	for n, m := range modules {
		if alive := m.alive.Load(); alive != 0 {
			t.Errorf("module %d: %d instances left", n, alive)
		}
	}
}

// hold returns the context that a handler sees while g waits for it.
func hold(t *testing.T, parent context.Context, g guest) context.Context {
	t.Helper()
	task := &engine.Task{Instance: callerOf{guest: g}}
	if err := task.Begin(parent); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(task.End)
	return task.Context()
}

// callerOf is the engine's side of a guest.
type callerOf struct {
	engine.Instance
	guest guest
}

func (c callerOf) Data() any { return c.guest }
