package p1

import (
	"context"
	"io/fs"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// A file is an open regular file. It never waits.
type file struct {
	*tree.File
}

var (
	_ Descriptor = (*file)(nil)
	_ Reader     = (*file)(nil)
	_ Writer     = (*file)(nil)
)

// Type implements [Descriptor].
func (f *file) Type() FileType { return TypeRegularFile }

// Read implements [Reader].
func (f *file) Read(_ context.Context, p []byte) (int, error) { return f.File.Read(p) }

// Write implements [Writer].
func (f *file) Write(_ context.Context, p []byte) (int, error) { return f.File.Write(p) }

// opened returns what stands behind a file that a guest opened. Pipes and
// devices that the host put into the tree are streams.
func opened(f *tree.File) (Descriptor, Rights) {
	mode := f.Mode()
	if mode.Type() == 0 || f.Host() == nil {
		return &file{f}, fileRights
	}
	s := &stream{kind: fileType(mode), out: f.Host(), close: f.Close}
	s.in.reader = f.Host()
	if mode.Type() == fs.ModeDevice {
		s.in.reader = nil // block devices are for nobody
		s.out = nil
	}
	return s, streamRights
}
