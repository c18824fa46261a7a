package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Versions returns the versions that are kept, in the order in which they last
// came into use; the last one is in use or was so last.
func (w *Worker) Versions() []Kept { return w.store.read().Versions }

// Pin makes a version that is kept the one in use and has it stay so: a file that
// changes is ignored, swaps are refused with [ErrPinned], also after a restart of
// the worker or of the program. A digest may be cut, as long as one version is
// meant. A worker that is down begins its next run with it. The errors are
// [ErrUnknown] and those of Swap.
func (w *Worker) Pin(ctx context.Context, digest string) error {
	kept := w.store.read()
	found, err := kept.find(digest)
	if err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	s, err := w.recall(found)
	if err != nil {
		return w.refused(s, err)
	}
	if done, err := w.pinDown(s); done {
		return err
	}
	s.pin = true
	if err := w.swap(ctx, s, false); err != nil {
		return err
	}
	return w.pinned(ctx, found)
}

// pinDown pins a version for the next start of a worker that is down; it reports
// whether it is.
func (w *Worker) pinDown(s source) (done bool, err error) {
	if !w.isDown() {
		return false, nil
	}
	if err := w.store.update(func(r *record) { r.Pinned = s.digest }); err != nil {
		return true, &Error{Worker: w.Name(), Err: fmt.Errorf("state: %w", err)}
	}
	w.emit(Event{Kind: Pinned, Digest: s.digest, File: s.file})
	w.tellNews()
	return true, nil
}

func (w *Worker) isDown() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state == Down
}

// tellNews has a worker that awaits its file try again.
func (w *Worker) tellNews() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// pinned pins the version of that digest, which is in use.
func (w *Worker) pinned(ctx context.Context, digest string) error {
	if err := w.takeTurn(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	defer w.giveTurn()
	v := w.current.Load()
	if v == nil || v.digest != digest {
		return &Error{Worker: w.Name(), Err: fmt.Errorf("%w: %s is not in use any more", ErrUnknown, short(digest))}
	}
	if err := w.store.update(func(r *record) { r.Pinned = digest }); err != nil {
		return &Error{Worker: w.Name(), Err: fmt.Errorf("state: %w", err)}
	}
	w.endTrial(v)
	w.tell(Pinned, v, nil)
	return nil
}

// Unpin ends what Pin began, and takes the worker's file if it has changed
// meanwhile: the error may be that of the swap, and the version is unpinned all
// the same.
func (w *Worker) Unpin(ctx context.Context) error {
	was := w.store.read().Pinned
	if was == "" {
		return nil
	}
	if err := w.store.update(func(r *record) { r.Pinned = "" }); err != nil {
		return &Error{Worker: w.Name(), Err: fmt.Errorf("state: %w", err)}
	}
	w.emit(Event{Kind: Unpinned, Digest: was})
	if w.options.File == "" || w.current.Load() == nil {
		return nil
	}
	s, err := w.read(w.options.File)
	if err != nil {
		return w.refused(s, err)
	}
	return w.consider(ctx, s, false)
}

// Rollback puts the version that was in use before in the place of the one that
// is, which is not taken again unless somebody asks for it. A worker that is down
// begins its next run with it. The errors are [ErrUnknown] if there was none
// before, [ErrPinned], and those of Swap.
func (w *Worker) Rollback(ctx context.Context) error {
	if err := w.takeTurn(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	defer w.giveTurn()
	v, kept := w.current.Load(), w.store.read()
	if kept.Pinned != "" {
		return &Error{Worker: w.Name(), Err: ErrPinned}
	}
	if v != nil && w.isOnTrial(v) && w.rollBack(v, nil) {
		return nil
	}
	before := kept.before(kept.Current)
	switch {
	case before == "":
		return &Error{Worker: w.Name(), Err: fmt.Errorf("%w from before %s", ErrUnknown, short(kept.Current))}
	case v == nil:
		return w.rollBackDown(kept.Current, before)
	}
	s, err := w.recall(before)
	if err != nil {
		return w.refused(s, err)
	}
	s.back = true
	if err := w.change(ctx, v, s); err != nil {
		w.emit(Event{Kind: SwapFailed, Digest: s.digest, File: s.file, Err: err})
		return err
	}
	w.reject(v)
	return nil
}

// rollBackDown is Rollback of a worker that is down.
func (w *Worker) rollBackDown(from, to string) error {
	if !w.isDown() {
		return &Error{Worker: w.Name(), Err: ErrDown}
	}
	if err := w.store.update(func(r *record) { r.reject(from) }); err != nil {
		return &Error{Worker: w.Name(), Err: fmt.Errorf("state: %w", err)}
	}
	w.emit(Event{Kind: RolledBack, Digest: to, From: from})
	w.tellNews()
	return nil
}

// isOnTrial reports whether the version before v is still loaded.
func (w *Worker) isOnTrial(v *version) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return v.previous != nil
}

// watch has changes of the file told as long as the worker runs.
func (w *Worker) watch(ctx context.Context) (stop func()) {
	if w.options.Watcher == nil || w.options.File == "" {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	limit := w.options.Plugin.Limits.WithDefaults().ModuleSize
	one, err := w.options.Watcher.add(w.options.File, limit, func(s source, touched bool) {
		if w.isDown() {
			w.tellNews()
		} else if !touched || w.options.ReloadOnTouch {
			// Events say the other errors.
			if err := w.consider(ctx, s, touched); errors.Is(err, ErrDown) {
				w.tellNews()
			}
		}
	})
	if err != nil {
		cancel()
		w.warn("the file is not watched", err)
		return func() {}
	}
	return func() {
		cancel()
		w.options.Watcher.remove(one)
	}
}

// considered notes what the file was, and reports whether it has changed.
func (w *Worker) considered(s source) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed = w.fromFile != s.digest
	w.fromFile = s.digest
	return changed
}

// consider swaps to the contents of the file if that is not to be ignored. If the
// worker went down meanwhile its next run finds a file that has changed.
func (w *Worker) consider(ctx context.Context, s source, force bool) error {
	s.file = w.options.File
	kept := w.store.read()
	var why error
	switch {
	case kept.Pinned != "" && kept.Pinned != s.digest:
		why = ErrPinned
	case slices.Contains(kept.Rejected, s.digest):
		why = ErrRejected
	default:
		err := w.swap(ctx, s, force)
		if !errors.Is(err, ErrDown) && ctx.Err() == nil {
			w.considered(s)
		}
		return err
	}
	w.considered(s)
	w.emit(Event{Kind: Ignored, Digest: s.digest, File: s.file, Err: why})
	return nil
}
