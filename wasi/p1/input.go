package p1

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
)

// An input makes a reader that may block into one that can be left waiting: it is
// read on a goroutine, which lives as long as one Read does. What is read
// after the guest gave up waiting is kept for the next time it asks.
type input struct {
	reader io.Reader // nil: empty
	prompt bool      // reader never blocks

	mu   sync.Mutex
	data []byte        // read and not yet given to the guest
	err  error         // comes after data
	busy chan struct{} // closed when the Read that is under way is over; nil if none is
}

// readAhead is how much is asked for at once.
const readAhead = 32 << 10

// isPrompt reports whether a reader is known never to block.
func isPrompt(reader io.Reader) bool {
	switch r := reader.(type) {
	case *bytes.Reader, *bytes.Buffer, *strings.Reader:
		return true
	case *os.File:
		fi, err := r.Stat()
		return err == nil && fi.Mode().IsRegular()
	}
	return false
}

// read gives the guest what there is, and waits if there is nothing.
func (in *input) read(ctx context.Context, p []byte) (int, error) {
	switch {
	case in.reader == nil:
		return 0, io.EOF
	case in.prompt:
		return in.reader.Read(p)
	}
	for {
		n, wait, err := in.take(p)
		if wait == nil {
			return n, err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// take moves what there is to p, or returns a channel to wait on.
func (in *input) take(p []byte) (int, <-chan struct{}, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.data) > 0 {
		n := copy(p, in.data)
		in.data = in.data[n:]
		return n, nil, nil
	}
	if err := in.err; err != nil {
		in.err = nil
		return 0, nil, err
	}
	return 0, in.fill(len(p)), nil
}

// ready returns how much there is, or a channel to wait on.
func (in *input) ready() (uint64, <-chan struct{}) {
	if in.reader == nil {
		return 0, nil
	}
	if in.prompt {
		if r, ok := in.reader.(interface{ Len() int }); ok {
			return uint64(r.Len()), nil
		}
		return 1, nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.data) > 0 || in.err != nil {
		return uint64(len(in.data)), nil
	}
	return 0, in.fill(readAhead)
}

// fill starts a Read of size bytes at most, if none is under way. The lock is
// held.
func (in *input) fill(size int) <-chan struct{} {
	if in.busy == nil {
		in.busy = make(chan struct{})
		go in.pump(make([]byte, min(size, readAhead)))
	}
	return in.busy
}

// pump does one Read.
func (in *input) pump(buffer []byte) {
	n, err := in.reader.Read(buffer)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.data, in.err = buffer[:n], err
	close(in.busy)
	in.busy = nil
}
