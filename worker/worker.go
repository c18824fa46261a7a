package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/supervise"
)

// A Worker is a plugin that is kept alive. Make one with [New] and run it, best
// under a supervisor.
type Worker struct {
	load    Loader
	options Options
	gated   bool // there is a handover
	store   *store

	current  atomic.Pointer[version] // that new calls go to; nil unless the worker is up
	gate     sync.RWMutex            // held by calls, if there is a handover
	swapping chan struct{}           // holds one token: one swap, start or end at a time
	news     chan struct{}           // the file has changed while the worker was down; has room for one
	telling  sync.Mutex              // one event at a time

	mu         sync.Mutex
	state      State
	cause      error         // why the worker is down
	changed    chan struct{} // closed when state or current changes
	failure    chan error    // of the run; has room for one
	fromFile   string        // digest of what the file was when it was last considered
	running    bool          // Run is
	live       []*version    // those that may still run calls
	ended      totals        // of the versions that do not
	generation uint64
	since      time.Time // when the version in use came into it
	loads      uint64    // versions that came into use, restarts included
	restarts   uint64
	ending     int           // versions that end in the background
	settled    chan struct{} // closed when there are none any more
}

// New makes a worker. Nothing is loaded before it runs. The error says what
// contradicts itself in the options, or what is wrong with the folder of the state.
func New(load Loader, options Options) (*Worker, error) {
	options = options.withDefaults()
	if err := options.check(); err != nil {
		return nil, &Error{Worker: options.Plugin.Name, Err: err}
	}
	kept, err := openStore(options.State, options.Plugin.Name, options.Keep)
	if err != nil {
		return nil, &Error{Worker: options.Plugin.Name, Err: fmt.Errorf("state: %w", err)}
	}
	return &Worker{
		load: load, options: options, gated: options.Handover.wanted(), store: kept,
		swapping: make(chan struct{}, 1), changed: make(chan struct{}), settled: make(chan struct{}),
		news: make(chan struct{}, 1),
	}, nil
}

// Name returns the worker's name.
func (w *Worker) Name() string { return w.options.Plugin.Name }

// Child returns the worker as a permanent child of a supervisor. It may take as
// long as it wants to stop, for Options.Drain bounds that.
func (w *Worker) Child() supervise.Child {
	return supervise.Child{Name: w.Name(), Run: w.Run, Shutdown: supervise.Infinity}
}

// Run loads the guest, calls started, which may be nil, and keeps the worker up
// until ctx ends; then it refuses new calls, waits for those in flight for
// Options.Drain, and returns nil. It returns an error when the guest cannot be
// loaded and when the worker fails; run it again then. It has the form of
// Child.Run of package supervise.
func (w *Worker) Run(ctx context.Context, started func()) error {
	failure, err := w.enter()
	if err != nil {
		return err
	}
	defer w.watch(ctx)()
	var once sync.Once
	up := func() {
		if started != nil {
			once.Do(started)
		}
	}
	if err := w.begin(ctx, up); err != nil || ctx.Err() != nil {
		return w.leave(ctx, err)
	}
	up()
	select {
	case <-ctx.Done():
	case err := <-failure:
		return w.leave(ctx, &Error{Worker: w.Name(), Err: err})
	}
	return w.leave(ctx, nil)
}

// begin loads the first version of a run. If the worker awaits its file that may
// need several tries, and it calls up before the second.
func (w *Worker) begin(ctx context.Context, up func()) error {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := w.start(ctx)
		if err == nil || !w.options.AwaitFile || w.options.Watcher == nil || w.options.File == "" {
			return err
		}
		w.down(err)
		up()
		var again <-chan time.Time
		if mayPass(err) {
			again = time.After(pause)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.news:
		case <-again:
		}
	}
}

// mayPass reports whether it may not be the file's fault that it was not loaded.
func mayPass(err error) bool {
	var refused *SwapError
	if !errors.As(err, &refused) {
		return true
	}
	switch refused.Step {
	case StepRead, StepDigest, StepTrial, StepCheck, StepOperations:
		return false
	}
	return true
}

// down says that the worker cannot start for now.
func (w *Worker) down(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.become(Down, err)
}

// enter begins a run.
func (w *Worker) enter() (<-chan error, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		return nil, &Error{Worker: w.Name(), Err: ErrRunning}
	}
	w.running = true
	w.failure = make(chan error, 1)
	if w.loads > 0 || w.state == Down {
		w.restarts++
	}
	return w.failure, nil
}

// start loads the first version of a run.
func (w *Worker) start(ctx context.Context) error {
	if err := w.takeTurn(ctx); err != nil {
		return &Error{Worker: w.Name(), Err: err}
	}
	defer w.giveTurn()
	w.mu.Lock()
	w.become(Starting, w.cause)
	w.mu.Unlock()
	v, err := w.first(ctx)
	if err != nil {
		return err
	}
	return w.installed(ctx, v, false, func() Event { return Loaded.of(v, nil) })
}

// leave ends a run with err, which it returns. If the worker was told to end it
// waits for the calls of all versions, and there is no error.
func (w *Worker) leave(ctx context.Context, err error) error {
	told := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	_ = w.takeTurn(ctx) // a swap ends by itself
	w.mu.Lock()
	w.running = false
	if told {
		w.become(Idle, nil)
	} else {
		w.become(Down, err)
	}
	v := w.current.Swap(nil)
	w.mu.Unlock()
	w.retire(v)
	w.giveTurn()
	if !told {
		return err
	}
	_ = w.settle(ctx) // Options.Drain bounds it
	w.emit(Event{Kind: Stopped})
	return nil
}

// fail ends the run, because of version v, unless another one is in use.
func (w *Worker) fail(v *version, err error) {
	failed := w.announce(func() (Event, bool) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.running || !w.current.CompareAndSwap(v, nil) {
			return Event{}, false
		}
		w.become(Down, err)
		w.failure <- err // one at most: nothing is installed in a worker that is down
		return Failed.of(v, err), true
	})
	if failed {
		w.retire(v)
	}
}

// installed installs v and tells of it, or discards it.
func (w *Worker) installed(ctx context.Context, v *version, trial bool, event func() Event) error {
	var err error
	w.announce(func() (Event, bool) {
		err = w.install(v, trial)
		return event(), err == nil
	})
	if err != nil {
		return w.discard(ctx, v, &stepError{StepLoad, err})
	}
	return nil
}

// install makes v what new calls go to. What was so before is retired, at once or
// when v has stood its trial. The error says that the worker is down; v is not
// used then.
func (w *Worker) install(v *version, trial bool) error {
	w.mu.Lock()
	if !w.running || w.state == Down {
		err := because(ErrDown, w.cause)
		w.mu.Unlock()
		return err
	}
	if w.loads > 0 {
		w.generation++
	}
	w.loads++
	w.live = append(w.live, v)
	old := w.current.Load()
	if trial {
		w.putOnTrial(v, old) // before anybody calls it
	}
	w.current.Store(v)
	w.used(v)
	w.mu.Unlock()
	if trial && old != nil {
		w.endTrial(old)
	} else {
		w.retire(old)
	}
	return nil
}

// used notes that v has come into use. The lock is held.
func (w *Worker) used(v *version) {
	v.generation.Store(w.generation)
	w.since = time.Now()
	w.become(Up, nil)
}

// become changes the state. The lock is held.
func (w *Worker) become(s State, cause error) {
	w.state, w.cause = s, cause
	close(w.changed)
	w.changed = make(chan struct{})
}

// takeTurn waits until nothing else starts, swaps or ends the worker.
func (w *Worker) takeTurn(ctx context.Context) error {
	select {
	case w.swapping <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("another swap is running: %w", ctx.Err())
	}
}

// settle waits until no version ends in the background.
func (w *Worker) settle(ctx context.Context) error {
	for {
		w.mu.Lock()
		ending, settled := w.ending, w.settled
		w.mu.Unlock()
		if ending == 0 {
			return nil
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *Worker) giveTurn() { <-w.swapping }
