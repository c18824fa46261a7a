package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadPayload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "payload")
	if err := os.WriteFile(file, []byte("from\x00file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"text"}, "text"},
		{[]string{"-"}, "from\x00stdin\n"},
		{[]string{"@" + file}, "from\x00file\n"},
		{[]string{"@@" + file}, "@" + file},
		{[]string{"@@"}, "@"},
		{[]string{"--flag"}, "--flag"},
		{[]string{"--", "-"}, "-"},
		{[]string{"--", "@x"}, "@x"},
		{[]string{"--", "--"}, "--"},
		{[]string{"--"}, ""},
	} {
		got, err := readPayload(t.Context(), strings.NewReader("from\x00stdin\n"), test.args, 1<<20)
		if err != nil || string(got) != test.want {
			t.Errorf("%q: %q, %v; want %q", test.args, got, err, test.want)
		}
	}
}

func TestReadPayloadIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	cancel()
	if _, err := readPayload(ctx, r, []string{"-"}, 1<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestReadPayloadErrors(t *testing.T) {
	broken := errors.New("broken")
	r, w := io.Pipe()
	w.CloseWithError(broken)
	if _, err := readPayload(t.Context(), r, []string{"-"}, 1<<20); !errors.Is(err, broken) {
		t.Errorf("stdin: %v", err)
	}
	if _, err := readPayload(t.Context(), nil, []string{"@" + t.TempDir() + "/none"}, 1<<20); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("@file: %v", err)
	}
}

func TestReadPayloadIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "payload")
	if err := os.WriteFile(file, make([]byte, 8), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"-", "@" + file} {
		got, err := readPayload(t.Context(), strings.NewReader("8 bytes."), []string{arg}, 8)
		if err != nil || len(got) != 8 {
			t.Errorf("%s: %d bytes, %v", arg, len(got), err)
		}
		_, err = readPayload(t.Context(), strings.NewReader("8 bytes."), []string{arg}, 7)
		if known := new(failure); !errors.As(err, &known) || known.code != exitHost || known.hint != "raise --max-memory" {
			t.Errorf("%s: %v", arg, err)
		}
	}
}
