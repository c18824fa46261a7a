package tree

import (
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// A File is an open file of a tree that is not a directory. It belongs to one
// goroutine at a time.
type File struct {
	host   *os.File // or nil
	served fs.File  // of an fs.FS, or nil
	place  string   // of served
	mode   fs.FileMode
	append bool
}

// Mode returns the file's type and permissions as they were when it was opened.
func (f *File) Mode() fs.FileMode { return f.mode }

// Host returns the host's file, or nil for one from an fs.FS.
func (f *File) Host() *os.File { return f.host }

// Close closes the file.
func (f *File) Close() error {
	if f.host != nil {
		return f.host.Close()
	}
	return f.served.Close()
}

// Read implements [io.Reader].
func (f *File) Read(p []byte) (int, error) {
	if f.host != nil {
		return f.host.Read(p)
	}
	return f.served.Read(p)
}

// ReadAt reads at offset, past the current position. Files of an fs.FS that
// have no positions are ESPIPE.
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, syscall.EINVAL
	}
	if f.host != nil {
		return f.host.ReadAt(p, offset)
	}
	if at, ok := f.served.(io.ReaderAt); ok {
		return at.ReadAt(p, offset)
	}
	return 0, syscall.ESPIPE
}

// Write implements [io.Writer]. A file that appends is written at its end,
// whatever the position.
func (f *File) Write(p []byte) (int, error) {
	if f.host == nil {
		return 0, syscall.EROFS
	}
	if f.append && !appendFlag {
		if _, err := f.host.Seek(0, io.SeekEnd); err != nil {
			return 0, err
		}
	}
	return f.host.Write(p)
}

// WriteAt writes at offset and leaves the position. What a file that appends
// does with it differs between hosts.
func (f *File) WriteAt(p []byte, offset int64) (int, error) {
	switch {
	case offset < 0:
		return 0, syscall.EINVAL
	case f.host == nil:
		return 0, syscall.EROFS
	}
	return writeAt(f.host, p, offset)
}

// Seek implements [io.Seeker].
func (f *File) Seek(offset int64, whence int) (int64, error) {
	if f.host != nil {
		return f.host.Seek(offset, whence)
	}
	if seeker, ok := f.served.(io.Seeker); ok {
		return seeker.Seek(offset, whence)
	}
	return 0, syscall.ESPIPE
}

// SetAppend says whether writes go to the end of the file.
func (f *File) SetAppend(on bool) error {
	if f.host != nil && appendFlag {
		if err := setAppend(f.host, on); err != nil {
			return err
		}
	}
	f.append = on
	return nil
}

// Info returns what is known about the file.
func (f *File) Info() (Info, error) {
	if f.host != nil {
		return fileInfo(f.host)
	}
	fi, err := f.served.Stat()
	if err != nil {
		return Info{}, err
	}
	return describe(fi, f.place), nil
}

// Truncate changes the file's size.
func (f *File) Truncate(size int64) error {
	if f.host == nil {
		return syscall.EROFS
	}
	return f.host.Truncate(size)
}

// Allocate makes sure that the file has size bytes from offset on, on hosts that
// can; else it is ENOTSUP.
func (f *File) Allocate(offset, size int64) error {
	if f.host == nil {
		return syscall.EROFS
	}
	return allocate(f.host, offset, size)
}

// Sync brings the file's contents to the device, and what is known about the
// file too unless dataOnly is set.
func (f *File) Sync(dataOnly bool) error {
	switch {
	case f.host == nil:
		return nil
	case dataOnly:
		return dataSync(f.host)
	}
	return f.host.Sync()
}

// SetTimes changes the file's times; a zero time leaves one as it is.
func (f *File) SetTimes(access, modify time.Time) error {
	if f.host == nil {
		return syscall.EROFS
	}
	return setTimes(f.host, access, modify)
}
