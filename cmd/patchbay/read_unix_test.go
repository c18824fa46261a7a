//go:build unix

package main

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// Opening a pipe that nobody writes to waits, and an interrupt must end that.
func TestReadFileIsInterrupted(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := readFile(ctx, pipe, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("readFile: %v", err)
	}
	if _, err := readModule(ctx, pipe); !errors.Is(err, context.Canceled) {
		t.Errorf("readModule: %v", err)
	}
	if _, err := readPayload(ctx, nil, []string{"@" + pipe}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("readPayload: %v", err)
	}
}
