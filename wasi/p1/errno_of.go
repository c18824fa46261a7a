package p1

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// errnoSentinels are errors of Go that stand for an Errno.
var errnoSentinels = []struct {
	err   error
	errno Errno
}{
	{tree.ErrOutside, ENOTCAPABLE},
	{tree.ErrEncoding, EILSEQ},
	{fs.ErrNotExist, ENOENT},
	{fs.ErrExist, EEXIST},
	{fs.ErrPermission, EACCES},
	{fs.ErrInvalid, EINVAL},
	{fs.ErrClosed, EBADF},
	{io.ErrClosedPipe, EPIPE},
	{os.ErrDeadlineExceeded, ETIMEDOUT},
	{errors.ErrUnsupported, ENOTSUP},
}

// ErrnoOf returns what a guest is told about an error: the Errno that it is or
// wraps, that for the system's error that it is or wraps, and EIO for what it
// need not know.
func ErrnoOf(err error) Errno {
	if err == nil {
		return ESUCCESS
	}
	var errno Errno
	if errors.As(err, &errno) {
		return errno
	}
	var host syscall.Errno
	if errors.As(err, &host) {
		if errno, ok := systemErrno(host); ok {
			return errno
		}
	}
	for _, s := range errnoSentinels {
		if errors.Is(err, s.err) {
			return s.errno
		}
	}
	return EIO
}
