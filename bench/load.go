package main

import (
	"context"
	"crypto/sha256"
	"strconv"

	wazerort "github.com/tetratelabs/wazero"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// loads compares what it takes to make a module ready, per MB of its binary.
func loads(ctx context.Context, binary []byte, cacheDir string) (figure, error) {
	cold, err := compiler(ctx, binary, wazero.Config{})
	if err != nil {
		return figure{}, err
	}
	cached, err := compiler(ctx, binary, wazero.Config{CacheDir: cacheDir})
	if err != nil {
		return figure{}, err
	}
	again, err := moduleAgain(ctx, binary)
	if err != nil {
		return figure{}, err
	}
	mb := float64(len(binary)) / 1e6
	return figure{"load a module, per MB", []subject{
		{name: bareCompile, run: bareCompiler(ctx, binary), units: mb},
		{name: coldLoad, run: cold, units: mb, against: []against{{to: bareCompile}}},
		{name: "patchbay, Check and rewriting", run: prepare(binary), units: mb, against: []against{{coldLoad, bound{must: 0.1}}}},
		{name: "patchbay, from the cache", run: cached, units: mb, against: []against{{to: coldLoad}}},
		{name: openLoad, run: again, units: mb, against: []against{{to: coldLoad}}},
	}}, nil
}

// bareCompiler returns what compiles and forgets under wazero alone.
func bareCompiler(ctx context.Context, binary []byte) func(n int) error {
	runtime := wazerort.NewRuntime(ctx)
	return func(n int) error {
		for range n {
			module, err := runtime.CompileModule(ctx, binary)
			if err != nil {
				return err
			}
			if err := module.Close(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// compiler returns what compiles and forgets under Patchbay.
func compiler(ctx context.Context, binary []byte, config wazero.Config) (func(n int) error, error) {
	eng, err := wazero.New(ctx, config)
	return func(n int) error {
		for range n {
			module, err := eng.Compile(ctx, binary, engine.Limits{})
			if err != nil {
				return err
			}
			if err := module.Close(ctx); err != nil {
				return err
			}
		}
		return nil
	}, err
}

// moduleAgain returns what compiles and forgets a module while it is open
// elsewhere.
func moduleAgain(ctx context.Context, binary []byte) (func(n int) error, error) {
	eng, err := wazero.New(ctx, wazero.Config{})
	var open engine.Module
	return repeated(func() error {
		m, err := eng.Compile(ctx, binary, engine.Limits{})
		if err != nil {
			return err
		}
		if open == nil {
			open = m
			return nil
		}
		return m.Close(ctx)
	}), err
}

// prepare returns what does to a binary all that comes before wazero's part.
func prepare(binary []byte) func(n int) error {
	rewrite := rewriter(binary)
	return repeated(func() error {
		if err := engine.Check(binary, engine.Limits{}); err != nil {
			return err
		}
		return rewrite(1)
	})
}

// rewriter returns what does that with a binary that is checked, with the options
// of the adapter and its digest of the binary.
func rewriter(binary []byte) func(n int) error {
	options := corewasm.Options{
		Import:     func(k int, imported corewasm.Import) (string, string) { return "#" + strconv.Itoa(k), imported.Name },
		TickModule: "#tick", TickName: "tick", Slice: 10_000, Waits: true,
		ModuleName: "bench", Trace: true, CounterName: "#fuel", TableElements: 1_000_000,
	}
	return repeated(func() error {
		if _, err := engine.Describe(binary); err != nil {
			return err
		}
		sha256.Sum256(binary)
		module, err := corewasm.Parse(binary)
		if err != nil {
			return err
		}
		_, err = corewasm.Rewrite(module, options)
		return err
	})
}
