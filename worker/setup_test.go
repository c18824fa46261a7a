package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/supervise"
	"github.com/patchbay-go/patchbay/worker"
)

// newLoader makes a loader on an engine that ends with the test.
func newLoader(t testing.TB) worker.Loader {
	t.Helper()
	ctx := context.Background()
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := eng.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if used := hosts.Used(); used.Instances != 0 || used.Memory != 0 {
			t.Errorf("in use after the test: %+v", used)
		}
	})
	return worker.From(hosts)
}

// quick are options for tests: what guests log is dropped, restarts are fast.
func quick(binary []byte) worker.Options {
	return worker.Options{
		Binary: binary,
		Plugin: plugin.Options{Name: "w", Logger: slog.New(slog.DiscardHandler), Pool: plugin.Pool{Size: 2}, Limits: engine.Limits{Timeout: patience}},
	}
}

// A log keeps events.
type log struct {
	mu     sync.Mutex
	events []worker.Event
	more   chan struct{} // closed when there is one more
}

func newLog() *log { return &log{more: make(chan struct{})} }

func (l *log) add(e worker.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	close(l.more)
	l.more = make(chan struct{})
}

// await returns the nth event of a kind, from 1, when it comes.
func (l *log) await(t testing.TB, kind worker.Kind, nth int) worker.Event {
	t.Helper()
	late := time.After(patience)
	for {
		l.mu.Lock()
		events, more := l.of(kind), l.more
		l.mu.Unlock()
		if len(events) >= nth {
			return events[nth-1]
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("no event %d of kind %v, but %v", nth, kind, l.events)
		}
	}
}

func (l *log) of(kind worker.Kind) []worker.Event {
	return slices.DeleteFunc(slices.Clone(l.events), func(e worker.Event) bool { return e.Kind != kind })
}

// count returns how many events of a kind there were.
func (l *log) count(kind worker.Kind) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.of(kind))
}

// run runs a worker under a supervisor until the test ends.
func run(t testing.TB, load worker.Loader, options worker.Options) (*worker.Worker, *log) {
	t.Helper()
	l := newLog()
	options.Events = l.add
	w, err := worker.New(load, options)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, w)
	return w, l
}

// keep runs a worker under a supervisor that never gives up.
func keep(t testing.TB, w *worker.Worker) {
	t.Helper()
	sup := &supervise.Supervisor{Intensity: 1 << 30, Children: []supervise.Child{w.Child()},
		Backoff: supervise.Backoff{Initial: time.Millisecond, Max: 50 * time.Millisecond}}
	ctx, cancel := context.WithCancel(context.Background())
	up, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- sup.Run(ctx, func() { close(up) }) }()
	select {
	case <-up:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// tag returns which version answers.
func tag(t testing.TB, w *worker.Worker) string {
	t.Helper()
	reply, err := w.Call(context.Background(), "version", nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(reply)
}

func expect(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// patience is how long tests wait for what must come.
const patience = 5 * time.Minute

// until waits for something to become true.
func until(t testing.TB, what string, true func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// example returns one of the guests of the examples.
func example(t testing.TB, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join("..", "examples", "guests", name))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
