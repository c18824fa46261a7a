package worker

import (
	"fmt"
	"time"
)

// judge decides what the failure of a call of v means beyond the call.
func (w *Worker) judge(v *version, err error) {
	if w.rollsBack(v, err) {
		return
	}
	if reason := w.opens(v); reason != "" {
		w.fail(v, fmt.Errorf("%w (%s): %w", ErrCircuit, reason, err))
	}
}

// opens says why the circuit of v opens; empty if it does not.
func (w *Worker) opens(v *version) (reason string) {
	c := w.options.Circuit
	if row := v.row.Load(); c.Row > 0 && row >= int64(c.Row) {
		return fmt.Sprintf("%d traps in a row", row)
	}
	calls, traps := v.recently(c.Window, time.Now())
	if calls >= c.Least && float64(traps) >= c.Rate*float64(calls) {
		return fmt.Sprintf("%d of %d calls trapped within %v", traps, calls, c.Window)
	}
	return ""
}

// recently returns how many calls and traps there were since the window began.
// One that is over is followed by another.
func (v *version) recently(length time.Duration, now time.Time) (calls, traps uint64) {
	allCalls, allTraps := v.calls.load(), v.traps.Load()
	v.mu.Lock()
	defer v.mu.Unlock()
	if now.Sub(v.window.began) > length {
		v.window = window{began: now, calls: allCalls - 1, traps: allTraps - 1} // what trapped now is in it
	}
	return allCalls - v.window.calls, allTraps - v.window.traps
}

// rollsBack reports whether v was on trial and is rolled back now, because of err.
func (w *Worker) rollsBack(v *version, err error) bool {
	if !v.onTrial.Load() {
		return false
	}
	t := w.options.Trial
	calls, errors := v.calls.load(), v.errors.Load()
	if calls > t.Calls || errors < t.Least || float64(errors) < t.Rate*float64(calls) {
		return false
	}
	return w.rollBack(v, fmt.Errorf("%w (%d of %d): %w", ErrTrial, errors, calls, err))
}

// rollBack puts the version before v in its place again, and reports whether it
// did: not if v is no longer in use. If the version before is not loaded any more
// the worker fails, and begins its next run with it.
func (w *Worker) rollBack(v *version, cause error) bool {
	gone := false
	done := w.announce(func() (Event, bool) {
		w.mu.Lock()
		defer w.mu.Unlock()
		previous := v.previous
		gone = previous == nil
		if gone || !w.current.CompareAndSwap(v, previous) {
			return Event{}, false
		}
		v.previous = nil
		w.generation++
		w.used(previous)
		event := RolledBack.of(previous, cause)
		event.From = v.digest
		return event, true
	})
	if gone {
		return w.failBack(v, cause)
	}
	if done {
		w.retire(v)
		w.reject(v)
	}
	return done
}

// failBack is rollBack without the version before v.
func (w *Worker) failBack(v *version, cause error) bool {
	kept := w.store.read()
	if kept.before(v.digest) == "" || w.current.Load() != v {
		return false
	}
	w.reject(v)
	w.fail(v, cause)
	return true
}

// reject remembers that v was rolled back. If that cannot be written the worker
// goes on all the same.
func (w *Worker) reject(v *version) {
	if err := w.store.update(func(r *record) { r.reject(v.digest) }); err != nil {
		w.warn("a rollback could not be recorded", err)
	}
}

// putOnTrial keeps previous loaded as long as v is on trial. The lock is held.
func (w *Worker) putOnTrial(v, previous *version) {
	v.previous = previous
	v.onTrial.Store(true) // before the timer, which may end it at once
	v.timer = time.AfterFunc(w.options.Trial.Time, func() { w.endTrial(v) })
}

// endTrial lets the version before v go.
func (w *Worker) endTrial(v *version) {
	v.onTrial.Store(false)
	w.mu.Lock()
	previous := v.previous
	v.previous = nil
	if v.timer != nil {
		v.timer.Stop()
	}
	w.mu.Unlock()
	w.retire(previous)
}
