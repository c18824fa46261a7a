package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
)

// Call calls an operation of the guest with a payload and returns its reply in
// a slice of its own. See [Worker.CallAppend].
func (w *Worker) Call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	return w.CallAppend(ctx, nil, operation, payload)
}

// CallAppend calls an operation of the guest and returns dst with the reply
// appended, as [plugin.Plugin.CallAppend] does. A call that a swap or a restart
// kept from an instance goes to the next version; one that had begun ends in the
// version in which it began. If the worker is down the call meets its Policy.
func (w *Worker) CallAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	v := w.current.Load()
	if v == nil || w.gated {
		return w.callSlowly(ctx, dst, operation, payload)
	}
	v.calls.add()
	reply, err := v.plugin.CallAppend(ctx, dst, operation, payload)
	if err == nil {
		v.succeeded()
		return reply, nil
	}
	if !w.failed(ctx, v, err) {
		return dst, err
	}
	return w.callSlowly(ctx, dst, operation, payload)
}

// callSlowly is CallAppend by way of Do.
func (w *Worker) callSlowly(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	reply := dst
	err := w.Do(ctx, func(p *plugin.Plugin) (err error) {
		reply, err = p.CallAppend(ctx, dst, operation, payload)
		return err
	})
	return reply, err
}

// Do calls f with the plugin of the version that is in use. It is for calls that
// Worker does not have. f makes one call, returns its error, and does not keep the
// plugin; it is called again if the plugin was closed before the call began.
func (w *Worker) Do(ctx context.Context, f func(*plugin.Plugin) error) error {
	var until time.Time // of waiting
	for {
		v, err := w.await(ctx, &until)
		if err != nil {
			return err
		}
		again, err := w.try(ctx, v, f)
		if !again {
			return err
		}
	}
}

// try calls f with v, and reports whether nothing came of it and another version
// is to be tried.
func (w *Worker) try(ctx context.Context, v *version, f func(*plugin.Plugin) error) (again bool, err error) {
	if w.gated {
		w.gate.RLock()
		defer w.gate.RUnlock()
		if w.current.Load() != v {
			return true, nil
		}
	}
	v.calls.add()
	if err = f(v.plugin); err == nil {
		v.succeeded()
		return false, nil
	}
	return w.failed(ctx, v, err), err
}

// await returns the version that is in use. If there is none it waits for one or
// says why not, as the policy has it. until is when it has waited enough; zero
// means that it has not begun.
func (w *Worker) await(ctx context.Context, until *time.Time) (*version, error) {
	for {
		w.mu.Lock()
		v, state, cause, changed := w.current.Load(), w.state, w.cause, w.changed
		w.mu.Unlock()
		if v != nil {
			return v, nil
		}
		if err := w.refusal(state, cause); err != nil {
			return nil, err
		}
		if until.IsZero() {
			*until = time.Now().Add(w.patience())
		}
		if err := waitFor(ctx, changed, time.Until(*until)); err != nil {
			return nil, &Error{Worker: w.Name(), Err: because(ErrDown, fmt.Errorf("%w while the call waited: %w", err, orUnknown(cause)))}
		}
	}
}

var errNotYet = errors.New("it has not started")

func orUnknown(cause error) error {
	if cause == nil {
		return errNotYet
	}
	return cause
}

// refusal returns what a call gets that does not wait.
func (w *Worker) refusal(state State, cause error) error {
	switch {
	case state == Held:
		return nil
	case state == Empty:
		return &Error{Worker: w.Name(), Err: ErrDrained}
	case state == Idle || w.options.Policy == Closed:
		return &Error{Worker: w.Name(), Err: because(ErrDown, cause)}
	case w.options.Policy == Open:
		return &Error{Worker: w.Name(), Err: because(ErrSkipped, cause)}
	}
	return nil
}

// patience returns how long a call waits at most: as long as one may last.
func (w *Worker) patience() time.Duration {
	switch limit := w.options.Plugin.Limits.Timeout; {
	case limit == 0:
		return plugin.DefaultTimeout
	case limit < 0:
		return time.Duration(1<<63 - 1)
	default:
		return limit
	}
}

func waitFor(ctx context.Context, changed <-chan struct{}, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return context.DeadlineExceeded
	}
}

// succeeded notes a good call.
func (v *version) succeeded() {
	if v.row.Load() != 0 {
		v.row.Store(0)
	}
}

// failed notes a call of v that came to err, and reports whether it never began
// and may be made again.
func (w *Worker) failed(ctx context.Context, v *version, err error) (again bool) {
	var instance *plugin.InstanceError
	trap := engine.AsTrap(err)
	switch {
	case wasClosed(err):
		return w.current.Load() != v
	case errors.As(err, &instance):
		return w.lacksInstance(v, err)
	case trap != nil && w.isStarved(trap, err):
		v.errors.Add(1)
		w.rollsBack(v, err)
	case trap != nil && isGuests(ctx, trap):
		v.errors.Add(1)
		v.traps.Add(1)
		v.row.Add(1)
		w.judge(v, err)
	case trap == nil && isAnswer(err):
		v.errors.Add(1)
		v.row.Store(0)
		w.judge(v, err)
	}
	return false
}

// lacksInstance deals with a plugin that can make no instance, and reports
// whether the call waits for one that can.
func (w *Worker) lacksInstance(v *version, err error) (again bool) {
	if errors.Is(err, plugin.ErrOverloaded) {
		return false
	}
	v.errors.Add(1)
	if !w.rollsBack(v, err) {
		w.fail(v, err)
	}
	return true
}

// wasClosed reports whether the plugin was closed before the call began.
func wasClosed(err error) bool {
	var outer *plugin.Error
	return errors.As(err, &outer) && outer.Err == plugin.ErrClosed
}

// isGuests reports whether the trap is the guest's doing, and not the end of the
// caller's context.
func isGuests(ctx context.Context, trap *engine.Trap) bool {
	switch trap.Kind {
	case engine.Canceled:
		return false
	case engine.Deadline: // the engine may look at it before the context does
		deadline, ok := ctx.Deadline()
		return ctx.Err() == nil && (!ok || time.Now().Before(deadline))
	}
	return true
}

// isStarved reports whether the guest was stopped at a deadline most of whose time
// the call had waited for an instance. A new version that does not end is rolled
// back for it; but a worker that has more calls than it can serve does not fail.
func (w *Worker) isStarved(trap *engine.Trap, err error) bool {
	var outer *plugin.Error
	return trap.Kind == engine.Deadline && errors.As(err, &outer) && outer.Waited > w.patience()/2
}

// isAnswer reports whether err is the guest's own answer.
func isAnswer(err error) bool {
	var ofWapc *wapc.GuestError
	var ofTube *tube.GuestError
	return errors.As(err, &ofWapc) || errors.As(err, &ofTube)
}
