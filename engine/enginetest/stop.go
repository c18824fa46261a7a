package enginetest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

var stopTests = []test{
	{"Deadline", testDeadline},
	{"CallersDeadline", testCallersDeadline},
	{"Canceled", testCanceled},
	{"CanceledBefore", testCanceledBefore},
	{"StartThatSpins", testStartThatSpins},
	{"WaitingHost", testWaitingHost},
	{"DeadlineOfTheWhole", testDeadlineOfTheWhole},
	{"NestedCalls", testStopNestedCalls},
	{"LongCallsWithoutTimeout", testNoTimeout},
	{"GarbageCollection", testGarbageCollection},
}

// spinning are the exports of stop.wat that never end and never wait.
var spinning = []string{
	"empty", "empty_if", "table_branch", "counting", "nested", "two_loops_alternating", "recursion",
	"mutual_recursion", "indirect", "tail", "tail_mutual", "bulk", "pinging", "ping_in_recursion",
}

// timeout is long enough for a call of nothing, even on a slow machine.
const timeout = 100 * time.Millisecond

// stopGuest makes the guest that does not end.
func (b *bench) stopGuest(limits engine.Limits) engine.Instance {
	b.Helper()
	m := b.compile("stop", limits)
	return b.make(m, b.hostFor(m, map[string]hostFunc{"wait": func(ctx context.Context, _ engine.Instance, _ []uint64) error {
		<-ctx.Done()
		return ctx.Err()
	}}), nil)
}

func testDeadline(b *bench) {
	i := b.stopGuest(engine.Limits{Timeout: timeout})
	for _, name := range spinning {
		b.Run(name, func(t *testing.T) {
			b := &bench{T: t, engine: b.engine}
			var err error
			began := time.Now()
			b.in(name, func() { _, err = call(i.Func(name)) })
			b.trap(err, engine.Deadline)
			if !errors.Is(err, context.DeadlineExceeded) {
				b.Errorf("%v is no context.DeadlineExceeded", err)
			}
			if took := time.Since(began); took < timeout {
				b.Errorf("stopped after %v, before %v", took, timeout)
			}
			if !strings.Contains(err.Error(), "deadline of 100ms exceeded") {
				b.Errorf("text: %v", err)
			}
			b.want(42, i, "answer")
		})
	}
}

func testCallersDeadline(b *bench) {
	i := b.stopGuest(engine.Limits{Timeout: time.Hour})
	for _, name := range []string{"empty", "recursion", "pinging"} {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		var err error
		b.in(name, func() { _, err = callContext(ctx, i.Func(name)) })
		cancel()
		b.trap(err, engine.Deadline)
		b.want(42, i, "answer")
	}
}

func testCanceled(b *bench) {
	i := b.stopGuest(engine.Limits{})
	for _, name := range spinning {
		var trap *engine.Trap
		// On a slow machine the call may not have begun by then: it has no frames.
		for after := timeout / 4; after < patience && (trap == nil || len(trap.Frames) == 0); after *= 2 {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(after, cancel)
			var err error
			b.in(name, func() { _, err = callContext(ctx, i.Func(name)) })
			if trap = b.trap(err, engine.Canceled); !errors.Is(err, context.Canceled) {
				b.Errorf("%s: %v", name, err)
			}
		}
		if len(trap.Frames) == 0 {
			b.Errorf("%s: no frames", name)
		}
		b.want(42, i, "answer")
	}
}

// testCanceledBefore: nothing of the guest runs.
func testCanceledBefore(b *bench) {
	m := b.compile("stop", engine.Limits{})
	pings := 0
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"ping": func(context.Context, engine.Instance, []uint64) error {
		pings++
		return nil
	}}), nil)
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := callContext(canceled, i.Func("pinging"))
	b.trap(err, engine.Canceled)
	late, cancelLate := context.WithDeadline(context.Background(), time.Now().Add(-time.Hour))
	defer cancelLate()
	_, err = callContext(late, i.Func("pinging"))
	b.trap(err, engine.Deadline)
	if pings != 0 {
		b.Errorf("%d calls of the host", pings)
	}
	if _, err := m.Instantiate(canceled, b.link(m, b.hostFor(m, nil)), engine.InstanceConfig{}); !errors.Is(err, context.Canceled) {
		b.Errorf("instantiate with a canceled context: %v", err)
	}
	b.want(42, i, "answer")
}

func testStartThatSpins(b *bench) {
	m := b.compile("spinstart", engine.Limits{Timeout: timeout})
	var err error
	b.in("start", func() { _, err = m.Instantiate(context.Background(), nil, engine.InstanceConfig{}) })
	trap := b.trap(err, engine.Deadline)
	if len(trap.Frames) != 1 || trap.Frames[0].Name != "start" {
		b.Errorf("frames: %+v", trap.Frames)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(timeout/4, cancel)
	m = b.compile("spinstart", engine.Limits{})
	b.in("start", func() { _, err = m.Instantiate(ctx, nil, engine.InstanceConfig{}) })
	b.trap(err, engine.Canceled)
}

// testWaitingHost: a host function learns from its context that the call ends.
func testWaitingHost(b *bench) {
	i := b.stopGuest(engine.Limits{Timeout: timeout})
	for _, name := range []string{"waiting", "waiting_again"} {
		var err error
		b.in(name, func() { _, err = call(i.Func(name)) })
		if !errors.Is(err, context.DeadlineExceeded) {
			b.Errorf("%s: %v", name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(timeout/4, cancel)
		b.in(name, func() { _, err = callContext(ctx, i.Func(name)) })
		if !errors.Is(err, context.Canceled) {
			b.Errorf("%s: %v", name, err)
		}
		b.want(42, i, "answer")
	}
}

// testDeadlineOfTheWhole: the time counts from the call, not from the last trip
// to the host, and each call has its own.
func testDeadlineOfTheWhole(b *bench) {
	m := b.compile("stop", engine.Limits{Timeout: timeout})
	var host []engine.HostFunc
	for _, imported := range m.Imports() {
		host = append(host, engine.HostFunc{
			Name:   imported.Name,
			Type:   imported.Type.Func,
			Blocks: true,
			Call: func(context.Context, engine.Instance, []uint64) error {
				time.Sleep(timeout / 20)
				return nil
			},
		})
	}
	i := b.make(m, provided{"host": b.host(host...)}, nil)
	for range 2 {
		var err error
		b.in("pinging", func() { _, err = call(i.Func("pinging")) })
		b.trap(err, engine.Deadline)
	}
	for range 6 { // longer than the timeout in all
		time.Sleep(timeout / 5)
		b.want(42, i, "answer")
	}
}

// testStopNestedCalls stops a guest that the host called from within a call.
func testStopNestedCalls(b *bench) {
	m := b.compile("stop", engine.Limits{Timeout: timeout})
	var inner error
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"ping": func(ctx context.Context, c engine.Instance, _ []uint64) error {
		_, inner = callContext(ctx, c.Func("empty"))
		return inner
	}}), nil)
	var err error
	b.in("pinging", func() { _, err = call(i.Func("pinging")) })
	b.trap(err, engine.Deadline)
	b.trap(inner, engine.Deadline)

	ctx, cancel := context.WithCancel(context.Background())
	unlimited := b.compile("stop", engine.Limits{})
	i = b.make(unlimited, b.hostFor(unlimited, map[string]hostFunc{"ping": func(ctx context.Context, c engine.Instance, _ []uint64) error {
		time.AfterFunc(timeout/4, cancel) // not before somebody is here
		_, inner = callContext(ctx, c.Func("empty"))
		return nil // the outer loop goes on
	}}), nil)
	b.in("pinging", func() { _, err = callContext(ctx, i.Func("pinging")) })
	b.trap(inner, engine.Canceled)
	b.trap(err, engine.Canceled)
	b.want(42, i, "answer")
}

// testNoTimeout: without a limit a call goes on until it ends.
func testNoTimeout(b *bench) {
	m := b.compile("stop", engine.Limits{})
	enough := errors.New("enough")
	began := time.Now()
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"ping": func(context.Context, engine.Instance, []uint64) error {
		if time.Since(began) > 3*timeout {
			return enough
		}
		return nil
	}}), nil)
	if _, err := call(i.Func("pinging")); !errors.Is(err, enough) {
		b.Errorf("error %v", err)
	}
}

// testGarbageCollection: guests that spin on every core do not keep the collector
// from its work, which needs all of them to stop for a moment.
func testGarbageCollection(b *bench) {
	m := b.compile("stop", engine.Limits{})
	from := b.hostFor(m, nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	for n := range runtime.GOMAXPROCS(0) + 1 {
		name := spinning[n%len(spinning)]
		i := b.make(m, from, nil)
		wg.Go(func() {
			_, err := callContext(ctx, i.Func(name))
			if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Canceled {
				b.Errorf("%s: %v", name, err)
			}
		})
	}
	b.in("garbage collection", func() {
		// ReadMemStats stops the world as the collector does, and does not yield
		// to the guests for each span that it sweeps as runtime.GC does.
		for range 2 {
			runtime.ReadMemStats(new(runtime.MemStats))
		}
	})
	cancel()
	b.in("the end of the guests", wg.Wait)
}
