package main

import "testing"

// TestSmallest sees that every figure can be measured.
func TestSmallest(t *testing.T) {
	if err := smallest.run(t.Context()); err != nil {
		t.Error(err)
	}
}
