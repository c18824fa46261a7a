package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing must happen before a change is reported: editors
// write a file in several steps.
const quiet = 100 * time.Millisecond

// A Watch waits for changes of a project's sources. It must be closed.
type Watch struct {
	dir     string
	watcher *fsnotify.Watcher
	seen    map[string]state
}

// state is what tells a file from what it was.
type state struct {
	size    int64
	changed time.Time
}

// NewWatch watches a folder and those below it, but for hidden ones and those
// that tools write.
func NewWatch(dir string) (*Watch, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watch{dir: dir, watcher: watcher}
	w.seen, err = w.scan()
	if err != nil {
		_ = watcher.Close() // the reason is err
		return nil, err
	}
	return w, nil
}

// Close ends the watch.
func (w *Watch) Close() error { return w.watcher.Close() }

// Next waits until a source differs from what it was when Next returned last,
// and returns its path. It returns when nothing has happened for 100 ms.
func (w *Watch) Next(ctx context.Context) (string, error) {
	timer := time.NewTimer(quiet) // something may have happened meanwhile
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case err := <-w.watcher.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return "", err
			}
			timer.Reset(quiet) // what was not told is seen below
		case event := <-w.watcher.Events:
			if !ignored(filepath.Base(event.Name)) {
				timer.Reset(quiet)
			}
		case <-timer.C:
			now, err := w.scan()
			if err != nil {
				return "", err
			}
			changed := difference(w.seen, now)
			w.seen = now
			if changed != "" {
				return changed, nil
			}
		}
	}
}

// scan watches the folders that there are, and returns their files.
func (w *Watch) scan() (map[string]state, error) {
	files := map[string]state{}
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == w.dir:
			return err
		case err != nil: // it is gone again
			return nil
		case path != w.dir && ignored(d.Name()):
			return skip(d)
		case d.IsDir():
			return w.add(path)
		}
		info, err := os.Stat(path)
		if err == nil {
			files[path] = state{info.Size(), info.ModTime()}
		}
		return nil
	})
	return files, err
}

// add watches a folder, unless it is gone again.
func (w *Watch) add(folder string) error {
	err := w.watcher.Add(folder)
	if folder != w.dir && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// ignored reports whether a file or folder is no source.
func ignored(name string) bool {
	switch name {
	case "target", "vendor", "node_modules":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(name, ".wasm") || strings.HasSuffix(name, ".wasm.new")
}

// difference returns the path of one file that is not as it was, or "".
func difference(before, now map[string]state) string {
	for path, state := range now {
		if old, ok := before[path]; !ok || old.size != state.size || !old.changed.Equal(state.changed) {
			return path
		}
	}
	for path := range before {
		if _, ok := now[path]; !ok {
			return path
		}
	}
	return ""
}
