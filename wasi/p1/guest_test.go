package p1_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
)

// guestFile is built from guest.c by build.sh, both beside it.
const guestFile = "testdata/guest.wasm"

// running is a guest that runs.
type running struct {
	instance engine.Instance
}

func start(t *testing.T, config wasi.Config) *running {
	t.Helper()
	instance, _ := newHost(t).guest(t, guestFile, config)
	r := &running{instance}
	if _, err := r.call(context.Background(), "_initialize"); err != nil {
		t.Fatal(err)
	}
	return r
}

// call calls an export, which returns an int32 or nothing.
func (r *running) call(ctx context.Context, name string, params ...uint64) (int32, error) {
	stack := make([]uint64, max(len(params), 1))
	copy(stack, params)
	err := r.instance.Func(name).Call(ctx, stack)
	return int32(stack[0]), err
}

// passes calls an export that returns 0 when all is well, else the line of
// guest.c that says what is not.
func (r *running) passes(t *testing.T, name string, params ...uint64) {
	t.Helper()
	if line, err := r.call(context.Background(), name, params...); err != nil || line != 0 {
		t.Errorf("%s: guest.c:%d, %v", name, line, err)
	}
}

func TestGuestUsesFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: only some users of Windows can make symbolic links")
	}
	outside := t.TempDir()
	work, read := filepath.Join(outside, "work"), filepath.Join(outside, "read")
	for _, err := range []error{
		os.Mkdir(work, 0o777), os.Mkdir(read, 0o777), os.Symlink("..", filepath.Join(work, "outside")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	mustWrite(t, filepath.Join(outside, "secret"), "secret")
	mustWrite(t, filepath.Join(read, "file"), "kept")
	r := start(t, wasi.Config{Preopens: []wasi.Preopen{
		{Name: "/data", Root: openRoot(t, work), Writable: true},
		{Name: "/read", Root: openRoot(t, read)},
	}})
	r.passes(t, "files")
	if got := mustRead(t, filepath.Join(work, "sub", "moved.txt")); got != "line 1" {
		t.Errorf("the guest left %q", got)
	}
	r.passes(t, "refused")
	if got := mustRead(t, filepath.Join(read, "file")); got != "kept" {
		t.Errorf("the file that may only be read has %q", got)
	}
}

func TestGuestSeesWhatItWasGiven(t *testing.T) {
	var stdout, stderr bytes.Buffer
	r := start(t, wasi.Config{Env: []string{"NAME=value"}, Stdout: &stdout, Stderr: &stderr})
	r.passes(t, "environment")
	r.passes(t, "print")
	if got := stdout.String() + stderr.String(); got != "to stdout\nto stderr\n" { // not flushed by the guest
		t.Errorf("the guest printed %q", got)
	}
}

func TestGuestIsCallableAfterExit(t *testing.T) {
	r := start(t, wasi.Config{Env: []string{"NAME=value"}})
	for _, want := range []uint32{0, 3} {
		_, err := r.call(context.Background(), "leave", uint64(want))
		if code, err := exitCode(err); err != nil || code != want {
			t.Errorf("leave: code %d, %v; want %d", code, err, want)
		}
		r.passes(t, "environment")
	}
}

func TestGuestSleeps(t *testing.T) {
	r := start(t, wasi.Config{})
	begin := time.Now()
	r.passes(t, "pause_for", 30)
	if slept := time.Since(begin); slept < 30*time.Millisecond {
		t.Errorf("the guest slept %v, want 30ms", slept)
	}
	for name, deadline := range map[string]time.Duration{"at once": 0, "later": 30 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		begin := time.Now()
		_, err := r.call(ctx, "pause_for", uint64(time.Hour.Milliseconds()))
		cancel()
		if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Deadline || time.Since(begin) > soon {
			t.Errorf("%s: %v after %v, want the deadline", name, err, time.Since(begin))
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(30*time.Millisecond, cancel)
	if _, err := r.call(ctx, "pause_for", uint64(time.Hour.Milliseconds())); !errors.Is(err, context.Canceled) {
		t.Errorf("pause_for: %v, want canceled", err)
	}
}

func TestGuestWaitsForInput(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	r := start(t, wasi.Config{Stdin: in})
	if n, err := r.call(context.Background(), "ready", 20); n != 0 || err != nil {
		t.Errorf("poll: %d, %v, want that there is nothing", n, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if _, err := r.call(ctx, "input", 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("input: %v, want the deadline", err)
	}
	go func() { _, _ = io.WriteString(out, "hello") }()
	if n, err := r.call(context.Background(), "ready", 20_000); n != 1 || err != nil {
		t.Errorf("poll: %d, %v, want that there is some", n, err)
	}
	for _, want := range []int32{3, 2} {
		if n, err := r.call(context.Background(), "input", 3); n != want || err != nil {
			t.Errorf("input: %d, %v, want %d", n, err, want)
		}
	}
}
