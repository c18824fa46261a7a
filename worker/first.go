package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// first makes the version with which a run begins: the pinned one; else that of
// the file or the options, unless it was rolled back before; else the one that was
// in use last.
func (w *Worker) first(ctx context.Context) (*version, error) {
	v, err := w.begin(ctx, w.configured)
	last := w.store.read()
	if err == nil || last.Pinned != "" || last.Current == "" {
		return v, err
	}
	var refused *SwapError
	if errors.As(err, &refused) && refused.Digest == last.Current {
		return nil, err
	}
	v, err2 := w.begin(ctx, func() (source, error) { return w.recall(last.Current) })
	if err2 != nil {
		return nil, fmt.Errorf("%w; and %w", err, err2)
	}
	return v, nil
}

// begin makes a version from what find returns.
func (w *Worker) begin(ctx context.Context, find func() (source, error)) (*version, error) {
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
