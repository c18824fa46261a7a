package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// A source is where a version is from.
type source struct {
	binary  []byte
	file    string
	digest  string
	trusted bool // it was in use before, and is not put on trial
	back    bool // it is rolled back to
	pin     bool // it is pinned
}

// Swap makes binary the version in use. It returns nil when new calls go to it,
// also if it is in use already. When it returns an error nothing has changed: a
// [*SwapError], or [ErrDown] if the worker is not up. Of several swaps at once
// one runs at a time.
func (w *Worker) Swap(ctx context.Context, binary []byte) error {
	return w.swap(ctx, source{binary: binary, digest: digestOf(binary)}, false)
}

// SwapFile is Swap with the contents of a file.
func (w *Worker) SwapFile(ctx context.Context, file string) error {
	s, err := w.read(file)
	if err != nil {
		return w.refused(s, err)
	}
	return w.swap(ctx, s, false)
}

// Reload loads the worker's file again, or its Binary, even if it has not
// changed: every instance is a new one then. It also ends what Drain began.
func (w *Worker) Reload(ctx context.Context) error {
	s, err := w.configured()
	if err != nil {
		return w.refused(s, err)
	}
	s.trusted = s.pin
	return w.swap(ctx, s, true)
}

// Drain refuses new calls with [ErrDrained] and waits for those in flight as long
// as ctx lets it. The worker stays so until it is reloaded or restarted.
func (w *Worker) Drain(ctx context.Context) error {
	if err := w.takeTurn(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	w.mu.Lock()
	if !w.running || w.state == Down {
		err := because(ErrDown, w.cause)
		w.mu.Unlock()
		w.giveTurn()
		return &Error{Worker: w.Name(), Err: err}
	}
	v := w.current.Swap(nil)
	w.become(Empty, nil)
	w.mu.Unlock()
	w.retire(v)
	w.giveTurn()
	if err := w.settle(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: fmt.Errorf("calls are still in flight: %w", err)}
	}
	return nil
}

func (w *Worker) swap(ctx context.Context, s source, force bool) error {
	if err := w.takeTurn(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	defer w.giveTurn()
	w.mu.Lock()
	old, state, cause := w.current.Load(), w.state, w.cause
	w.mu.Unlock()
	switch {
	case old == nil && (state != Empty || !force):
		return &Error{Worker: w.Name(), Err: because(ErrDown, cause)}
	case !s.pin && w.store.read().Pinned != "" && w.store.read().Pinned != s.digest:
		return &Error{Worker: w.Name(), Err: ErrPinned}
	case old != nil && old.digest == s.digest && !force:
		return nil
	}
	err := w.change(ctx, old, s)
	if err != nil {
		w.emit(Event{Kind: SwapFailed, Digest: s.digest, File: s.file, Err: err})
	}
	return err
}

// change puts the version from s in the place of old, which may be nil.
func (w *Worker) change(ctx context.Context, old *version, s source) error {
	if old != nil && w.options.Handover.wanted() {
		return w.handOver(ctx, old, s)
	}
	next, err := w.prepare(ctx, s, old)
	if err != nil {
		return err
	}
	return w.take(ctx, next, old, s)
}

// take makes next the version in use, after old, which may be nil.
func (w *Worker) take(ctx context.Context, next, old *version, s source) error {
	if err := w.remember(s); err != nil {
		return w.discard(ctx, next, &stepError{StepKeep, err})
	}
	trial := old != nil && !w.options.Trial.Off && !s.trusted && old.digest != next.digest
	return w.installed(ctx, next, trial, func() Event {
		event := Swapped.of(next, nil)
		if s.back {
			event.Kind = RolledBack
		}
		if old != nil {
			event.From = old.digest
		}
		return event
	})
}

// prepare makes a version from s, in all steps that do not touch old, which may
// be nil.
func (w *Worker) prepare(ctx context.Context, s source, old *version) (*version, error) {
	if err := w.checkDigest(s); err != nil {
		return nil, err
	}
	p, err := w.load(ctx, s.binary, w.options.Plugin)
	if err != nil {
		return nil, w.refused(s, loadError(err))
	}
	next := &version{plugin: p, digest: s.digest, file: s.file, operations: operations(p, s.binary)}
	if err := w.compare(next, old); err != nil {
		return nil, w.discard(ctx, next, &stepError{StepOperations, err})
	}
	if err := w.probe(ctx, next); err != nil {
		return nil, w.discard(ctx, next, &stepError{StepProbe, err})
	}
	return next, nil
}

// check looks at bytes before the old version is asked to give something up for
// them. Loading checks them again.
func (w *Worker) check(s source) error {
	if err := w.checkDigest(s); err != nil || plugin.IsComponent(s.binary) {
		return err
	}
	if err := engine.Check(s.binary, w.options.Plugin.Limits); err != nil {
		return w.refused(s, &stepError{StepCheck, err})
	}
	return nil
}

func (w *Worker) checkDigest(s source) error {
	if want := w.options.Digest; want != "" && !strings.EqualFold(want, s.digest) {
		return w.refused(s, &stepError{StepDigest, fmt.Errorf("%w: %s is wanted", ErrDigest, short(want))})
	}
	return nil
}

// compare looks for what next lacks that old has.
func (w *Worker) compare(next, old *version) error {
	if old == nil || w.options.AllowMissing {
		return nil
	}
	var missing []string
	for _, name := range old.operations {
		if !slices.Contains(next.operations, name) {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, ", "))
}

// operations returns what a plugin can be asked, as far as it and its bytes tell.
func operations(p *plugin.Plugin, binary []byte) (names []string) {
	switch p.Contract() {
	case plugin.Component:
		return functions(p)
	case plugin.Tube:
	default:
		return nil
	}
	described, err := engine.Describe(binary)
	if err != nil {
		return nil
	}
	for _, f := range tube.Functions(described.Exports) {
		names = append(names, f.Name)
	}
	return names
}

// functions returns the functions of a component with their types: one that
// changed its type is missed by who calls it.
func functions(p *plugin.Plugin) (names []string) {
	for _, name := range p.Functions() {
		if typ, err := p.Func(name).Type(); err == nil {
			names = append(names, name+": "+typ.String())
		}
	}
	return names
}

func (w *Worker) probe(ctx context.Context, v *version) error {
	p := w.options.Probe
	if p == nil {
		return nil
	}
	if p.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.Timeout)
		defer cancel()
	}
	reply, err := v.plugin.Call(ctx, p.Operation, p.Payload)
	if p.Check != nil {
		err = p.Check(reply, err)
	}
	return unnamed(err)
}

// unnamed returns err without the plugin's name, which the worker says.
func unnamed(err error) error {
	if outer, ok := err.(*plugin.Error); ok {
		return &plugin.Error{Operation: outer.Operation, Err: outer.Err}
	}
	return err
}

// discard frees a version that is not used, because of err.
func (w *Worker) discard(ctx context.Context, v *version, err *stepError) error {
	if closing := v.plugin.Close(context.WithoutCancel(ctx)); closing != nil {
		err = &stepError{err.step, fmt.Errorf("%w; then %w", err.err, closing)}
	}
	return w.refused(source{digest: v.digest, file: v.file}, err)
}

// configured returns the pinned version, or else reads what the options name.
func (w *Worker) configured() (source, error) {
	if pinned := w.store.read().Pinned; pinned != "" {
		return w.recall(pinned)
	}
	if w.options.File != "" {
		return w.read(w.options.File)
	}
	return source{binary: w.options.Binary, digest: digestOf(w.options.Binary)}, nil
}

// read reads no more of a file than may be loaded, and one byte by which the
// check sees that there are more.
func (w *Worker) read(file string) (source, error) {
	binary, err := readFile(file, w.options.Plugin.Limits.WithDefaults().ModuleSize)
	if err != nil {
		return source{file: file}, &stepError{StepRead, err}
	}
	return source{binary: binary, file: file, digest: digestOf(binary)}, nil
}

// A stepError is a SwapError that does not know yet of what.
type stepError struct {
	step Step
	err  error
}

func (e *stepError) Error() string { return string(e.step) + ": " + e.err.Error() }

// loadError tells which step of loading failed.
func loadError(err error) *stepError {
	var outer *plugin.Error
	if errors.As(err, &outer) {
		err = outer.Err // the worker says the name
	}
	var checked *engine.BinaryError
	switch {
	case errors.As(err, &checked):
		return &stepError{StepCheck, err}
	case engine.AsTrap(err) != nil:
		return &stepError{StepInitialize, err}
	}
	return &stepError{StepLoad, err}
}

// refused says why the version from s is not used.
func (w *Worker) refused(s source, err error) error {
	var step *stepError
	if !errors.As(err, &step) {
		step = &stepError{StepLoad, err}
	}
	return &SwapError{Worker: w.Name(), File: s.file, Digest: s.digest, Step: step.step, Err: step.err}
}
