package worker

import (
	"context"
	"time"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/plugin"
)

// Instances has generated clients call the worker, as in client, err := ops.Bind(w),
// which goes on with the next version after a swap: see [plugin.Plugin.Instances].
// Calls fare like those of [Worker.CallAppend]. If no version is in use when a
// client is bound, types are compared when it calls.
func (w *Worker) Instances() component.Instances { return (*instances)(w) }

// Session takes an instance of the version that is in use, as
// [plugin.Plugin.Session] does. The session stays with that version: a swap waits
// for its end as for that of a call. What goes wrong in its calls is not judged.
func (w *Worker) Session(ctx context.Context) (*plugin.Session, error) {
	var s *plugin.Session
	err := w.Do(ctx, func(p *plugin.Plugin) (err error) {
		s, err = p.Session(ctx)
		return err
	})
	return s, err
}

// instances are those of the version that is in use.
type instances Worker

func (in *instances) Type() (*types.ComponentType, error) {
	v := in.current.Load()
	if v == nil {
		return nil, nil
	}
	return v.plugin.Instances().Type()
}

func (in *instances) Fixed() bool { return false }

func (in *instances) Enter(ctx context.Context, function string) (*component.Entry, context.Context, error) {
	w := (*Worker)(in)
	var until time.Time // of waiting
	for {
		v := w.current.Load()
		if v == nil {
			var err error
			if v, err = w.await(ctx, &until); err != nil {
				return nil, nil, err
			}
		}
		entry, inner, again, err := w.enterVersion(ctx, v, function)
		if !again {
			return entry, inner, err
		}
	}
}

// enterVersion takes an instance of v, and reports whether another version is to be
// asked for one.
func (w *Worker) enterVersion(ctx context.Context, v *version, function string) (_ *component.Entry, _ context.Context, again bool, err error) {
	if w.gated {
		w.gate.RLock()
		if w.current.Load() != v {
			w.gate.RUnlock()
			return nil, nil, true, nil
		}
	}
	v.calls.add()
	entry, inner, err := v.plugin.Instances().Enter(ctx, function)
	if err == nil {
		entry.Outer = v
		return entry, inner, false, nil
	}
	if w.gated {
		w.gate.RUnlock()
	}
	return nil, nil, w.failed(ctx, v, err), err
}

func (in *instances) Leave(ctx context.Context, entry *component.Entry, function string, err error) error {
	w, v := (*Worker)(in), entry.Outer.(*version)
	if w.gated {
		defer w.gate.RUnlock()
	}
	if err = v.plugin.Instances().Leave(ctx, entry, function, err); err != nil {
		w.failed(ctx, v, err)
		return err
	}
	v.succeeded()
	return nil
}
