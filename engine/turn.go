package engine

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A guest that computes lets other goroutines run from time to time: the garbage
// collector asks for hundreds of short turns in one collection, and would else
// get each of them only when Go's scheduler takes a processor away, after 10 ms.
// Where a processor is idle nobody waits for one, and to give way would only wake
// it: so a guest gives way often when guests compute on all processors, and
// seldom when they do not.
const (
	glance   = int64(100 * time.Microsecond) // between looks at who computes
	patience = int64(4 * time.Millisecond)   // without giving way, if a processor is idle
	nobody   = 300                           // nanoseconds that giving way takes if nobody wanted to
	share    = 10                            // times what others took, until they are let again
)

// computing says when guests were last seen computing, on whatever processor:
// a fact of the process, as its processors are. Tasks take places in turn; two
// that meet in one count as one.
var computing struct {
	tasks atomic.Uint32
	seen  [256]atomic.Int64 // since epoch
}

// epoch is the time from which computing counts.
var epoch = time.Now()

// crowded notes that the task computes, and reports whether as many guests do as
// there are processors.
func crowded(t *Task, now int64) bool {
	if t.place == 0 {
		t.place = computing.tasks.Add(1)
	}
	seen := &computing.seen
	seen[t.place%uint32(len(seen))].Store(now)
	processors := min(runtime.GOMAXPROCS(0), len(seen)/4)
	for i := range seen {
		if now-seen[i].Load() < 2*glance {
			if processors--; processors <= 0 {
				return true
			}
		}
	}
	return false
}

// yield lets other goroutines run if it is time to, and returns the time then.
func (t *Task) yield(now int64) int64 {
	t.turn = now + glance
	if now-t.gave < patience && !crowded(t, now+int64(t.base.Sub(epoch))) {
		return now
	}
	runtime.Gosched()
	after := int64(time.Since(t.base))
	t.gave = after
	t.turn = after + glance
	if took := after - now; took > nobody {
		t.turn = after + min(share*took, glance)
	}
	return after
}
