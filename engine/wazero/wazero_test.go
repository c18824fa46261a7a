package wazero_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

func open(t *testing.T, config wazero.Config) *wazero.Engine {
	t.Helper()
	ctx := context.Background()
	e, err := wazero.New(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // its guests may still run, and to take their memory would end the process
		}
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return e
}

// guest instantiates a waPC guest of the examples whose host functions answer
// with the given function's request.
func guest(t *testing.T, e *wazero.Engine, file, operation string, limits engine.Limits) engine.Instance {
	t.Helper()
	ctx := context.Background()
	binary, err := os.ReadFile("../../examples/guests/" + file)
	if err != nil {
		t.Fatal(err)
	}
	module, err := e.Compile(ctx, binary, limits)
	if err != nil {
		t.Fatal(err)
	}
	var funcs []engine.HostFunc
	for _, imported := range module.Imports() {
		f := engine.HostFunc{Name: imported.Name, Type: imported.Type.Func, Call: nothing}
		if imported.Name == "__guest_request" {
			f.Call = request(operation)
		}
		funcs = append(funcs, f)
	}
	host, err := e.Host(ctx, funcs...)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := engine.Link(module, map[string]engine.Instance{"wapc": host})
	if err != nil {
		t.Fatal(err)
	}
	instance, err := module.Instantiate(ctx, imports, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { instance.Close(ctx) })
	return instance
}

func nothing(context.Context, engine.Instance, []uint64) error { return nil }

func request(operation string) func(context.Context, engine.Instance, []uint64) error {
	return func(_ context.Context, caller engine.Instance, stack []uint64) error {
		view, ok := engine.View(caller.Memory("memory"), uint32(stack[0]), uint32(len(operation)))
		if !ok {
			return errors.New("no room for the operation")
		}
		copy(view, operation)
		return nil
	}
}

func TestSpinningGuestIsStoppedAndNamed(t *testing.T) {
	for name, mode := range map[string]wazero.Mode{"compiler": wazero.Auto, "interpreter": wazero.Interpreter} {
		t.Run(name, func(t *testing.T) {
			e := open(t, wazero.Config{Mode: mode})
			spin := guest(t, e, "spin.wasm", "spin", engine.Limits{Timeout: 50 * time.Millisecond})
			err := spin.Func("__guest_call").Call(context.Background(), []uint64{4, 0})
			trap := engine.AsTrap(err)
			if trap == nil || trap.Kind != engine.Deadline || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("error: %v", err)
			}
			if len(trap.Frames) < 2 {
				t.Fatalf("frames: %v", trap.Frames)
			}
			first, last := trap.Frames[0], trap.Frames[len(trap.Frames)-1]
			if first.Name != "spin_forever" || !strings.HasSuffix(first.File, "spin.c") || first.Line == 0 {
				t.Errorf("innermost frame: %+v", first)
			}
			if last.Name != "guest_call" {
				t.Errorf("outermost frame: %+v", last)
			}
			if want := "deadline of 50ms exceeded in spin_forever"; !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %q, want %q…", err, want)
			}
		})
	}
}

func TestCancelStopsASpinningGuest(t *testing.T) {
	e := open(t, wazero.Config{})
	spin := guest(t, e, "spin.wasm", "spin", engine.Limits{})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	err := spin.Func("__guest_call").Call(ctx, []uint64{4, 0})
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Canceled {
		t.Fatalf("error: %v", err)
	}
	again, cancelAgain := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancelAgain()
	err = spin.Func("__guest_call").Call(again, []uint64{4, 0})
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Deadline {
		t.Fatalf("second call: %v", err)
	}
}

func TestGarbageIsCollectedWhileGuestsSpin(t *testing.T) {
	e := open(t, wazero.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error)
	spinning := runtime.GOMAXPROCS(0)
	for range spinning {
		spin := guest(t, e, "spin.wasm", "spin", engine.Limits{})
		go func() { stopped <- spin.Func("__guest_call").Call(ctx, []uint64{4, 0}) }()
	}
	for range 5 {
		runtime.GC() // hangs for ever if a guest cannot be interrupted
	}
	cancel()
	for range spinning {
		if err := <-stopped; !errors.Is(err, context.Canceled) {
			t.Errorf("stopped by %v", err)
		}
	}
}

func TestClosedEngine(t *testing.T) {
	ctx := context.Background()
	e := open(t, wazero.Config{})
	spin := guest(t, e, "spin.wasm", "spin", engine.Limits{})
	call := spin.Func("__guest_call")
	if err := e.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(ctx); err != nil {
		t.Errorf("second close: %v", err)
	}
	if err := call.Call(ctx, []uint64{4, 0}); !errors.Is(err, wazero.ErrClosed) {
		t.Errorf("call: %v", err)
	}
	if _, err := e.Compile(ctx, []byte("\x00asm\x01\x00\x00\x00"), engine.Limits{}); !errors.Is(err, wazero.ErrClosed) {
		t.Errorf("compile: %v", err)
	}
	if _, err := e.Host(ctx); err == nil {
		t.Error("a closed engine hosts")
	}
}

func TestUnknownMode(t *testing.T) {
	if _, err := wazero.New(context.Background(), wazero.Config{Mode: 7}); err == nil {
		t.Error("mode 7 exists")
	}
}
