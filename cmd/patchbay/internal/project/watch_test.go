package project

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/fsnotify/fsnotify"
)

// newWatch watches a folder of a test's.
func newWatch(t *testing.T, dir string) *Watch {
	t.Helper()
	w, err := NewWatch(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// TestWatchOverflow: when too much happens for the system to tell, a change is seen
// all the same.
func TestWatchOverflow(t *testing.T) {
	dir := t.TempDir()
	w := newWatch(t, dir)
	var system sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	system.Go(func() {
		select {
		case w.watcher.Errors <- fsnotify.ErrEventOverflow:
		case <-ctx.Done():
		}
	})
	defer system.Wait()
	defer cancel()
	file := filepath.Join(dir, "main.c")
	if err := os.WriteFile(file, []byte("int x;"), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, err := w.Next(t.Context()); err != nil || changed != file {
		t.Errorf("%s, %v", changed, err)
	}
}

// TestWatchOfWhatIsGone: a folder that a tool made for a moment is no error, and one
// that was to be watched and is not there is.
func TestWatchOfWhatIsGone(t *testing.T) {
	dir := t.TempDir()
	if err := newWatch(t, dir).add(filepath.Join(dir, "gone")); err != nil {
		t.Error(err)
	}
	if _, err := NewWatch(filepath.Join(dir, "gone")); err == nil {
		t.Error("it is watched")
	}
}
