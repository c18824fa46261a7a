// Package wasi says what a guest may touch of the machine that it runs on. A
// [Config] is one description for every version of the system interface:
// package p1 serves it as preview 1, and the interfaces of 0.2 and 0.3 are
// served from the same one. What is not named is not granted.
//
// # Concurrency
//
// A Config is read-only after first use and may be shared by any number of
// instances, at once too. Then its readers, writers and functions are used at
// once as well; os.Root, *os.File and the default clocks and random source can
// stand that.
package wasi

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// A Config is what a guest may touch. The zero value grants nothing: no
// arguments, no environment, no files, an empty standard input, outputs that
// are thrown away. Clocks and random bytes always work, because no guest's
// runtime starts without them.
type Config struct {
	// Args are the guest's arguments; by custom the first one is the name of
	// the program.
	Args []string

	// Env is the guest's environment, each entry as "NAME=value". The
	// environment of the host is never seen.
	Env []string

	// Stdin is the guest's standard input. It is read only when the guest reads
	// or waits for input, 32 KiB at a time at most. A guest that waits for input
	// is stopped by its deadline also if Read does not return; what that Read
	// yields later is kept for the instance's next read. If it is nil, the input
	// is empty.
	Stdin io.Reader

	// Stdout and Stderr take what the guest writes to its standard outputs. What
	// the guest writes at once, up to 64 KiB, arrives in one Write. Write is
	// waited for, and must not keep the slice. If nil, the output is dropped.
	Stdout, Stderr io.Writer

	// Preopens are the directories that the guest finds open when it starts.
	Preopens []Preopen

	// Realtime returns the time of day. If it is nil, that is time.Now.
	Realtime func() time.Time

	// Monotonic returns the time since an arbitrary moment in the past, and
	// never goes back. If it is nil, a clock of the host's that counts from some
	// moment before the instance started is used.
	Monotonic func() time.Duration

	// Random yields the bytes for the guest's random numbers. If it is nil,
	// that is the operating system's source (crypto/rand).
	Random io.Reader
}

// A Preopen is a directory that a guest may use, and all that is below it: no
// path, "..", symbolic or hard link leads out of it. Exactly one of Root and FS
// is set.
type Preopen struct {
	// Name is the guest's path of the directory, such as "/" or "/data". A guest
	// finds its files by the longest Name that its path begins with.
	Name string

	// Root is a directory of the host. It stays the caller's: it must be open as
	// long as instances use it, and it is not closed with them.
	Root *os.Root

	// FS is a file system that the guest may read. Its symbolic links are
	// followed by itself: os.DirFS lets them lead anywhere, the FS of an os.Root
	// does not.
	FS fs.FS

	// Writable says that the guest may change what is below Root. An FS is never
	// writable.
	Writable bool
}
