package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/patchbay-go/patchbay/tube"
)

// handOver is a swap in which the old version is asked for what it has, while
// calls wait.
func (w *Worker) handOver(ctx context.Context, old *version, s source) error {
	var next *version
	var err error
	h := w.options.Handover
	if h.Quiesce == "" {
		next, err = w.prepare(ctx, s, old)
	} else {
		err = w.check(s)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, w.options.Drain)
	defer cancel()
	if err := w.hold(ctx, old); err != nil {
		return w.giveUp(ctx, old, next, s, StepDrain, err)
	}
	defer w.gate.Unlock()
	if _, err := w.ask(ctx, old, h.Quiesce, nil); err != nil {
		return w.giveUp(ctx, old, next, s, StepQuiesce, err)
	}
	state, err := w.ask(ctx, old, h.Save, nil)
	if err != nil {
		return w.giveUp(ctx, old, next, s, StepSave, err)
	}
	if next == nil {
		if next, err = w.prepare(ctx, s, old); err != nil {
			w.resume(ctx, old)
			return err
		}
	}
	if state != nil && h.Restore != "" {
		if _, err := next.plugin.Call(ctx, h.Restore, state); err != nil {
			return w.giveUp(ctx, old, next, s, StepRestore, err)
		}
	}
	if err := w.take(ctx, next, old, s); err != nil {
		w.resume(ctx, old)
		return err
	}
	w.retire(old)
	if state != nil {
		w.tell(Handed, next, nil)
	}
	return nil
}

// hold keeps new calls waiting and waits for those in flight. The gate is locked
// if it succeeds.
func (w *Worker) hold(ctx context.Context, old *version) error {
	w.mu.Lock()
	if !w.current.CompareAndSwap(old, nil) {
		w.mu.Unlock()
		return ErrDown
	}
	w.become(Held, nil)
	w.mu.Unlock()
	// A reader that waits for the lock would be a call; those are kept out by
	// current, so the lock is only tried.
	for !w.gate.TryLock() {
		_ = waitFor(ctx, nil, time.Millisecond) // the end of ctx is looked at below
		if err := ctx.Err(); err != nil {
			w.resumeCalls(old)
			return fmt.Errorf("calls are still in flight: %w", err)
		}
	}
	return nil
}

// ask calls an operation of the old version that it may not have. The answer is
// not nil if it has it.
func (w *Worker) ask(ctx context.Context, v *version, operation string, payload []byte) ([]byte, error) {
	if operation == "" {
		return nil, nil
	}
	answer, err := v.plugin.CallAppend(ctx, []byte{}, operation, payload)
	switch {
	case err == nil:
		return answer, nil
	case isAnswer(err) || lacks(err):
		return nil, nil
	}
	return nil, err
}

// giveUp has the old version go on.
func (w *Worker) giveUp(ctx context.Context, old, next *version, s source, step Step, err error) error {
	if step != StepDrain {
		w.resume(ctx, old)
	}
	refusal := &stepError{step, err}
	if next != nil {
		return w.discard(ctx, next, refusal)
	}
	return w.refused(s, refusal)
}

// resume has the old version take again what it gave up, and lets calls go on.
func (w *Worker) resume(ctx context.Context, old *version) {
	if _, err := w.ask(context.WithoutCancel(ctx), old, w.options.Handover.Resume, nil); err != nil {
		w.warn("a worker could not resume", err)
	}
	w.resumeCalls(old)
}

func (w *Worker) resumeCalls(old *version) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current.Store(old) // nobody but who has the turn ends what hold began
	w.become(Up, nil)
}

// lacks reports whether the guest has no such operation.
func lacks(err error) bool {
	var missing *tube.MissingError
	return errors.As(err, &missing)
}

// warn logs what no caller would learn of.
func (w *Worker) warn(text string, err error) {
	logger := w.options.Plugin.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Warn(text, slog.String("worker", w.Name()), slog.Any("error", err))
}
