package worker

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// first makes the version with which a run begins, from the first of the
// candidates that is good.
func (w *Worker) first(ctx context.Context) (*version, error) {
	var failed error
	for _, find := range w.candidates() {
		v, err := w.ready(ctx, find)
		if err == nil {
			return v, nil
		}
		if failed != nil {
			err = fmt.Errorf("%w; and %w", failed, err)
		}
		failed = err
	}
	return nil, failed
}

// candidates returns what a run may begin with: the pinned version; else that of
// the file or the options and the one that was in use last, in this order unless
// the file is what it was when the other one came into use.
func (w *Worker) candidates() []func() (source, error) {
	s, err := w.configured()
	unchanged := err == nil && !s.trusted && !w.considered(s)
	configured := func() (source, error) { return s, err }
	kept := w.store.read()
	if kept.Pinned != "" || kept.Current == "" || kept.Current == s.digest {
		return []func() (source, error){configured}
	}
	last := func() (source, error) { return w.recall(kept.Current) }
	if unchanged {
		return []func() (source, error){last, configured}
	}
	return []func() (source, error){configured, last}
}

// ready makes a version from what find returns.
func (w *Worker) ready(ctx context.Context, find func() (source, error)) (*version, error) {
	s, err := find()
	if err != nil {
		err = w.refused(s, err)
	}
	if err == nil && !s.trusted && slices.Contains(w.store.read().Rejected, s.digest) {
		w.emit(Event{Kind: Ignored, Digest: s.digest, File: s.file, Err: ErrRejected})
		return nil, w.refused(s, &stepError{StepTrial, ErrRejected})
	}
	var v *version
	if err == nil {
		v, err = w.prepare(ctx, s, nil)
	}
	if err == nil {
		if err = w.remember(s); err != nil {
			err = w.discard(ctx, v, &stepError{StepKeep, err})
		}
	}
	if err != nil {
		w.emit(Event{Kind: LoadFailed, Digest: s.digest, File: s.file, Err: err})
		return nil, err
	}
	return v, nil
}

// remember keeps the bytes from s and notes that they come into use.
func (w *Worker) remember(s source) error {
	if err := w.store.put(s.digest, s.binary); err != nil {
		return err
	}
	return w.store.update(func(r *record) {
		r.use(Kept{Digest: s.digest, File: s.file, Size: len(s.binary), Used: time.Now()})
	})
}

// recall returns a version that is kept.
func (w *Worker) recall(digest string) (source, error) {
	s := source{digest: digest, trusted: true}
	for _, k := range w.store.read().Versions {
		if k.Digest == digest {
			s.file = k.File
		}
	}
	var err error
	if s.binary, err = w.store.get(digest); err != nil {
		return s, &stepError{StepRead, err}
	}
	return s, nil
}
