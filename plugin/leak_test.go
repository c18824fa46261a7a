package plugin_test

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/plugin"
)

// trapping is a guest of 4 MiB that traps in every call.
func trapping(b *corewasm.Builder) {
	f := b.Func([]corewasm.ValueType{corewasm.I32, corewasm.I32}, i32, nil, corewasm.Code{}.Op(0x00))
	b.Export("__guest_call", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(64)))
}

// TestNothingLeaks loads, calls, replaces, breaks and closes, again and again,
// on one engine. Every lifetime has three instances of 4 MiB.
func TestNothingLeaks(t *testing.T) {
	hosts := newHosts(t)
	echo, trap := guestBinary(t, "echo4m.wasm"), sketched(trapping)
	for range 50 {
		lifetime(t, hosts, echo, trap)
	}
	before := usage(t)
	for range 1000 {
		lifetime(t, hosts, echo, trap)
	}
	after := usage(t)
	t.Logf("before %+v, after %+v", before, after)
	if after.goroutines > before.goroutines {
		t.Errorf("%d goroutines, %d before", after.goroutines, before.goroutines)
	}
	if after.heap > before.heap+8<<20 {
		t.Errorf("%d bytes in use, %d before", after.heap, before.heap)
	}
	if after.mapped > before.mapped+256<<20 {
		t.Errorf("%d bytes mapped, %d before", after.mapped, before.mapped)
	}
}

func lifetime(t *testing.T, hosts *plugin.Hosts, echo, trap []byte) {
	ctx := context.Background()
	p, err := plugin.New(ctx, hosts, echo, plugin.Options{Pool: plugin.Pool{Warm: 1}})
	if err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "echo", "x", "x")
	if err := p.Replace(ctx, trap); err != nil {
		t.Error(err)
	}
	for range 2 {
		if _, err := p.Call(ctx, "echo", nil); engine.AsTrap(err) == nil {
			t.Errorf("no trap but %v", err)
		}
	}
	if err := p.Close(ctx); err != nil {
		t.Error(err)
	}
}

// A use is what a process holds.
type use struct {
	goroutines   int
	heap, mapped uint64
}

func usage(t *testing.T) use {
	t.Helper()
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return use{goroutines: runtime.NumGoroutine(), heap: m.HeapInuse, mapped: mapped(t)}
}

// mapped returns the size of the process's address space where the system says
// it; elsewhere what Go has of it.
func mapped(t *testing.T) uint64 {
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.Sys
	}
	pages, err := strconv.ParseUint(string(bytes.Fields(status)[0]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * uint64(os.Getpagesize())
}
