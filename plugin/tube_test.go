package plugin_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// tubeBinary returns one of the guests of the tube contract's tests.
func tubeBinary(t testing.TB, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join("..", "tube", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// loadTube loads one of these guests, declared to be what it is.
func loadTube(t testing.TB, name string, options plugin.Options) *plugin.Plugin {
	t.Helper()
	options.Name, options.Contract = name, plugin.Tube
	p, err := plugin.New(context.Background(), newHosts(t), tubeBinary(t, name), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestTubeIsToldApart(t *testing.T) {
	hosts := newHosts(t)
	marked := append(tubeBinary(t, "plain.wasm"), "\x00\x05\x04tube"...)
	for name, binary := range map[string][]byte{"allocator": tubeBinary(t, "allocator.wasm"), "section": marked} {
		p, err := plugin.New(t.Context(), hosts, binary, plugin.Options{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if p.Contract() != plugin.Tube {
			t.Errorf("%s: contract %s", name, p.Contract())
		}
		mustCall(t, p, "echo", "hello", "hello")
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	_, err := plugin.New(t.Context(), hosts, tubeBinary(t, "plain.wasm"), plugin.Options{})
	var unknown *plugin.UnknownError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "--contract tube") {
		t.Errorf("without a mark: %v", err)
	}
	_, err = plugin.New(t.Context(), hosts, sketched(guestCall), plugin.Options{Contract: plugin.Tube})
	if err == nil || !strings.Contains(err.Error(), "exports no function of type") {
		t.Errorf("a waPC guest declared a tube: %v", err)
	}
}

// TestTubeInPool: many calls at once on few instances, none of which meets
// another's bytes, whatever the index (WT-13, WT-14).
func TestTubeInPool(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 3, MaxCalls: 7}})
	var callers sync.WaitGroup
	for n := range 8 {
		callers.Go(func() {
			want := strings.Repeat(string(rune('a'+n)), 1000)
			for i := range 50 {
				request := &tube.Request{Function: "echo", Payload: []byte(want), Index: uint32(i * 7)}
				reply, err := p.CallWith(context.Background(), nil, request)
				if err != nil || string(reply) != want {
					t.Errorf("caller %d: %.10q, %v", n, reply, err)
					return
				}
			}
		})
	}
	callers.Wait()
	if s := p.Stats(); s.Calls != 400 || s.Traps != 0 || s.Made < 400/7 {
		t.Errorf("%+v", s)
	}
}

// TestTubeErrors: which errors cost an instance, and that all say where.
func TestTubeErrors(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{
		Pool: plugin.Pool{Size: 1}, Limits: engine.Limits{MemoryBytes: 2 * engine.PageSize},
		Logger: slog.New(slog.DiscardHandler),
	})
	traps := uint64(0)
	for _, test := range []struct {
		operation string
		payload   []byte
		want      string
		trap      bool
	}{
		{"trap", nil, "plain.wasm: trap: unreachable", true},
		{"ecko", nil, `plain.wasm: ecko: the guest exports no function "ecko"; did you mean "echo"?`, false},
		{"one", nil, "plain.wasm: one: function one has type (i32) -> (i32);", false},
		{"image_size", nil, "it takes 2 arguments", false},
		{"say", []byte("\xff\xff\xff\xff"), "the guest returned -1, which is not the length of a reply", false},
		{"say", []byte("\xff\xff\xff\x7f"), "reply: 2147483647 bytes at 0x2a are not within", true},
		{"echo", make([]byte, 200_000), "a payload of 200000 bytes at index 42 does not fit", false},
	} {
		_, err := p.Call(t.Context(), test.operation, test.payload)
		var outer *plugin.Error
		if !errors.As(err, &outer) || !strings.Contains(err.Error(), test.want) || (engine.AsTrap(err) != nil) != test.trap {
			t.Errorf("%s: error %v, want %q", test.operation, err, test.want)
		}
		if test.trap {
			traps++
		}
		if s := p.Stats(); s.Traps != traps {
			t.Errorf("%s: %d instances ended, want %d", test.operation, s.Traps, traps)
		}
	}
	mustCall(t, p, "echo", "alive", "alive")
}

// TestTubeReplace: a new module under the same calls, and state that starts
// afresh.
func TestTubeReplace(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	mustCall(t, p, "count", "", "1")
	mustCall(t, p, "count", "", "2")
	if err := p.Replace(t.Context(), tubeBinary(t, "plain.wasm")); err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "count", "", "1")
	if err := p.Replace(t.Context(), tubeBinary(t, "allocator.wasm")); err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "elsewhere", "there", "there")
	if err := p.Replace(t.Context(), []byte("nonsense")); err == nil {
		t.Error("nonsense took the plugin's place")
	}
	mustCall(t, p, "elsewhere", "there", "there")
}

func TestTubeIndex(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Index: 0x0101})
	reply, err := p.Call(t.Context(), "where", nil)
	if err != nil || string(reply[:4]) != "\x01\x01\x00\x00" {
		t.Errorf("%x, %v", reply, err)
	}
}

func TestCallWithOfAnotherContract(t *testing.T) {
	p := load(t, newHosts(t), "greet-c.wasm", plugin.Options{})
	var contract *plugin.ContractError
	_, err := p.CallWith(t.Context(), nil, &tube.Request{Function: "echo"})
	if !errors.As(err, &contract) || contract.Contract != plugin.WaPC || contract.Wanted != plugin.Tube {
		t.Errorf("error %v", err)
	}
}

// TestTubeCallAllocatesNothing: neither of the two ways.
func TestTubeCallAllocatesNothing(t *testing.T) {
	p := loadTube(t, "allocator.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	ctx, dst := context.Background(), make([]byte, 0, 1024)
	request := &tube.Request{Function: "echo", Payload: make([]byte, 1024)}
	for name, call := range map[string]func() ([]byte, error){
		"CallAppend": func() ([]byte, error) { return p.CallAppend(ctx, dst, "echo", request.Payload) },
		"CallWith":   func() ([]byte, error) { return p.CallWith(ctx, dst, request) },
	} {
		got := testing.AllocsPerRun(100, func() {
			if _, err := call(); err != nil {
				t.Fatal(err)
			}
		})
		if got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

// TestCallsDoNotMix: an instance that served one kind of call serves the other
// as if it had not.
func TestCallsDoNotMix(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	ctx, info := t.Context(), plugin.Info{}
	for range 2 {
		if _, err := p.CallWith(ctx, nil, &tube.Request{Function: "image_size", Extra: []int64{1, 2}}); err != nil {
			t.Fatal(err)
		}
		mustCall(t, p, "echo", "plain", "plain")
		if reply, err := p.CallInfo(ctx, &info, nil, "echo", []byte("timed")); err != nil || string(reply) != "timed" || info.Instance == 0 {
			t.Errorf("%q, %+v, %v", reply, info, err)
		}
	}
}
