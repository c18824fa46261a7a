package p1

import (
	"context"
	"errors"

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

// opened returns what stands behind a file that a guest opened, and which rights
// make sense for it. Pipes and character devices that the host put into the tree
// are streams; a whole disk is for no guest.
func opened(f *tree.File) (Descriptor, Rights, error) {
	switch kind := fileType(f.Mode()); {
	case f.Host() == nil, kind == TypeRegularFile:
		return &file{f}, fileRights, nil
	case kind == TypeBlockDevice:
		return nil, 0, errors.Join(EPERM, f.Close())
	default:
		return &stream{kind: kind, in: input{reader: f.Host()}, out: f.Host(), close: f.Close}, streamRights, nil
	}
}
