package patchbay_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
)

const greetFile = "examples/guests/greet-c.wasm"

var ada = []byte(`{"name":"Ada"}`)

// accept answers whatever guests ask.
func accept(context.Context, *bus.Invocation) (bus.Reply, error) { return bus.Reply{}, nil }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func closeHost(t *testing.T, h *patchbay.Host) {
	t.Helper()
	t.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestZeroHost(t *testing.T) {
	var host patchbay.Host
	closeHost(t, &host)
	greet, err := host.Load(t.Context(), greetFile)
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := greet.Call(t.Context(), "echo", ada); err != nil || string(reply) != string(ada) {
		t.Errorf("%q, %v", reply, err)
	}
}

func TestBudget(t *testing.T) {
	host := patchbay.Host{Budget: plugin.Budget{Instances: 1}, Logger: quiet()}
	closeHost(t, &host)
	if used := host.Used(); used != (plugin.Budget{}) {
		t.Errorf("used before the first load: %+v", used)
	}
	greet, err := host.Load(t.Context(), greetFile)
	if err != nil {
		t.Fatal(err)
	}
	if used := host.Used(); used.Instances != 1 || used.Memory == 0 {
		t.Errorf("used: %+v", used)
	}
	if _, err := host.Load(t.Context(), greetFile); !errors.Is(err, plugin.ErrOverloaded) {
		t.Errorf("a plugin too many: %v", err)
	}
	if err := greet.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := host.Load(t.Context(), greetFile); err != nil {
		t.Errorf("after a close: %v", err)
	}
}

func TestLoadWays(t *testing.T) {
	host := patchbay.Host{Handler: bus.HandlerFunc(accept), Logger: quiet()}
	closeHost(t, &host)
	binary, err := os.ReadFile(greetFile)
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]func(ctx context.Context) (*patchbay.Plugin, error){
		"path": func(ctx context.Context) (*patchbay.Plugin, error) { return host.Load(ctx, greetFile) },
		"bytes": func(ctx context.Context) (*patchbay.Plugin, error) {
			return host.LoadBytes(ctx, "greet-c.wasm", binary)
		},
		"fs": func(ctx context.Context) (*patchbay.Plugin, error) {
			return host.LoadFS(ctx, fstest.MapFS{"plugins/greet-c.wasm": {Data: binary}}, "plugins/greet-c.wasm")
		},
		"options": func(ctx context.Context) (*patchbay.Plugin, error) {
			options := host.Options("greet-c.wasm")
			options.Pool.Size = 1
			return host.LoadWith(ctx, binary, options)
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			greet, err := way(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			reply, err := greet.Call(t.Context(), "greet", ada)
			if err != nil || string(reply) != `{"greeting":"Hello, Ada!"}` || greet.Name() != "greet-c.wasm" {
				t.Errorf("%s: %q, %v", greet.Name(), reply, err)
			}
		})
	}
}

func TestLoadErrors(t *testing.T) {
	host := patchbay.Host{Limits: engine.Limits{ModuleSize: 1000}}
	closeHost(t, &host)
	if _, err := host.Load(t.Context(), "nowhere/none.wasm"); !errors.Is(err, fs.ErrNotExist) ||
		!strings.HasPrefix(err.Error(), "load none.wasm: ") {
		t.Errorf("no file: %v", err)
	}
	if _, err := host.LoadFS(t.Context(), fstest.MapFS{}, "nowhere/none.wasm"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file in the file system: %v", err)
	}
	if _, err := host.Load(t.Context(), "examples"); err == nil {
		t.Error("a folder was loaded")
	}
	var binary *engine.BinaryError
	if _, err := host.Load(t.Context(), greetFile); !errors.As(err, &binary) {
		t.Errorf("above the limit of a module's size: %v", err)
	}
}

func TestHostFieldsReachPlugins(t *testing.T) {
	host := patchbay.Host{
		Handler: bus.HandlerFunc(accept),
		Limits:  engine.Limits{Timeout: 30 * time.Millisecond},
		Pool:    plugin.Pool{Size: 5, Warm: 3},
		Logger:  quiet(),
	}
	closeHost(t, &host)
	spin, err := host.Load(t.Context(), "examples/guests/spin.wasm")
	if err != nil {
		t.Fatal(err)
	}
	if n := spin.Stats().Instances; n != 3 {
		t.Errorf("%d instances are warm", n)
	}
	_, err = spin.Call(t.Context(), "spin", nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "spin.wasm: spin: deadline of 30ms exceeded") {
		t.Errorf("got %v", err)
	}
}

func TestHostClose(t *testing.T) {
	host := patchbay.Host{Logger: quiet()}
	var plugins []*patchbay.Plugin
	for range 3 {
		p, err := host.Load(t.Context(), greetFile)
		if err != nil {
			t.Fatal(err)
		}
		plugins = append(plugins, p)
	}
	if err := plugins[1].Close(t.Context()); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := host.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, p := range plugins {
		if _, err := p.Call(t.Context(), "echo", nil); !errors.Is(err, plugin.ErrClosed) {
			t.Errorf("call: %v", err)
		}
	}
	if _, err := host.Load(t.Context(), greetFile); !errors.Is(err, patchbay.ErrClosed) {
		t.Errorf("load: %v", err)
	}
}

// TestHostCloseWaits closes a host whose plugin is in a call, first for a short
// time and then for long enough.
func TestHostCloseWaits(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	host := patchbay.Host{Logger: quiet(), Handler: bus.HandlerFunc(
		func(context.Context, *bus.Invocation) (bus.Reply, error) {
			close(held)
			<-release
			return bus.Reply{}, nil
		})}
	greet, err := host.Load(t.Context(), greetFile)
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan error, 1)
	go func() {
		_, err := greet.Call(context.Background(), "greet", ada)
		called <- err
	}()
	<-held
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := host.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close during a call: %v", err)
	}
	close(release)
	if err := <-called; err != nil {
		t.Errorf("the call in flight was lost: %v", err)
	}
	if err := host.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestGivenEngineStaysOpen closes a host whose engine is another's.
func TestGivenEngineStaysOpen(t *testing.T) {
	eng, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		host := patchbay.Host{Engine: eng, Logger: quiet()}
		greet, err := host.Load(t.Context(), greetFile)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := greet.Call(t.Context(), "echo", nil); err != nil {
			t.Error(err)
		}
		if err := host.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := eng.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestHostIsConcurrent loads and calls from many goroutines and closes the host
// meanwhile: each gets its answer or learns that the host is closed.
func TestHostIsConcurrent(t *testing.T) {
	binary, err := os.ReadFile("examples/guests/echo4m.wasm")
	if err != nil {
		t.Fatal(err)
	}
	for round := range 20 {
		host := patchbay.Host{Logger: quiet()}
		var users sync.WaitGroup
		for range 4 {
			users.Go(func() {
				p, err := host.LoadBytes(t.Context(), "echo4m.wasm", binary)
				if err != nil {
					return // the engine or the host was closed first
				}
				reply, err := p.Call(t.Context(), "echo", ada)
				if string(reply) != string(ada) && !errors.Is(err, plugin.ErrClosed) {
					t.Errorf("%q, %v", reply, err)
				}
			})
		}
		time.Sleep(time.Duration(round) * 100 * time.Microsecond)
		if err := host.Close(t.Context()); err != nil {
			t.Error(err)
		}
		users.Wait()
		if err := host.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestHostLetsGoOfClosedPlugins loads and closes more plugins than a host should
// remember.
func TestHostLetsGoOfClosedPlugins(t *testing.T) {
	host := patchbay.Host{Logger: quiet()}
	closeHost(t, &host)
	binary, err := os.ReadFile("examples/guests/echo4m.wasm")
	if err != nil {
		t.Fatal(err)
	}
	freed := make(chan bool, 100)
	for range cap(freed) {
		p, err := host.LoadBytes(t.Context(), "echo4m.wasm", binary)
		if err != nil {
			t.Fatal(err)
		}
		runtime.AddCleanup(p, func(c chan bool) { c <- true }, freed)
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for late := time.Now().Add(time.Minute); len(freed) < cap(freed)/2; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("%d of %d closed plugins were let go", len(freed), cap(freed))
		}
		runtime.GC()
	}
}

// TestCloseWhileGuestsInitialize closes the host while an initializer of a guest
// waits for it: the initializer is told to end, its memory stays until it has,
// and the error says why there is no guest.
func TestCloseWhileGuestsInitialize(t *testing.T) {
	binary, err := os.ReadFile("examples/guests/inits.wasm")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		begin func(h *patchbay.Host, p *patchbay.Plugin) error
		want  error
	}{
		"load": {func(h *patchbay.Host, _ *patchbay.Plugin) error {
			_, err := h.LoadBytes(context.Background(), "inits.wasm", binary)
			return err
		}, patchbay.ErrClosed},
		"replace": {func(_ *patchbay.Host, p *patchbay.Plugin) error {
			return p.Replace(context.Background(), binary)
		}, plugin.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan struct{})
			limits := engine.Limits{Timeout: time.Hour} // that it ends is the close's doing
			host := &patchbay.Host{Logger: quiet(), Limits: limits, Handler: bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
				close(begun)
				<-ctx.Done()
				time.Sleep(10 * time.Millisecond) // for a close that does not wait
				return bus.Reply{}, nil
			})}
			p, err := host.Load(t.Context(), greetFile)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- test.begin(host, p) }()
			<-begun
			if err := host.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if err := <-done; !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

func TestCloseTiresOfWaitingForALoad(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	host := &patchbay.Host{Logger: quiet(), Handler: bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		close(begun)
		<-end
		return bus.Reply{}, nil
	})}
	done := make(chan error, 1)
	go func() {
		_, err := host.Load(context.Background(), "examples/guests/inits.wasm")
		done <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := host.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	close(end)
	if err := <-done; !errors.Is(err, patchbay.ErrClosed) {
		t.Errorf("%v, want %v", err, patchbay.ErrClosed)
	}
	if err := host.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestGuestWithoutName(t *testing.T) {
	host := patchbay.Host{Logger: quiet()}
	closeHost(t, &host)
	if _, err := host.LoadBytes(t.Context(), "", nil); err == nil || !strings.HasPrefix(err.Error(), "load plugin: ") {
		t.Errorf("%v", err)
	}
}
