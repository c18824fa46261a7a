package main

import (
	"os/exec"
	"testing"
)

// TestRun runs the program as its reader does: in the root of the repository.
func TestRun(t *testing.T) {
	command := exec.Command("go", "run", "./examples/bindings")
	command.Dir = "../.."
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if string(out) != "3 12\n" {
		t.Errorf("it printed %q, want 3 12", out)
	}
}
