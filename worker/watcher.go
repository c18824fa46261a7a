package worker

import (
	"cmp"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A Watcher sees files change. Many workers share one; its zero value is ready to
// use, and it does nothing while nothing is watched. It watches folders, not
// files, so that a file that is replaced by another (renamed over it, or by way of
// a symbolic link) is seen too.
//
// A change is told when the file has been quiet for twice Debounce, with the same
// size, time and contents before and after the second half. What changed only
// the time is told apart.
type Watcher struct {
	// Debounce is how long a file must be quiet; by default 100 ms.
	Debounce time.Duration

	// Poll is how often files are looked at without being told, in case the system
	// says nothing, as on network file systems; by default 5 s, and never if it is
	// less than 0.
	Poll time.Duration

	// Logger gets what goes wrong; nil means slog.Default().
	Logger *slog.Logger

	mu      sync.Mutex
	watches map[*watch]string // and their folders
	notify  *fsnotify.Watcher // nil while nothing is watched, or if the system has no more
	end     chan struct{}     // closed when nothing is watched any more
}

// add watches a file, of which limit bytes are read at most.
func (w *Watcher) add(file string, limit int, changed func(source, bool)) (*watch, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	one := newWatch(file, cmp.Or(w.Debounce, 100*time.Millisecond), changed)
	one.look = func() (look, error) { return lookAt(file, limit) }
	w.mu.Lock()
	if len(w.watches) == 0 {
		w.start()
	}
	w.watches[one] = filepath.Dir(file)
	w.notice(filepath.Dir(file))
	w.mu.Unlock()
	one.begin() // after it the system tells of every change
	go one.run()
	return one, nil
}

// remove ends what add began. It does not wait for a change that is being told.
func (w *Watcher) remove(one *watch) {
	close(one.done)
	w.mu.Lock()
	defer w.mu.Unlock()
	folder := w.watches[one]
	delete(w.watches, one)
	if len(w.watches) == 0 {
		w.stop()
		return
	}
	for _, other := range w.watches {
		if other == folder {
			return
		}
	}
	if w.notify != nil {
		_ = w.notify.Remove(folder) // it may be gone
	}
}

func (w *Watcher) start() {
	w.watches = map[*watch]string{}
	w.end = make(chan struct{})
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		w.warn("files are not watched but polled", err)
	}
	w.notify = notify
	go w.run(notify, w.end)
}

func (w *Watcher) stop() {
	close(w.end)
	if w.notify != nil {
		if err := w.notify.Close(); err != nil {
			w.warn("watching files", err)
		}
	}
	w.notify = nil
}

// notice has the system tell of a folder. The lock is held.
func (w *Watcher) notice(folder string) {
	if w.notify == nil || slices.Contains(w.notify.WatchList(), folder) {
		return
	}
	if err := w.notify.Add(folder); err != nil {
		w.warn("a folder is not watched but polled", err)
	}
}

// run passes on what the system tells until end.
func (w *Watcher) run(notify *fsnotify.Watcher, end <-chan struct{}) {
	var events <-chan fsnotify.Event
	var errs <-chan error
	if notify != nil {
		events, errs = notify.Events, notify.Errors
	}
	var poll <-chan time.Time
	if every := cmp.Or(w.Poll, 5*time.Second); every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		poll = ticker.C
	}
	for {
		select {
		case <-end:
			return
		case event, ok := <-events:
			if !ok {
				return
			}
			w.pass(event.Name)
		case err, ok := <-errs:
			if !ok {
				return
			}
			w.warn("watching files", err)
			w.pass("") // events may be lost
		case <-poll:
			w.poll()
		}
	}
}

// pass tells the watches of a file, or all in its folder if none is of it: it may
// be what a symbolic link goes by. Empty are all.
func (w *Watcher) pass(file string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := false
	for one := range w.watches {
		if one.file == file {
			one.poke()
			found = true
		}
	}
	if found {
		return
	}
	for one, folder := range w.watches {
		if file == "" || folder == filepath.Dir(file) {
			one.poke()
		}
	}
}

// poll looks at everything, and for folders that are there again.
func (w *Watcher) poll() {
	w.mu.Lock()
	for _, folder := range w.watches {
		w.notice(folder)
	}
	w.mu.Unlock()
	w.pass("")
}

func (w *Watcher) warn(text string, err error) {
	logger := w.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Warn(text, slog.Any("error", err))
}
