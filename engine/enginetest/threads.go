package enginetest

import (
	"context"
	"sync"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

var threadTests = []test{
	{"Atomics", testAtomics},
	{"WaitAndNotify", testWaitAndNotify},
	{"WaitTimesOut", testWaitTimesOut},
	{"WaitWithoutEnd", testWaitWithoutEnd},
	{"Unaligned", testUnaligned},
	{"GrowTogether", testGrowTogether},
}

// threads makes that many instances that share one memory.
func (b *bench) threads(n int, limits engine.Limits) []engine.Instance {
	b.Helper()
	from := provided{"threads": b.guest("threads", nil)}
	m := b.compile("worker", limits)
	workers := make([]engine.Instance, n)
	for k := range workers {
		workers[k] = b.make(m, from, nil)
	}
	return workers
}

func testAtomics(b *bench) {
	const workers, times = 4, 5000
	instances := b.threads(workers, engine.Limits{})
	for _, name := range []string{"add", "swap"} {
		var wg sync.WaitGroup
		for _, i := range instances {
			wg.Go(func() {
				for range 2 {
					if _, err := call(i.Func(name), times); err != nil {
						b.Errorf("%s: %v", name, err)
					}
				}
			})
		}
		b.in(name, wg.Wait)
	}
	for _, i := range instances {
		b.want(2*workers*times, i, "load", 0)
		b.want(2*workers*times, i, "load", 4)
	}
}

// The answers of memory.atomic.wait.
const (
	woken    = 0
	notEqual = 1
	timedOut = 2
)

// forever is a timeout of memory.atomic.wait that does not come.
const forever = ^uint64(0)

func testWaitAndNotify(b *bench) {
	workers := b.threads(4, engine.Limits{})
	waker := workers[0]
	b.want(notEqual, waker, "wait", 16, 1, forever)
	b.want(notEqual, waker, "wait64", 16, 1, forever)
	b.want(0, waker, "notify", 16, 5)
	var wg sync.WaitGroup
	for _, i := range workers[1:] {
		wg.Go(func() {
			if stack, err := call(i.Func("wait"), 16, 0, forever); err != nil || stack[0] != woken {
				b.Errorf("wait: %v, %v", stack, err)
			}
		})
	}
	b.in("three are woken", func() {
		for total := uint64(0); total < 3; {
			stack, err := call(waker.Func("notify"), 16, 1)
			if err != nil || stack[0] > 1 {
				b.Errorf("notify: %v, %v", stack, err)
				return
			}
			if total += stack[0]; stack[0] == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		wg.Wait()
	})
	b.want(0, waker, "notify", 16, 5)
}

func testWaitTimesOut(b *bench) {
	i := b.threads(1, engine.Limits{})[0]
	b.in("wait", func() {
		b.want(timedOut, i, "wait", 16, 0, uint64(time.Millisecond))
		b.want(timedOut, i, "wait64", 16, 0, uint64(time.Millisecond))
		b.want(timedOut, i, "wait", 16, 0, 0)
		b.one(i, "store", 20, 7)
		b.want(timedOut, i, "wait_at_offset", 4, 7, 0)
		b.want(notEqual, i, "wait_at_offset", 4, 0, forever)
		b.want(timedOut, i, "wait64", 16, 7<<32, 1)
	})
}

// testWaitWithoutEnd: a guest that waits for a notification that never comes is
// stopped like one that spins.
func testWaitWithoutEnd(b *bench) {
	for _, name := range []string{"wait", "wait64"} {
		for _, time := range []uint64{forever, uint64(time.Hour)} {
			i := b.threads(1, engine.Limits{Timeout: timeout})[0]
			var err error
			b.in(name, func() { _, err = call(i.Func(name), 16, 0, time) })
			b.trap(err, engine.Deadline)
		}
		i := b.threads(1, engine.Limits{})[0]
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(timeout/4, cancel)
		var err error
		b.in(name, func() { _, err = callContext(ctx, i.Func(name), 16, 0, forever) })
		b.trap(err, engine.Canceled)
		b.want(0, i, "load", 16)
	}
}

func testUnaligned(b *bench) {
	i := b.threads(1, engine.Limits{})[0]
	for at := uint64(1); at < 4; at++ {
		_, err := call(i.Func("unaligned"), at)
		b.trap(err, engine.UnalignedAtomic)
	}
	for _, name := range []string{"wait", "wait64", "wait_at_offset", "notify"} {
		_, err := call(i.Func(name), 2, 0, 0)
		b.trap(err, engine.UnalignedAtomic)
		for _, far := range []uint64{engine.PageSize, no - 7} {
			_, err = call(i.Func(name), far, 0, 0)
			b.trap(err, engine.MemoryBounds)
		}
	}
	_, err := call(i.Func("notify_at_offset"), 16, 1)
	b.trap(err, engine.MemoryBounds)
	b.want(0, i, "unaligned", 4)
	_, err = call(i.Func("unaligned"), engine.PageSize)
	b.trap(err, engine.MemoryBounds)
}

// testGrowTogether has threads grow one memory while others use it.
func testGrowTogether(b *bench) {
	workers := b.threads(4, engine.Limits{})
	var wg sync.WaitGroup
	for _, i := range workers {
		wg.Go(func() {
			for range 4 {
				if _, err := call(i.Func("add"), 1000); err != nil {
					b.Errorf("add: %v", err)
				}
				if _, err := call(i.Func("grow"), 1); err != nil {
					b.Errorf("grow: %v", err)
				}
			}
		})
	}
	b.in("growing", wg.Wait)
	for _, i := range workers {
		b.want(8, i, "size")
		b.want(no, i, "grow", 1)
		b.want(16000, i, "load", 0)
		b.one(i, "store", 8*engine.PageSize-4, 1)
	}
}
