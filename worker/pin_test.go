package worker_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// kept are options of a worker on a file, with a state that outlives it.
func kept(t testing.TB, dir string, tag byte) worker.Options {
	t.Helper()
	options := quick(nil)
	options.File = filepath.Join(dir, "guest.wasm")
	options.State = filepath.Join(dir, "state")
	put(t, options.File, guest(shape{tag: tag}))
	return options
}

// put writes a file in the place of another, at once.
func put(t testing.TB, file string, content []byte) {
	t.Helper()
	stage := file + ".new"
	if err := os.WriteFile(stage, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(stage, file); err != nil {
		t.Fatal(err)
	}
}

// during runs a worker while f uses it.
func during(t *testing.T, load worker.Loader, options worker.Options, f func(*worker.Worker)) {
	t.Helper()
	w, err := worker.New(load, options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := w.Run(ctx, func() { f(w); cancel() }); err != nil {
		t.Error(err)
	}
}

func digests(w *worker.Worker) []string {
	var all []string
	for _, k := range w.Versions() {
		all = append(all, k.Digest)
	}
	return all
}

// TestRollback goes back to bytes that are overwritten, also in another process.
func TestRollback(t *testing.T) {
	load, options := newLoader(t), kept(t, t.TempDir(), 'a')
	options.Trial.Off = true
	during(t, load, options, func(w *worker.Worker) {
		if err := w.Rollback(t.Context()); !errors.Is(err, worker.ErrUnknown) {
			t.Errorf("nothing before: %v", err)
		}
		put(t, options.File, guest(shape{tag: 'b'}))
		if err := w.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "b")
		if err := w.Swap(t.Context(), guest(shape{tag: 'c'})); err != nil {
			t.Fatal(err)
		}
		if err := w.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "b")
	})
	during(t, load, options, func(w *worker.Worker) {
		expect(t, "version", tag(t, w), "b")
		if err := w.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "a")
		if err := w.Rollback(t.Context()); !errors.Is(err, worker.ErrUnknown) {
			t.Errorf("nothing before: %v", err)
		}
	})
	events := newLog()
	options.Events = events.add
	during(t, load, options, func(w *worker.Worker) { // the file has b, which was rolled back
		expect(t, "version", tag(t, w), "a")
		if e := events.await(t, worker.Ignored, 1); !errors.Is(e.Err, worker.ErrRejected) || e.File != options.File {
			t.Errorf("%+v", e)
		}
		if err := w.Reload(t.Context()); err != nil { // somebody asks for it
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "b")
	})
	during(t, load, options, func(w *worker.Worker) { expect(t, "version", tag(t, w), "b") })
}

// TestRollbackOnTrial needs no bytes: the version before is still loaded.
func TestRollbackOnTrial(t *testing.T) {
	w, events := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	if err := w.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "version", tag(t, w), "a")
	if e := events.await(t, worker.RolledBack, 1); e.Err != nil || e.Generation != 2 {
		t.Errorf("%+v", e)
	}
	if s := w.Status(); s.Plugin.Made != 1 {
		t.Errorf("%+v", s)
	}
}

// TestRollbackLoads what was proved before, and does not put it on trial.
func TestRollbackLoads(t *testing.T) {
	w, _ := run(t, newLoader(t), stateful(guest(shape{tag: 'a'}), worker.Handover{Save: "save"}))
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	expect(t, "on trial", w.Status().OnTrial, true)
	if err := w.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "on trial", w.Status().OnTrial, false)
	expect(t, "version", tag(t, w), "a")
}

// TestPinOnTrial is as good as a passed trial.
func TestPinOnTrial(t *testing.T) {
	w, _ := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	if err := w.Pin(t.Context(), w.Status().Digest); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		_, _ = w.Call(t.Context(), "trap", nil)
	}
	expect(t, "version", tag(t, w), "b")
}

// TestRolledBackByItself does not take the bytes again, in this run or the next.
func TestRolledBackByItself(t *testing.T) {
	load, options := newLoader(t), kept(t, t.TempDir(), 'a')
	during(t, load, options, func(w *worker.Worker) {
		put(t, options.File, guest(shape{tag: 'b'}))
		if err := w.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			_, _ = w.Call(t.Context(), "trap", nil)
		}
		expect(t, "version", tag(t, w), "a")
	})
	during(t, load, options, func(w *worker.Worker) { expect(t, "version", tag(t, w), "a") })
}

// TestHandoverRollsBack by a restart, since the version before has given up what
// it had.
func TestHandoverRollsBack(t *testing.T) {
	options := stateful(guest(shape{tag: 'a'}), worker.Handover{Quiesce: "quiesce"})
	w, events := run(t, newLoader(t), options)
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_, _ = w.Call(t.Context(), "trap", nil)
	}
	if e := events.await(t, worker.Failed, 1); !errors.Is(e.Err, worker.ErrTrial) {
		t.Errorf("%+v", e)
	}
	expect(t, "version", tag(t, w), "a")
	expect(t, "restarts", w.Status().Restarts, 1)
}

func TestPin(t *testing.T) {
	load, options := newLoader(t), kept(t, t.TempDir(), 'a')
	during(t, load, options, func(w *worker.Worker) {
		if err := w.Pin(t.Context(), "0123"); !errors.Is(err, worker.ErrUnknown) {
			t.Errorf("unknown: %v", err)
		}
		if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
			t.Fatal(err)
		}
		if err := w.Pin(t.Context(), digests(w)[0][:8]); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "a")
		expect(t, "pinned", w.Status().Pinned, w.Status().Digest)
		expect(t, "on trial", w.Status().OnTrial, false)
		for what, err := range map[string]error{
			"swap": w.Swap(t.Context(), guest(shape{tag: 'c'})), "rollback": w.Rollback(t.Context()),
		} {
			if !errors.Is(err, worker.ErrPinned) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
	put(t, options.File, guest(shape{tag: 'c'}))
	during(t, load, options, func(w *worker.Worker) {
		expect(t, "version", tag(t, w), "a")
		if err := w.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "a")
		if s := w.Status(); s.Generation != 1 {
			t.Errorf("%+v", s)
		}
		if err := w.Unpin(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "version", tag(t, w), "c")
		if err := w.Unpin(t.Context()); err != nil { // again
			t.Error(err)
		}
	})
}

// TestPinnedBytesAreGone is an error: a pin is a promise, and no other version
// stands in.
func TestPinnedBytesAreGone(t *testing.T) {
	load, options := newLoader(t), kept(t, t.TempDir(), 'a')
	during(t, load, options, func(w *worker.Worker) {
		if err := w.Pin(t.Context(), w.Status().Digest); err != nil {
			t.Fatal(err)
		}
	})
	found, err := filepath.Glob(filepath.Join(options.State, "*", "*.wasm"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if err := os.Remove(found[0]); err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(load, options)
	if err != nil {
		t.Fatal(err)
	}
	var refused *worker.SwapError
	if err := w.Run(t.Context(), nil); !errors.As(err, &refused) || refused.Step != worker.StepRead || !errors.Is(err, worker.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

// TestLastGood begins with the version that was in use last if the file is
// broken.
func TestLastGood(t *testing.T) {
	load, options := newLoader(t), kept(t, t.TempDir(), 'a')
	during(t, load, options, func(*worker.Worker) {})
	for name, content := range map[string][]byte{"broken": []byte("no module"), "traps": guest(shape{traps: true})} {
		put(t, options.File, content)
		during(t, load, options, func(w *worker.Worker) { expect(t, name, tag(t, w), "a") })
	}
	if err := os.Remove(options.File); err != nil {
		t.Fatal(err)
	}
	during(t, load, options, func(w *worker.Worker) { expect(t, "removed", tag(t, w), "a") })
	options.State = ""
	w, err := worker.New(load, options)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestKillMidway pins a version in a process that is killed then.
func TestKillMidway(t *testing.T) {
	dir := t.TempDir()
	if _, err := os.Executable(); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "WORKER_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 64)
	n, err := out.Read(said)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if err != nil || !strings.HasPrefix(string(said[:n]), "pinned") {
		t.Fatalf("the process said %q, %v", said[:n], err)
	}
	options := kept(t, dir, 'c')
	during(t, newLoader(t), options, func(w *worker.Worker) { expect(t, "version", tag(t, w), "a") })
}

// TestKilled is the process of TestKillMidway.
func TestKilled(t *testing.T) {
	dir := os.Getenv("WORKER_TEST_DIR")
	if dir == "" {
		return
	}
	eng, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	hosts, err := plugin.NewHosts(t.Context(), eng)
	if err != nil {
		t.Fatal(err)
	}
	during(t, worker.From(hosts), kept(t, dir, 'a'), func(w *worker.Worker) {
		if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
			t.Fatal(err)
		}
		if err := w.Pin(t.Context(), digests(w)[0]); err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("pinned\n")
		time.Sleep(time.Minute) // to be killed
	})
}

// TestRestartKeepsTheVersion that was in use, though the file has another, as long
// as the file does not change.
func TestRestartKeepsTheVersion(t *testing.T) {
	options := kept(t, t.TempDir(), 'a')
	options.Circuit.Row, options.Trial.Off = 1, true
	w, ended, again := idle(t, options)
	if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
		t.Fatal(err)
	}
	for _, want := range "bc" {
		trapTimes(t, w, 1)
		<-ended
		again()
		expect(t, "version", tag(t, w), string(want))
		put(t, options.File, guest(shape{tag: 'c'}))
	}
}

// TestDownButNotOut pins, and rolls back, a worker that is down: its next run
// begins so.
func TestDownButNotOut(t *testing.T) {
	for name, act := range map[string]func(*worker.Worker) error{
		"pin":      func(w *worker.Worker) error { return w.Pin(t.Context(), digests(w)[0]) },
		"rollback": func(w *worker.Worker) error { return w.Rollback(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			options := kept(t, t.TempDir(), 'a')
			options.Circuit.Row, options.Trial.Off = 1, true
			w, ended, again := idle(t, options)
			if err := w.Swap(t.Context(), guest(shape{tag: 'b'})); err != nil {
				t.Fatal(err)
			}
			trapTimes(t, w, 1)
			<-ended
			if s := w.Status(); !s.CircuitOpen || s.State != worker.Down {
				t.Errorf("%+v", s)
			}
			if err := act(w); err != nil {
				t.Fatal(err)
			}
			again()
			expect(t, "version", tag(t, w), "a")
		})
	}
}
