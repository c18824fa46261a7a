package main

import (
	"bytes"
	"sync"
)

// longLine is after how many bytes a line is said although it has not ended.
const longLine = 8 << 10

// A lineWriter says what a guest writes to a stream, line by line, where stdout
// belongs to the answer. It is safe for concurrent use.
type lineWriter struct {
	say func(line string)

	mu   sync.Mutex
	rest []byte // of a line that has not ended
}

// Write implements io.Writer. It never fails.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		room := longLine - len(w.rest)
		switch {
		case end >= 0 && end <= room:
			w.flush(p[:end])
			p = p[end+1:]
		case len(p) >= room:
			w.flush(p[:room])
			p = p[room:]
		default:
			w.rest = append(w.rest, p...)
			p = nil
		}
	}
	return n, nil
}

// flush says the rest and tail as a line. The lock is held.
func (w *lineWriter) flush(tail []byte) {
	w.say(string(append(w.rest, tail...)))
	w.rest = w.rest[:0]
}

// Close says what has no end of line.
func (w *lineWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.flush(nil)
	}
	return nil
}
