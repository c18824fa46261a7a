package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestBusySocket: a server that is so busy that nobody can connect is there all the
// same, and keeps its socket.
func TestBusySocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "bay") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	address := &unix.SockaddrUnix{Name: filepath.Join(dir, "s")}
	socket := func() int {
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Close(fd) }) // nothing was said
		return fd
	}
	server := socket()
	if err := unix.Bind(server, address); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(server, 0); err != nil {
		t.Fatal(err)
	}
	for err == nil { // until no more may wait
		err = unix.Connect(socket(), address)
	}
	if err != unix.EAGAIN {
		t.Fatal(err)
	}
	if err := clearSocket(t.Context(), address.Name); err == nil || !strings.Contains(err.Error(), "another server is there") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(address.Name); err != nil {
		t.Error(err)
	}
}
