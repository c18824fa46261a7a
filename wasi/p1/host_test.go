package p1_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A mismatch is something that is not as it should be.
type mismatch struct {
	what      string
	got, want any
}

func (m *mismatch) Error() string { return fmt.Sprintf("%s is %v, want %v", m.what, m.got, m.want) }

// A host is an engine with preview 1 in it.
type host struct {
	engine  engine.Engine
	modules map[string]engine.Instance
}

func newHost(tb testing.TB) *host {
	tb.Helper()
	ctx := context.Background()
	eng, err := newEngine()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := eng.Close(ctx); err != nil {
			tb.Error(err)
		}
	})
	h, err := p1.NewHost(ctx, eng)
	if err != nil {
		tb.Fatal(err)
	}
	return &host{engine: eng, modules: h.Modules()}
}

// guest makes an instance of the program in file.
func (h *host) guest(tb testing.TB, file string, config wasi.Config) (engine.Instance, *p1.System) {
	tb.Helper()
	ctx := context.Background()
	binary, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	module, err := h.engine.Compile(ctx, binary, engine.Limits{Timeout: 20 * time.Second})
	if err != nil {
		tb.Fatal(err)
	}
	imports, err := engine.Link(module, h.modules)
	if err != nil {
		tb.Fatal(err)
	}
	system, err := p1.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	instance, err := module.Instantiate(ctx, imports, engine.InstanceConfig{System: system})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		for _, err := range []error{instance.Close(ctx), system.Close(), system.Close(), module.Close(ctx)} {
			if err != nil {
				tb.Error(err)
			}
		}
	})
	return instance, system
}

// run runs the program in file and returns its exit code.
func (h *host) run(tb testing.TB, file string, config wasi.Config) (uint32, error) {
	tb.Helper()
	instance, _ := h.guest(tb, file, config)
	return exitCode(instance.Func("_start").Call(context.Background(), nil))
}

// exitCode returns the code that a program ended with.
func exitCode(err error) (uint32, error) {
	if trap := engine.AsTrap(err); trap != nil && trap.Kind == engine.Exit {
		return trap.ExitCode, nil
	}
	return 0, err
}

func openRoot(tb testing.TB, folder string) *os.Root {
	tb.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := root.Close(); err != nil {
			tb.Error(err)
		}
	})
	return root
}
