package main

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A bare is guests/bare.wasm under wazero and nothing else.
type bare struct {
	nothing, loop api.Function
}

func newBare(ctx context.Context, binary []byte, config wazero.RuntimeConfig) (*bare, error) {
	guest, err := wazero.NewRuntimeWithConfig(ctx, config).Instantiate(ctx, binary)
	if err != nil {
		return nil, err
	}
	return &bare{guest.ExportedFunction("nothing"), guest.ExportedFunction("loop")}, nil
}

// calls returns what calls the function that does nothing.
func (b *bare) calls(ctx context.Context) func(n int) error {
	stack := make([]uint64, 2)
	return func(n int) error {
		for range n {
			stack[0], stack[1] = 0, 0
			if err := b.nothing.CallWithStack(ctx, stack); err != nil {
				return err
			}
		}
		return nil
	}
}

// iterations is how often the tightest loop turns in one call.
const iterations = 1_000_000

// loops returns what calls the tightest loop.
func (b *bare) loops(ctx context.Context) func(n int) error {
	stack := make([]uint64, 1)
	return func(n int) error {
		for range n {
			stack[0] = iterations
			if err := b.loop.CallWithStack(ctx, stack); err != nil {
				return err
			}
		}
		return nil
	}
}
