package filelock_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/internal/filelock"
)

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // most are closed by then
	return f
}

func TestLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, name), open(t, name)
	if err := filelock.Try(first); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("NOT RUN: the system has no locks")
	} else if err != nil {
		t.Fatal(err)
	}
	if err := filelock.Try(second); !errors.Is(err, filelock.ErrLocked) {
		t.Fatalf("locked twice: %v", err)
	}
	waited := make(chan error)
	go func() { waited <- filelock.Wait(second) }()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	if err := filelock.Try(open(t, name)); !errors.Is(err, filelock.ErrLocked) {
		t.Fatalf("while the second has it: %v", err)
	}
}
