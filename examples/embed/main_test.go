package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestRun runs the program as its reader does: in the root of the repository.
func TestRun(t *testing.T) {
	command := exec.Command("go", "run", "./examples/embed")
	command.Dir = "../.."
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	if want := `{"greeting":"Hello, Ada!"}` + "\n"; string(stdout) != want {
		t.Errorf("it printed %q, want %q", stdout, want)
	}
	if !strings.Contains(stderr.String(), "greeting Ada") {
		t.Errorf("what the guest logged is not in %q", &stderr)
	}
}
