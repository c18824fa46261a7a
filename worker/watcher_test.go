package worker_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// watched are options of a worker on a file that is watched.
func watched(t testing.TB, w *worker.Watcher, dir string, tag byte) worker.Options {
	t.Helper()
	options := quick(nil)
	options.Watcher, options.File = w, filepath.Join(dir, "guest.wasm")
	put(t, options.File, guest(shape{tag: tag}))
	return options
}

// hasty is a watcher for tests, which leaves polling out unless it is asked for.
func hasty() *worker.Watcher {
	return &worker.Watcher{Debounce: 10 * time.Millisecond, Poll: -1}
}

// TestWatchedFile changes a file in each way that there is (WT-24, WT-29).
func TestWatchedFile(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	w, events := run(t, newLoader(t), options)
	put(t, options.File, guest(shape{tag: 'b'})) // renamed over it
	events.await(t, worker.Swapped, 1)
	expect(t, "version", tag(t, w), "b")
	if err := os.WriteFile(options.File, guest(shape{tag: 'c'}), 0o600); err != nil { // written in place
		t.Fatal(err)
	}
	events.await(t, worker.Swapped, 2)
	expect(t, "version", tag(t, w), "c")
	put(t, options.File, []byte("no module"))
	if e := events.await(t, worker.SwapFailed, 1); e.File != options.File {
		t.Errorf("%+v", e)
	}
	expect(t, "version", tag(t, w), "c")
	if err := os.Remove(options.File); err != nil {
		t.Fatal(err)
	}
	put(t, options.File, guest(shape{tag: 'd'}))
	events.await(t, worker.Swapped, 3)
	expect(t, "version", tag(t, w), "d")
	expect(t, "generation", w.Status().Generation, 3)
}

// TestSymbolicLinks changes a file by changing where its folder leads, as
// Kubernetes does with what it mounts.
func TestSymbolicLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege there")
	}
	dir := t.TempDir()
	for n, tag := range "ab" {
		folder := filepath.Join(dir, string("12"[n]))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, "guest.wasm"), guest(shape{tag: byte(tag)}))
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, name+".new"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
	}
	link("1", filepath.Join(dir, "data"))
	link(filepath.Join("data", "guest.wasm"), filepath.Join(dir, "guest.wasm"))
	options := quick(nil)
	options.Watcher, options.File = hasty(), filepath.Join(dir, "guest.wasm")
	w, events := run(t, newLoader(t), options)
	expect(t, "version", tag(t, w), "a")
	link("2", filepath.Join(dir, "data"))
	events.await(t, worker.Swapped, 1)
	expect(t, "version", tag(t, w), "b")
}

// TestTouch reloads a file that was only touched if that is asked for (WT-24).
func TestTouch(t *testing.T) {
	for _, asked := range []bool{true, false} {
		options := watched(t, hasty(), t.TempDir(), 'a')
		options.ReloadOnTouch = asked
		w, events := run(t, newLoader(t), options)
		if err := os.Chtimes(options.File, time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if asked {
			events.await(t, worker.Swapped, 1)
			expect(t, "version", tag(t, w), "a")
			expect(t, "generation", w.Status().Generation, 1)
			continue
		}
		put(t, options.File, guest(shape{tag: 'b'})) // comes after it
		events.await(t, worker.Swapped, 1)
		expect(t, "generation", w.Status().Generation, 1)
	}
}

// TestPolling sees what the system does not tell.
func TestPolling(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	options := watched(t, &worker.Watcher{Debounce: 10 * time.Millisecond, Poll: 10 * time.Millisecond}, dir, 'a')
	w, events := run(t, newLoader(t), options)
	for n, tagged := range "bcd" { // the folder goes with its watch, and there is another
		if err := os.Rename(dir, dir+string("123"[n])); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, options.File, guest(shape{tag: byte(tagged)}))
		events.await(t, worker.Swapped, n+1)
		expect(t, "version", tag(t, w), string(tagged))
	}
}

// TestOneWatcher serves workers in several folders, comes to rest with the last of
// them and can be used again (WT-27, WT-28).
func TestOneWatcher(t *testing.T) {
	load, watcher, dirs := newLoader(t), hasty(), []string{t.TempDir(), t.TempDir()}
	before := runtime.NumGoroutine()
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		var runs sync.WaitGroup
		for n := range 6 {
			options := watched(t, watcher, dirs[n%2], 'a')
			options.File += string("012345"[n])
			put(t, options.File, guest(shape{tag: 'a'}))
			events := newLog()
			options.Events = events.add
			w, err := worker.New(load, options)
			if err != nil {
				t.Fatal(err)
			}
			runs.Go(func() {
				if err := w.Run(ctx, nil); err != nil {
					t.Error(err)
				}
			})
			events.await(t, worker.Loaded, 1)
			put(t, options.File, guest(shape{tag: 'b'}))
			events.await(t, worker.Swapped, 1)
			expect(t, "version", tag(t, w), "b")
		}
		cancel()
		runs.Wait()
	}
	for try := 0; runtime.NumGoroutine() > before; try++ {
		if try == 6000 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestIgnoredFiles are those of versions that were rolled back or are not the
// pinned one.
func TestIgnoredFiles(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	w, events := run(t, newLoader(t), options)
	b := guest(shape{tag: 'b'})
	put(t, options.File, b)
	events.await(t, worker.Swapped, 1)
	for range 5 {
		_, _ = w.Call(t.Context(), "trap", nil)
	}
	expect(t, "version", tag(t, w), "a")
	put(t, options.File, append(b, 0, 1, 0)) // the same with an empty section: another digest
	events.await(t, worker.Swapped, 2)
	put(t, options.File, b)
	if e := events.await(t, worker.Ignored, 1); !errors.Is(e.Err, worker.ErrRejected) {
		t.Errorf("%+v", e)
	}
	if err := w.Pin(t.Context(), w.Status().Digest); err != nil {
		t.Fatal(err)
	}
	put(t, options.File, guest(shape{tag: 'c'}))
	if e := events.await(t, worker.Ignored, 2); !errors.Is(e.Err, worker.ErrPinned) {
		t.Errorf("%+v", e)
	}
	if err := w.Unpin(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "version", tag(t, w), "c")
}

// TestHalfWrittenFile is written in pieces, with the system told of each. What
// callers meet is the old version or the new one, whole (WT-26).
func TestHalfWrittenFile(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	w, events := run(t, newLoader(t), options)
	var stop atomic.Bool
	var caller sync.WaitGroup
	caller.Go(func() {
		for !stop.Load() {
			if got := tag(t, w); got != "a" && got != "b" {
				t.Errorf("version %q", got)
			}
		}
	})
	b := guest(shape{tag: 'b'})
	file, err := os.Create(options.File)
	if err != nil {
		t.Fatal(err)
	}
	for len(b) > 0 {
		n := min(32, len(b))
		if _, err := file.Write(b[:n]); err != nil {
			t.Fatal(err)
		}
		b = b[n:]
		time.Sleep(time.Millisecond)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	events.await(t, worker.Swapped, 1)
	stop.Store(true)
	caller.Wait()
	expect(t, "version", tag(t, w), "b")
}

// TestAwaitFile starts with a file that is broken, and is up when it is good.
func TestAwaitFile(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	options.AwaitFile, options.Policy = true, worker.Closed
	put(t, options.File, []byte("no module"))
	w, events := run(t, newLoader(t), options)
	var refused *worker.SwapError
	if _, err := w.Call(t.Context(), "version", nil); !errors.Is(err, worker.ErrDown) || !errors.As(err, &refused) || refused.Step != worker.StepCheck {
		t.Errorf("call: %v", err)
	}
	put(t, options.File, guest(shape{traps: true}))
	events.await(t, worker.LoadFailed, 2)
	put(t, options.File, guest(shape{tag: 'b'}))
	events.await(t, worker.Loaded, 1)
	expect(t, "version", tag(t, w), "b")
	expect(t, "restarts", w.Status().Restarts, 0)
}

// TestAwaitFileTriesAgain if something else than the file may be at fault.
func TestAwaitFileTriesAgain(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	options.AwaitFile = true
	var tries atomic.Int64
	options.Probe = &worker.Probe{Operation: "version", Check: func([]byte, error) error {
		if tries.Add(1) == 1 {
			return errors.New("not now")
		}
		return nil
	}}
	w, events := run(t, newLoader(t), options)
	events.await(t, worker.Loaded, 1)
	expect(t, "version", tag(t, w), "a")
	expect(t, "tries", tries.Load(), 2)
}

// TestAwaitFileEnds when it is told to.
func TestAwaitFileEnds(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	options.AwaitFile = true
	put(t, options.File, []byte("no module"))
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := w.Run(ctx, cancel); err != nil {
		t.Error(err)
	}
	expect(t, "state", w.Status().State, worker.Idle)
}

// TestAwaitFileMissesNothing has the file become good when the worker has seen that
// it is broken, and is not down yet.
func TestAwaitFileMissesNothing(t *testing.T) {
	options, events := watched(t, hasty(), t.TempDir(), 'a'), newLog()
	options.AwaitFile = true
	put(t, options.File, []byte("no module"))
	options.Events = func(e worker.Event) {
		if e.Kind == worker.LoadFailed {
			put(t, options.File, guest(shape{tag: 'b'}))
			time.Sleep(100 * time.Millisecond) // for the watcher to tell; later is as good
		}
		events.add(e)
	}
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, w)
	events.await(t, worker.Loaded, 1)
	expect(t, "version", tag(t, w), "b")
}

// TestFailureMissesNoFile has the file change while another swap is under way,
// and the worker fail before it is the file's turn. The next run takes the file.
func TestFailureMissesNoFile(t *testing.T) {
	options := watched(t, hasty(), t.TempDir(), 'a')
	options.Circuit.Row = 1
	loading, proceed := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(loading) })
	load := newLoader(t)
	slow := func(ctx context.Context, binary []byte, o plugin.Options) (*plugin.Plugin, error) {
		if bytes.Equal(binary, guest(shape{tag: 'c'})) {
			begin()
			<-proceed
		}
		return load(ctx, binary, o)
	}
	w, events := run(t, slow, options)
	var swap sync.WaitGroup
	swap.Go(func() { _ = w.Swap(context.Background(), guest(shape{tag: 'c'})) })
	<-loading
	put(t, options.File, guest(shape{tag: 'b'}))
	time.Sleep(100 * time.Millisecond) // for the watcher to tell; later is as good
	trapTimes(t, w, 1)
	close(proceed)
	swap.Wait()
	events.await(t, worker.Failed, 1)
	until(t, "the file's version is in use", func() bool { return tag(t, w) == "b" })
}
