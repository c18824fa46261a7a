package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	wazerort "github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// theModules is wazero alone, with the core modules of a component.
const theModules = "wazero, its core modules, cold"

// javascripts are the files of -javascript, in which guests/javascript.sh puts
// them, by what they are made with.
var javascripts = [...]struct{ file, engine string }{
	{"mirror-quickjs.wasm", "QuickJS"},
	{"mirror-starlingmonkey.wasm", "StarlingMonkey"},
}

// javascriptLoads are figures of what it takes to make components of JavaScript
// ready: the one in the tree, and those in a folder. What is not there is said.
func (p plan) javascriptLoads(ctx context.Context, cacheDir string) (figures []figure, missing []string, err error) {
	name := "component, load JavaScript on %s, %d bytes"
	small, err := componentLoads(ctx, name, "QuickJS for size", filepath.Join(p.examples, "components", "relay-js.wasm"), cacheDir)
	if err != nil {
		return nil, nil, err
	}
	figures = append(figures, small)
	for _, js := range javascripts {
		f, err := componentLoads(ctx, name, js.engine, filepath.Join(p.javascript, js.file), cacheDir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, js.file)
		case err != nil:
			return nil, nil, err
		default:
			figures = append(figures, f)
		}
	}
	return figures, missing, nil
}

// componentLoads compares ways of making a component ready. It is only made once;
// wasmtime's part is left out if it refuses the component.
func componentLoads(ctx context.Context, name, madeWith, file, cacheDir string) (figure, error) {
	binary, err := os.ReadFile(file)
	if err != nil {
		return figure{}, err
	}
	modules, err := coreModules(binary)
	if err != nil {
		return figure{}, fmt.Errorf("%s: %w", file, err)
	}
	cold, err := componentCompiler(ctx, binary, wazero.Config{})
	if err != nil {
		return figure{}, err
	}
	cached, err := componentCompiler(ctx, binary, wazero.Config{CacheDir: cacheDir})
	if err != nil {
		return figure{}, err
	}
	again, err := componentAgain(ctx, binary)
	if err != nil {
		return figure{}, err
	}
	subjects := []subject{
		{name: theModules, run: modulesCompiler(ctx, modules)},
		{name: coldLoad, run: cold, against: []against{{to: theModules}}},
		{name: "patchbay, all but the engine's part", run: prepareComponent(binary, modules), against: []against{{coldLoad, bound{must: 0.15}}}},
		{name: "patchbay, from the cache", run: cached, against: []against{{to: coldLoad}}},
		{name: openLoad, run: again, against: []against{{to: coldLoad}}},
	}
	if theirs, err := oracle.New().Compile(binary); err == nil {
		theirs.Close()
		subjects = append([]subject{{name: theWasmtime, threads: true, run: wasmtimeCompiler(binary)}}, subjects...)
		subjects[2].against = append(subjects[2].against, against{to: theWasmtime})
	}
	return figure{fmt.Sprintf(name, madeWith, len(binary)), subjects}, nil
}

// repeated returns what does something n times.
func repeated(do func() error) func(n int) error {
	return func(n int) error {
		for range n {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	}
}

// componentCompiler returns what compiles and forgets a component.
func componentCompiler(ctx context.Context, binary []byte, config wazero.Config) (func(n int) error, error) {
	eng, err := wazero.New(ctx, config)
	return repeated(func() error {
		c, err := component.Compile(ctx, eng, binary, component.Config{})
		if err != nil {
			return err
		}
		return c.Close(ctx)
	}), err
}

// componentAgain returns what compiles and forgets a component while it is open
// elsewhere, which is compiled at the first time.
func componentAgain(ctx context.Context, binary []byte) (func(n int) error, error) {
	eng, err := wazero.New(ctx, wazero.Config{})
	var open *component.Component
	return repeated(func() error {
		c, err := component.Compile(ctx, eng, binary, component.Config{})
		if err != nil {
			return err
		}
		if open == nil {
			open = c
			return nil
		}
		return c.Close(ctx)
	}), err
}

func wasmtimeCompiler(binary []byte) func(n int) error {
	eng := oracle.New()
	return repeated(func() error {
		c, err := eng.Compile(binary)
		if err != nil {
			return err
		}
		c.Close()
		return nil
	})
}

// modulesCompiler returns what compiles and forgets core modules under wazero
// alone.
func modulesCompiler(ctx context.Context, modules [][]byte) func(n int) error {
	features := api.CoreFeaturesV2 | experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesTailCall
	runtime := wazerort.NewRuntimeWithConfig(ctx, wazerort.NewRuntimeConfig().WithCoreFeatures(features))
	return repeated(func() error {
		for _, m := range modules {
			module, err := runtime.CompileModule(ctx, m)
			if err != nil {
				return err
			}
			if err := module.Close(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// prepareComponent returns what does all that comes before wazero's part.
func prepareComponent(binary []byte, modules [][]byte) func(n int) error {
	var each []func(int) error
	for _, m := range modules {
		each = append(each, rewriter(m))
	}
	return repeated(func() error {
		if _, err := component.Describe(binary, engine.Limits{}); err != nil {
			return err
		}
		for _, rewrite := range each {
			if err := rewrite(1); err != nil {
				return err
			}
		}
		return nil
	})
}

// coreModules returns the core modules of a component, their imports renamed to
// what wazero takes, and unmetered.
func coreModules(binary []byte) ([][]byte, error) {
	syntax, err := componentbinary.Parse(binary)
	if err != nil {
		return nil, err
	}
	return appendModules(nil, syntax)
}

func appendModules(to [][]byte, c *componentbinary.Component) ([][]byte, error) {
	for _, r := range c.Modules {
		module, err := corewasm.Parse(c.Bytes(r))
		if err != nil {
			return nil, err
		}
		renamed, err := corewasm.Rewrite(module, corewasm.Options{
			Import:     func(k int, imported corewasm.Import) (string, string) { return "#" + strconv.Itoa(k), imported.Name },
			TickModule: "#tick", TickName: "tick", Unmetered: true,
		})
		if err != nil {
			return nil, err
		}
		to = append(to, renamed.Binary)
	}
	for _, inner := range c.Components {
		var err error
		if to, err = appendModules(to, inner); err != nil {
			return nil, err
		}
	}
	return to, nil
}
