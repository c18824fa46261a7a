package enginetest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// Runaways runs the corpus of guests that do not end by themselves. Each is
// stopped in three ways: by the deadline of its call, by the end of its context,
// and, where the engine counts it, by its fuel. Meanwhile the garbage collector
// runs and another instance answers; afterwards a fresh instance of the same
// guest does. Once the engine is closed nothing is left of all that. The bounds
// of time are wide, because machines are busy; what was measured is logged.
func Runaways(t *testing.T, open func(t *testing.T) engine.Engine) {
	wantNothingLeft(t, open, func(b *bench) {
		metered := b.metered()
		for _, group := range [][]runaway{runawayLoops, runawayCalls, runawayBulk, runawayWaits, runawayExceptions} {
			for _, r := range group {
				b.Run(r.name, func(t *testing.T) { r.runAll(&bench{T: t, engine: b.engine}, metered) })
			}
		}
	})
}

// A runaway is a guest whose export "run" does not end by itself.
type runaway struct {
	name  string
	build func(b *corewasm.Builder) (run uint32)

	kinds []engine.TrapKind // by which it may end besides the one it is stopped by
	start bool              // run is the start function
	rests bool              // it spends no fuel while it does what it does for ever
	heavy bool              // an instruction does much, which an engine may count as a unit: it may meet its deadline first
	host  hostFunc          // what the host's function f does; nil: nothing
	peer  func(b *corewasm.Builder)
}

// How a runaway is stopped: after so long, or having spent so much.
const (
	runawayTime = 50 * time.Millisecond
	runawayFuel = 5_000
	runawayLong = 2 * time.Second // besides fuel, if what is heavy may end by it
	runawayLate = time.Minute
)

// A stopping is a way to stop a guest.
type stopping struct {
	kind    engine.TrapKind
	limits  engine.Limits
	cancels bool
}

func (r runaway) runAll(b *bench, metered bool) {
	free, imports := r.compile(b, false, engine.Limits{})
	fresh := func(b *bench) engine.Instance {
		b.Helper()
		instance, err := free.Instantiate(context.Background(), imports, engine.InstanceConfig{})
		if err != nil {
			b.Fatalf("instantiate: %v", err)
		}
		return instance
	}
	stop := func(name string, how stopping) {
		b.Run(name, func(t *testing.T) { r.run(&bench{T: t, engine: b.engine}, how, fresh) })
	}
	stop("deadline", stopping{kind: engine.Deadline, limits: engine.Limits{Timeout: runawayTime}})
	stop("cancel", stopping{kind: engine.Canceled, cancels: true})
	if metered && !r.rests {
		limits := engine.Limits{Fuel: runawayFuel, Timeout: runawayLate}
		if r.heavy {
			limits.Timeout = runawayLong
		}
		stop("fuel", stopping{kind: engine.OutOfFuel, limits: limits})
	}
}

// run has the guest run until it is stopped.
func (r runaway) run(b *bench, how stopping, fresh func(*bench) engine.Instance) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	begin := r.prepare(b, how.limits)
	witness := fresh(b)
	defer b.close(witness)
	began := time.Now()
	if how.cancels {
		time.AfterFunc(runawayTime, cancel)
	}
	paused, err := beside(func() error { return begin(ctx) }, func() { b.want(42, witness, "answer") })
	took := time.Since(began)
	if r.heavy {
		r.kinds = append(r.kinds, engine.Deadline)
	}
	trap := r.check(b, err, how.kind)
	if how.kind != engine.OutOfFuel && trap.Kind == how.kind && took < runawayTime {
		b.Errorf("stopped after %v, before %v", took, runawayTime)
	}
	if took > runawayLate || paused > runawayLate {
		b.Errorf("stopped after %v, garbage collection took %v", took, paused)
	}
	b.Logf("%v after %v, garbage collection at most %v", trap.Kind, took.Round(time.Millisecond/10), paused.Round(time.Millisecond/10))
	next := fresh(b)
	b.want(42, next, "answer")
	b.close(next)
}

// prepare returns the run that must be stopped.
func (r runaway) prepare(b *bench, limits engine.Limits) func(context.Context) error {
	b.Helper()
	module, imports := r.compile(b, r.start, limits)
	make := func(ctx context.Context) (engine.Instance, error) {
		return module.Instantiate(ctx, imports, engine.InstanceConfig{})
	}
	if r.start {
		return func(ctx context.Context) error {
			_, err := make(ctx)
			return err
		}
	}
	instance, err := make(context.Background())
	if err != nil {
		b.Fatalf("instantiate: %v", err)
	}
	b.Cleanup(func() { b.close(instance) })
	return func(ctx context.Context) error { return instance.Func("run").Call(ctx, nil) }
}

// compile compiles the guest and finds what it imports.
func (r runaway) compile(b *bench, started bool, limits engine.Limits) (engine.Module, []engine.Extern) {
	b.Helper()
	body := r.host
	if body == nil {
		body = func(context.Context, engine.Instance, []uint64) error { return nil }
	}
	from := provided{"host": b.host(engine.HostFunc{Name: "f", Call: body})}
	if r.peer != nil {
		var peer corewasm.Builder
		r.peer(&peer)
		instance := b.make(b.compileBytes(peer.Bytes(), limits), nil, nil)
		b.Cleanup(func() { b.close(instance) })
		from["peer"] = instance
	}
	module := b.compileBytes(r.module(started), limits)
	return module, b.link(module, from)
}

// compileBytes compiles a module that is closed with the test.
func (b *bench) compileBytes(binary []byte, limits engine.Limits) engine.Module {
	b.Helper()
	module, err := b.engine.Compile(context.Background(), binary, limits)
	if err != nil {
		b.Fatalf("compile: %v", err)
	}
	b.Cleanup(func() {
		if err := module.Close(context.Background()); err != nil {
			b.Errorf("close the module: %v", err)
		}
	})
	return module
}

// module returns the guest with one export more: answer. Function 0 is the host's
// f.
func (r runaway) module(started bool) []byte {
	var b corewasm.Builder
	b.ImportFunc("host", "f", nil, nil)
	run := r.build(&b)
	b.Export("run", corewasm.KindFunc, run)
	b.Export("answer", corewasm.KindFunc, b.Func(nil, i32s, nil, corewasm.Code{}.I32Const(42)))
	if started {
		b.Start(run)
	}
	return b.Bytes()
}

// beside collects garbage and calls also while run runs, and returns how long a
// collection took at most.
func beside(run func() error, also func()) (paused time.Duration, err error) {
	done := make(chan error, 1)
	go func() { done <- run() }()
	for {
		select {
		case err := <-done:
			return paused, err
		case <-time.After(10 * time.Millisecond):
			began := time.Now()
			runtime.GC()
			paused = max(paused, time.Since(began))
			also()
		}
	}
}

// check wants the guest to have ended by that kind of trap, or by its own.
func (r runaway) check(b *bench, err error, kind engine.TrapKind) *engine.Trap {
	b.Helper()
	trap := engine.AsTrap(err)
	if trap == nil || trap.Kind != kind && !slices.Contains(r.kinds, trap.Kind) {
		b.Fatalf("error %v, want %v or %v", err, kind, r.kinds)
	}
	if errors.Is(err, context.DeadlineExceeded) != (trap.Kind == engine.Deadline) ||
		errors.Is(err, context.Canceled) != (trap.Kind == engine.Canceled) {
		b.Errorf("%v is of kind %v", err, trap.Kind)
	}
	for _, frame := range trap.Frames {
		if frame.Name == "" && frame.Func > 5 {
			b.Errorf("frame of function %d, which the guest has not", frame.Func)
		}
	}
	return trap
}

// metered reports whether the engine counts fuel.
func (b *bench) metered() bool {
	b.Helper()
	m := b.compile("calls", engine.Limits{})
	i := b.make(m, b.hostFor(m, nil), nil)
	defer b.close(i)
	_, ok := i.(engine.Metered)
	return ok
}
