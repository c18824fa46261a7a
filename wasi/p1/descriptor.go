package p1

import "context"

// A Descriptor is what stands behind a file descriptor of a guest. Other packages
// put theirs into a guest's table with [System.Insert]. What it can do besides
// being closed it says by being a [Reader], a [Writer], a [Poller].
//
// It is used by one goroutine at a time, that of the guest's call.
type Descriptor interface {
	// Type is what the guest sees it as.
	Type() FileType

	// Close is called once, when the guest closes the descriptor or its System
	// is closed.
	Close() error
}

// A Reader is a Descriptor that fd_read reads from.
type Reader interface {
	// Read reads into p, which is never empty, as io.Reader does, io.EOF
	// included. It may wait until there is something, and returns the error of
	// ctx when that is done before. p is the guest's memory and must not be kept.
	Read(ctx context.Context, p []byte) (int, error)
}

// A Writer is a Descriptor that fd_write writes to.
type Writer interface {
	// Write writes p, as io.Writer does, unless ctx is done before. p is the
	// guest's memory and must not be kept.
	Write(ctx context.Context, p []byte) (int, error)
}

// A Poller is a Descriptor that is not always ready. Reading or writing one that
// is none never waits.
type Poller interface {
	// Ready returns how many bytes can be read (or written, if write is set)
	// without waiting, and nil; the count may be 0 if the next Read returns an
	// error or the end. If it would wait, Ready returns a channel that is closed
	// when it is worth asking again.
	Ready(write bool) (bytes uint64, wait <-chan struct{})
}
