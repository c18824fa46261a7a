package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestEveryPrefix cuts a guest off everywhere: each piece is refused with a
// place, or ends with a section and is a module of its own.
func TestEveryPrefix(t *testing.T) {
	binary, err := os.ReadFile("../../examples/guests/greet-c.wasm")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := corewasm.Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	ends := map[int]bool{8: true}
	for _, section := range whole.Sections {
		ends[int(section.Content.End())] = true
	}
	for n := range binary {
		found, err := describe(t.Context(), "cut.wasm", binary[:n])
		if fault := new(engine.BinaryError); err != nil && !errors.As(err, &fault) {
			t.Errorf("first %d bytes: %v", n, err)
		} else if err == nil && !ends[n] {
			t.Errorf("first %d bytes: described as %v", n, found)
		}
	}
}

// TestCallPrefixes calls some of the pieces.
func TestCallPrefixes(t *testing.T) {
	binary, err := os.ReadFile("../../examples/guests/greet-c.wasm")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.wasm")
	for n := 0; n < len(binary); n += 331 {
		if err := os.WriteFile(path, binary[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		var out, talk bytes.Buffer
		code := Run([]string{"call", "--no-cache", path, "echo", "hello"},
			Stdio{strings.NewReader(""), &out, &talk, func(string) string { return "" }})
		if code != exitRefused || out.Len() > 0 || !strings.Contains(talk.String(), "cut.wasm: ") || !strings.Contains(talk.String(), "hint: ") {
			t.Errorf("first %d bytes: exit code %d, stdout %q, stderr %q", n, code, &out, &talk)
		}
	}
}

// TestWritesThatFail proves that an answer that could not be written is not
// success.
func TestWritesThatFail(t *testing.T) {
	for _, args := range [][]string{
		{"call", "--no-cache", "../../examples/guests/greet-c.wasm", "echo", "hello"},
		{"inspect", "../../examples/guests/greet-c.wasm"},
		{"inspect", "--output", "json", "../../examples/guests/greet-c.wasm"},
		{"bench", "--no-cache", "--calls", "1", "../../examples/guests/greet-c.wasm", "echo"},
		{"version"},
	} {
		var talk bytes.Buffer
		code := Run(args, Stdio{strings.NewReader(""), full{}, &talk, func(string) string { return "" }})
		if code != exitHost || !strings.Contains(talk.String(), errFull.Error()) {
			t.Errorf("%q: exit code %d, stderr %q", args, code, &talk)
		}
	}
}

var errFull = errors.New("the disk is full")

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
