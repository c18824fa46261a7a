package worker_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// TestSwap counts generations (WT-22).
func TestSwap(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Trial.Off = true
	w, events := run(t, newLoader(t), options)
	expect(t, "version", tag(t, w), "a")
	b := guest(shape{tag: 'b'})
	for range 2 { // the second time it is in use already
		if err := w.Swap(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "version", tag(t, w), "b")
	events.await(t, worker.Drained, 1)
	s := w.Status()
	if s.State != worker.Up || s.Generation != 1 || s.Calls != 2 || s.Old != 0 || s.Contract != plugin.Tube || len(s.Digest) != 64 {
		t.Errorf("%+v", s)
	}
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "version", tag(t, w), "a")
	if err := w.Reload(t.Context()); err != nil { // of the same bytes
		t.Fatal(err)
	}
	expect(t, "generation", w.Status().Generation, 3)
}

// TestWaPC swaps guests of another contract.
func TestWaPC(t *testing.T) {
	w, _ := run(t, newLoader(t), quick(example(t, "greet-c.wasm")))
	for _, name := range []string{"greet-tinygo.wasm", "greet-as.wasm", "faults.wasm"} {
		if err := w.Swap(t.Context(), example(t, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if reply, err := w.Call(t.Context(), "echo", []byte("x")); err != nil || string(reply) != "x" {
			t.Errorf("%s: %q, %v", name, reply, err)
		}
	}
}

// TestBrokenVersions tries what can be wrong with a version. Each is refused in
// the step that finds it, and changes nothing.
func TestBrokenVersions(t *testing.T) {
	good := guest(shape{tag: 'a'})
	probed := errors.New("the reply is another")
	options := quick(good)
	options.Probe = &worker.Probe{Operation: "version", Check: func(reply []byte, err error) error {
		if err == nil && string(reply) == "x" {
			return probed
		}
		return err
	}}
	w, events := run(t, newLoader(t), options)
	dir := t.TempDir()
	cases := []struct {
		name   string
		binary []byte
		step   worker.Step
		is     error
	}{
		{"missing", nil, worker.StepRead, os.ErrNotExist},
		{"empty", []byte{}, worker.StepCheck, nil},
		{"text", []byte("this is no module"), worker.StepCheck, nil},
		{"half", good[:len(good)/2], worker.StepCheck, nil},
		{"component", []byte("\x00asm\x0d\x00\x01\x00"), worker.StepOperations, worker.ErrMissing}, // it has none
		{"command", example(t, "hello-wasi.wasm"), worker.StepLoad, nil},
		{"contract", example(t, "inits-trap.wasm"), worker.StepInitialize, nil},
		{"start", guest(shape{tag: 'b', traps: true}), worker.StepInitialize, nil},
		{"operations", guest(shape{tag: 'b', without: []string{"echo", "spin"}}), worker.StepOperations, worker.ErrMissing},
		{"probe", guest(shape{tag: 'x'}), worker.StepProbe, probed},
	}
	for n, c := range cases {
		file := filepath.Join(dir, c.name+".wasm")
		if c.binary != nil {
			if err := os.WriteFile(file, c.binary, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := w.SwapFile(t.Context(), file)
		var refused *worker.SwapError
		if !errors.As(err, &refused) || refused.Step != c.step || refused.File != file || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %#v (%v)", c.name, err, err)
			continue
		}
		if text := err.Error(); !strings.HasPrefix(text, "swap w: "+file) || !strings.Contains(text, ": "+string(c.step)+": ") {
			t.Errorf("%s: %s", c.name, text)
		}
		expect(t, c.name, tag(t, w), "a")
		if s := w.Status(); s.Generation != 0 || s.State != worker.Up || s.Old != 0 || s.Plugin.Made != 1 {
			t.Errorf("%s: %+v", c.name, s)
		}
		if c.step != worker.StepRead {
			expect(t, "event", events.await(t, worker.SwapFailed, n).Err, err)
		}
	}
}

func TestAllowMissing(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.AllowMissing = true
	w, _ := run(t, newLoader(t), options)
	if err := w.Swap(t.Context(), guest(shape{tag: 'b', without: []string{"echo"}})); err != nil {
		t.Fatal(err)
	}
	expect(t, "version", tag(t, w), "b")
}

// TestSwapComponents holds functions and their types against those of the new
// version.
func TestSwapComponents(t *testing.T) {
	math, err := os.ReadFile("../plugin/testdata/component/math.wasm")
	if err != nil {
		t.Fatal(err)
	}
	options := quick(math)
	options.Plugin.UnmetTraps = true
	w, _ := run(t, newLoader(t), options)
	if err := w.Swap(t.Context(), math); err != nil {
		t.Error(err)
	}
	err = w.Swap(t.Context(), []byte("\x00asm\x0d\x00\x01\x00"))
	if !errors.Is(err, worker.ErrMissing) || !strings.Contains(err.Error(), "acme:math/ops@1.0.0#add: func(a: u32, b: u32) -> u32, ") {
		t.Errorf("a component without functions: %v", err)
	}
	reply, err := w.Call(t.Context(), "add", []byte("[1, 2]"))
	if err != nil || string(reply) != "3" {
		t.Errorf("%s, %v", reply, err)
	}
}

func TestDigest(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Digest = "00"
	w, err := worker.New(newLoader(t), options)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); !errors.Is(err, worker.ErrDigest) {
		t.Errorf("got %v", err)
	}
}

// TestSwapUnderLoad swaps a hundred times, twenty of them to versions that are
// broken in one of the ways that there are, while callers call. Every call is
// answered, and by a version that was in use at that time.
func TestSwapUnderLoad(t *testing.T) {
	good := func(n int) []byte { return guest(shape{tag: byte('a' + n%26)}) }
	options := quick(good(0))
	options.Plugin.Pool.Size = 3
	options.Probe = &worker.Probe{Operation: "version", Check: func(reply []byte, err error) error {
		if string(reply) == "!" {
			return errors.New("broken")
		}
		return err
	}}
	broken := [][]byte{
		good(1)[:100], guest(shape{traps: true}), guest(shape{tag: '!'}), guest(shape{tag: 'z', without: []string{"echo"}}),
	}
	w, events := run(t, newLoader(t), options)
	var begun, ended atomic.Int64
	var stop atomic.Bool
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for n := uint32(1); !stop.Load(); n++ {
				begun.Add(1)
				reply, err := w.Call(context.Background(), "spin", payload(n%500+1))
				if err != nil || binary.LittleEndian.Uint32(reply) != n%500+1 {
					t.Errorf("%x, %v", reply, err)
				}
				ended.Add(1)
			}
		})
	}
	refused := 0
	for n := 1; n <= 100; n++ {
		next, want := good(n), byte('a'+n%26)
		if n%5 == 0 {
			next, want = broken[n/5%len(broken)], byte('a'+(n-1)%26)
		}
		if err := w.Swap(t.Context(), next); (err != nil) != (n%5 == 0) {
			t.Fatalf("swap %d: %v", n, err)
		} else if err != nil {
			refused++
		}
		expect(t, fmt.Sprint("version after swap ", n), tag(t, w), string(want))
	}
	stop.Store(true)
	callers.Wait()
	s := w.Status()
	if begun.Load() != ended.Load() || s.Errors != 0 || s.Generation != 80 || refused != 20 || s.Restarts != 0 {
		t.Errorf("%d calls begun, %d ended: %+v", begun.Load(), ended.Load(), s)
	}
	if s.Calls < uint64(ended.Load()) {
		t.Errorf("%d calls counted, %d made", s.Calls, ended.Load())
	}
	events.await(t, worker.Drained, 79) // the last one's predecessor stays while it is on trial
}
