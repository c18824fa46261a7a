package p1

import (
	"context"
	"io"
	"os"
)

// A stream is an input, an output or both that has no positions: the standard
// streams, and the pipes and devices of a tree.
type stream struct {
	kind  FileType
	in    input
	out   io.Writer // nil: what is written is dropped
	close func() error
}

var (
	_ Descriptor = (*stream)(nil)
	_ Reader     = (*stream)(nil)
	_ Writer     = (*stream)(nil)
	_ Poller     = (*stream)(nil)
)

// newInput returns a standard input. A file of the host is of its own type;
// anything else is unknown, so that the guest does not take it for a person.
func newInput(reader io.Reader) *stream {
	return &stream{kind: hostType(reader, TypeUnknown), in: input{reader: reader, prompt: isPrompt(reader)}}
}

// newOutput returns a standard output. A file of the host is of its own type;
// anything else counts as a terminal, so that a guest's C library hands over
// each line when it is complete: a plugin that never exits never flushes.
func newOutput(writer io.Writer) *stream {
	return &stream{kind: hostType(writer, TypeCharacterDevice), out: writer}
}

// hostType returns the type of a file of the host, and other if it is none.
func hostType(stdio any, other FileType) FileType {
	f, ok := stdio.(*os.File)
	if !ok {
		return other
	}
	fi, err := f.Stat()
	if err != nil {
		return TypeUnknown
	}
	return fileType(fi.Mode())
}

// Type implements [Descriptor].
func (s *stream) Type() FileType { return s.kind }

// Close implements [Descriptor].
func (s *stream) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Read implements [Reader].
func (s *stream) Read(ctx context.Context, p []byte) (int, error) { return s.in.read(ctx, p) }

// Write implements [Writer]. It waits for the writer.
func (s *stream) Write(_ context.Context, p []byte) (int, error) {
	if s.out == nil {
		return len(p), nil
	}
	return s.out.Write(p)
}

// Ready implements [Poller].
func (s *stream) Ready(write bool) (uint64, <-chan struct{}) {
	if write {
		return 0, nil
	}
	return s.in.ready()
}
