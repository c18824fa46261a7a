package main

import (
	"context"
	"io"
	"os"
)

// readFile reads no more than limit bytes of the file, or until ctx ends.
// Opening may wait too, as for the other end of a pipe.
func readFile(ctx context.Context, path string, limit int64) ([]byte, error) {
	return interruptibly(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, limit))
	})
}

// interruptibly returns what read does, or ctx's error when that ends first:
// what blocks then is left to itself.
func interruptibly(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type result struct {
		bytes []byte
		err   error
	}
	done := make(chan result, 1)
	go func() {
		bytes, err := read()
		done <- result{bytes, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-done:
		return got.bytes, got.err
	}
}
