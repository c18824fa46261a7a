package worker

import (
	"os"
	"time"
)

// A look is what a file is at one moment.
type look struct {
	info   os.FileInfo
	binary []byte
	digest string
}

// lookAt reads a file.
func lookAt(file string, limit int) (look, error) {
	info, err := os.Stat(file)
	if err != nil {
		return look{}, err
	}
	binary, err := readFile(file, limit)
	if err != nil {
		return look{}, err
	}
	return look{info, binary, digestOf(binary)}, nil
}

// untouched reports whether nothing has happened to the file between a and b.
func (w *watch) untouched(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && w.same(a, b)
}

// A watch tells of the changes of one file.
type watch struct {
	file     string
	debounce time.Duration
	look     func() (look, error)
	stat     func() (os.FileInfo, error)
	same     func(a, b os.FileInfo) bool // are they of one file
	changed  func(s source, touched bool)
	pokes    chan struct{} // something happened near the file
	done     chan struct{}
	known    look // what was told last
}

func newWatch(file string, debounce time.Duration, changed func(source, bool)) *watch {
	return &watch{
		file: file, debounce: debounce, changed: changed,
		stat: func() (os.FileInfo, error) { return os.Stat(file) }, same: os.SameFile,
		pokes: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

func (w *watch) poke() {
	select {
	case w.pokes <- struct{}{}:
	default:
	}
}

// begin takes the file as it is now for known.
func (w *watch) begin() {
	if first, err := w.look(); err == nil {
		first.binary = nil
		w.known = first
	}
}

// run tells of changes until done.
func (w *watch) run() {
	for {
		select {
		case <-w.done:
			return
		case <-w.pokes:
		}
		if info, err := w.stat(); err != nil || w.untouched(w.known.info, info) {
			continue
		}
		if seen, ok := w.settle(); ok {
			w.tell(seen)
		}
	}
}

// tell passes on what the file is now, if that is something else.
func (w *watch) tell(seen look) {
	before := w.known
	w.known = look{seen.info, nil, seen.digest}
	if !w.untouched(seen.info, before.info) {
		w.changed(source{binary: seen.binary, file: w.file, digest: seen.digest}, seen.digest == before.digest)
	}
}

// settle waits until nothing happens to the file any more and returns what it is
// then; false if it is not there or the watch is done.
func (w *watch) settle() (look, bool) {
	for {
		if !w.quiet() {
			return look{}, false
		}
		first, err := w.look()
		if err != nil {
			return look{}, false
		}
		if !w.quiet() {
			return look{}, false
		}
		if second, err := w.look(); err == nil && w.untouched(first.info, second.info) && first.digest == second.digest {
			return first, true
		}
	}
}

// quiet waits until nothing was heard of the file for a while; false if the watch
// is done.
func (w *watch) quiet() bool {
	timer := time.NewTimer(w.debounce)
	defer timer.Stop()
	for {
		select {
		case <-w.done:
			return false
		case <-w.pokes:
			timer.Reset(w.debounce)
		case <-timer.C:
			return true
		}
	}
}
