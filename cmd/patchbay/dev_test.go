package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/project"
)

// TestDev saves a file again and again: good versions are called, bad ones change
// nothing.
func TestDev(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the build command is cp")
	}
	dir := t.TempDir()
	save := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	guest := func(name string) string {
		t.Helper()
		binary, err := os.ReadFile(filepath.Join("..", "..", "examples", "guests", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(binary)
	}
	save(project.File, "name = 'x'\nmodule = 'x.wasm'\n[build]\ncommand = ['cp', 'x.source', 'x.wasm']\nneeds = 'cp'\n")
	save("x.source", guest("greet-c.wasm"))

	said := startDev(t, dir, "fail", "left")
	said.until("x.wasm: fail: guest error: left")
	said.until("waiting for the next save")
	save("x.source", "no wasm")
	said.until("x.source changed")
	said.until("load x.wasm: it looks like text|x.wasm: it looks like text")
	said.until("the version before stays")
	said.until("waiting for the next save")
	save("x.source", guest("greet-rust.wasm"))
	said.until("x.wasm: fail: guest error: left")
	said.until("waiting for the next save")
	save(project.File, "name = 'x'\n")
	said.until("module is missing")
	said.until("waiting for the next save")
	save(project.File, "name = 'x'\nmodule = 'x.wasm'\n[build]\ncommand = ['cp', 'none', 'x.wasm']\nneeds = 'a good cp'\n")
	said.until("build: cp: exit status 1")
	said.until("it needs a good cp")
}

// TestDevReplies writes the reply of each version to stdout.
func TestDevReplies(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the build command is cp")
	}
	dir := t.TempDir()
	copyTo := func(name string) {
		t.Helper()
		binary, err := os.ReadFile(filepath.Join("..", "..", "examples", "guests", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "x.source"), binary, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	manifest := "name = 'x'\nmodule = 'x.wasm'\n[build]\ncommand = ['cp', 'x.source', 'x.wasm']\n"
	if err := os.WriteFile(filepath.Join(dir, project.File), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	copyTo("greet-c.wasm")
	said := startDev(t, dir, "echo", "one reply")
	said.until("one reply")
	copyTo("greet-rust.wasm")
	said.until("one reply")
}

// lines are what a run of dev says, on both streams.
type lines struct {
	t       *testing.T
	scanner *bufio.Scanner
}

func startDev(t *testing.T, dir string, call ...string) *lines {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	flags := &guestFlags{}
	flags.hostCall, flags.engine.mode, flags.engine.logLevel = choice{value: "deny"}, choice{value: "auto"}, choice{value: "info"}
	flags.contract = choice{value: "auto"}
	flags.engine.noCache = true
	p := &program{Stdio{In: strings.NewReader(""), Out: write, Err: write, Getenv: func(string) string { return "" }}, newVoice(write, os.Getenv)}
	done := make(chan error, 1)
	go func() { done <- p.dev(ctx, flags, dir, call) }()
	t.Cleanup(func() {
		cancel()
		go io.Copy(io.Discard, read) //nolint:errcheck // what is still said has nobody to listen
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("dev: %v", err)
			}
		case <-time.After(patience):
			t.Error("dev does not end")
		}
	})
	return &lines{t, bufio.NewScanner(read)}
}

// until reads lines until one has one of the texts, which are separated by "|".
func (l *lines) until(texts string) {
	l.t.Helper()
	var before []string
	found := make(chan error, 1)
	go func() {
		for l.scanner.Scan() {
			before = append(before, l.scanner.Text())
			for text := range strings.SplitSeq(texts, "|") {
				if strings.Contains(l.scanner.Text(), text) {
					found <- nil
					return
				}
			}
		}
		found <- fmt.Errorf("it ended: %v", l.scanner.Err())
	}()
	select {
	case err := <-found:
		if err != nil {
			l.t.Fatalf("%q: %v\n%s", texts, err, strings.Join(before, "\n"))
		}
	case <-time.After(patience):
		l.t.Fatalf("nothing says %q", texts)
	}
}
