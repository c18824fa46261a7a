package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/plugin"
)

// A version is one binary that is loaded.
type version struct {
	plugin     *plugin.Plugin
	digest     string
	file       string
	operations []string // as far as the bytes tell
	generation atomic.Uint64

	calls  counter
	errors atomic.Uint64 // calls that failed by the guest's doing
	traps  atomic.Uint64 // those of them that trapped
	row    atomic.Int64  // traps since the last good call

	onTrial  atomic.Bool
	previous *version    // loaded as long as this one is on trial; under Worker.mu
	timer    *time.Timer // that ends the trial; the same

	mu     sync.Mutex
	window window
}

// A window is what a circuit looks at.
type window struct {
	began        time.Time
	calls, traps uint64 // when it began
}

// totals is what versions have done.
type totals struct {
	calls, errors, traps uint64
}

func (t *totals) add(v *version) {
	t.calls += v.calls.load()
	t.errors += v.errors.Load()
	t.traps += v.traps.Load()
}

// digestOf returns the SHA-256 of a binary in hexadecimal.
func digestOf(binary []byte) string {
	sum := sha256.Sum256(binary)
	return hex.EncodeToString(sum[:])
}

// retire lets v, which new calls do not reach any more, end its calls, in the
// background, and frees it. It may be nil.
func (w *Worker) retire(v *version) {
	if v == nil {
		return
	}
	w.endTrial(v)
	w.mu.Lock()
	w.ending++
	w.mu.Unlock()
	go w.end(v)
}

// end closes v and waits for its calls as long as they may take. Status does not
// know v any more when the event is told.
func (w *Worker) end(v *version) {
	ctx, cancel := context.WithTimeout(context.Background(), w.options.Drain)
	defer cancel()
	kind, err := Drained, v.plugin.Close(ctx)
	if err != nil {
		kind = Lingers
	}
	w.announce(func() (Event, bool) {
		w.forget(v)
		return kind.of(v, err), true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ending--; w.ending == 0 {
		close(w.settled)
		w.settled = make(chan struct{})
	}
}

// forget lets v go, which has ended or is not waited for any more.
func (w *Worker) forget(v *version) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended.add(v)
	w.live = slices.DeleteFunc(w.live, func(other *version) bool { return other == v })
}
