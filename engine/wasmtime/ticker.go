package wasmtime

// #include "shim.h"
import "C"

import (
	"sync"
	"sync/atomic"
	"time"
)

// interval is how often guests that run look at their deadline.
const interval = time.Millisecond

// linger is how many intervals the ticker goes on when no guest runs, because
// starting it costs more than a short call.
const linger = 100

// A ticker moves wasmtime's epoch on while calls are active: that is when guests
// leave to [patchbayTick].
type ticker struct {
	engine *C.wasm_engine_t
	active atomic.Int64 // calls that run
	alive  atomic.Bool  // the goroutine runs
	stop   chan struct{}
	done   sync.WaitGroup
}

func (t *ticker) init(engine *C.wasm_engine_t) {
	t.engine, t.stop = engine, make(chan struct{})
}

// enter begins a call.
func (t *ticker) enter() {
	t.active.Add(1)
	if !t.alive.Load() && t.alive.CompareAndSwap(false, true) {
		t.done.Go(t.run)
	}
}

// leave ends it.
func (t *ticker) leave() { t.active.Add(-1) }

func (t *ticker) run() {
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for idle := 0; idle < linger || !t.rest(); idle++ {
		select {
		case <-ticks.C:
		case <-t.stop:
			return
		}
		C.wasmtime_engine_increment_epoch(t.engine)
		if t.active.Load() > 0 {
			idle = 0
		}
	}
}

// rest reports whether the goroutine can end. A call that begins meanwhile has
// either seen that it does, and started another one, or is seen here.
func (t *ticker) rest() bool {
	t.alive.Store(false)
	return t.active.Load() == 0 || !t.alive.CompareAndSwap(false, true)
}

// close ends the goroutine. No call may run or begin any more.
func (t *ticker) close() {
	close(t.stop)
	t.done.Wait()
}
