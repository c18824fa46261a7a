package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wasi"
)

// trapping is a guest of 4 MiB that traps in every call.
func trapping(b *corewasm.Builder) {
	f := b.Func([]corewasm.ValueType{corewasm.I32, corewasm.I32}, i32, nil, corewasm.Code{}.Op(0x00))
	b.Export("__guest_call", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(64)))
}

// opening is a guest that opens the file "f" in every call and leaves it open.
func opening(b *corewasm.Builder) {
	i32, i64 := corewasm.I32, corewasm.I64
	open := b.ImportFunc("wasi_snapshot_preview1", "path_open",
		[]corewasm.ValueType{i32, i32, i32, i32, i32, i64, i64, i32, i32}, []corewasm.ValueType{i32})
	call := corewasm.Code{}.
		I32Const(3).I32Const(0).I32Const(8).I32Const(1).I32Const(0).
		I64Const(1 << 1).I64Const(0).I32Const(0).I32Const(16). // to read it
		Call(open).Op(0x45)                                    // i32.eqz: success is 1 in waPC
	f := b.Func([]corewasm.ValueType{i32, i32}, []corewasm.ValueType{i32}, nil, call)
	b.Export("__guest_call", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
	b.Data(8, []byte("f"))
}

// growing is a guest whose memory grows by a page in every call. It writes to
// the page, so that there is one.
func growing(b *corewasm.Builder) {
	i32 := corewasm.I32
	call := corewasm.Code{}.
		I32Const(1).Op(0x40, 0).                          // memory.grow
		I32Const(16).Op(0x74).I32Const(1).Op(0x36, 2, 0). // i32.shl, i32.store: to where it was grown
		I32Const(1)
	f := b.Func([]corewasm.ValueType{i32, i32}, []corewasm.ValueType{i32}, nil, call)
	b.Export("__guest_call", corewasm.KindFunc, f)
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1)))
}

// often is n, or a tenth of it in a short run and under the race detector.
func often(n int) int {
	if testing.Short() || underRace {
		return n / 10
	}
	return n
}

// TestNothingLeaks loads, calls, replaces, breaks and closes, again and again,
// on one engine. Every lifetime has three modules and seven instances, some of
// 4 MiB, and leaves files open.
func TestNothingLeaks(t *testing.T) {
	hosts := newHosts(t)
	live := lifetimes(t, hosts)
	stays(t, little, 500, often(10_000), live)
	if used := hosts.Used(); used != (plugin.Budget{}) {
		t.Errorf("still in use: %+v", used)
	}
}

// filesOf is a folder with one file, for guests to read.
func filesOf(t *testing.T) wasi.Preopen {
	t.Helper()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	if err := root.WriteFile("f", []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	return wasi.Preopen{Name: "/", Root: root}
}

// lifetimes returns what has a plugin live from its loading to its end.
func lifetimes(t *testing.T, hosts *plugin.Hosts) func() {
	options := plugin.Options{Pool: plugin.Pool{Warm: 1}, WASI: wasi.Config{Preopens: []wasi.Preopen{filesOf(t)}}}
	echo, open, trap := guestBinary(t, "echo4m.wasm"), sketched(opening), sketched(trapping)
	return func() { lifetime(t, hosts, options, echo, open, trap) }
}

func lifetime(t *testing.T, hosts *plugin.Hosts, options plugin.Options, echo, open, trap []byte) {
	ctx := context.Background()
	p, err := plugin.New(ctx, hosts, echo, options)
	if err != nil {
		t.Fatal(err)
	}
	mustCall(t, p, "echo", "x", "x")
	if err := p.Replace(ctx, open); err != nil {
		t.Error(err)
	}
	for range 3 {
		mustCall(t, p, "open", "", "")
	}
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

// TestLeakingGuestIsRecycled calls a guest that leaks a page in every call, from
// several goroutines. Its instances are retired when they have 4 MiB, and what
// they had comes back.
func TestLeakingGuestIsRecycled(t *testing.T) {
	const most, callers = 4 << 20, 4
	hosts := newHosts(t)
	p, err := plugin.New(t.Context(), hosts, sketched(growing), plugin.Options{Pool: plugin.Pool{Size: callers, MaxMemory: most}})
	if err != nil {
		t.Fatal(err)
	}
	calls := often(1_000_000) / 1000
	// How many instances are open goes by how the callers meet, and an engine may
	// reserve gigabytes of addresses for each: four more are no leak. Of the thousands
	// that are retired it would be one if each hundredth stayed.
	more := use{goroutines: 1, heap: 4 << 20, resident: 16<<20 + callers*most, mapped: callers * reserved}
	stays(t, more, calls/10, calls, func() {
		var calling sync.WaitGroup
		for range callers {
			calling.Go(func() {
				for range 1000 / callers {
					if _, err := p.Call(context.Background(), "leak", nil); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		calling.Wait()
		if used := hosts.Used().Memory; used > callers*(most+engine.PageSize) {
			t.Fatalf("%d bytes of linear memory are in use", used)
		}
	})
	stats := p.Stats()
	if least := stats.Calls * engine.PageSize / (most + engine.PageSize); stats.Made < least {
		t.Errorf("%d instances were made for %d calls, %d at least are needed", stats.Made, stats.Calls, least)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// reserved is how many bytes of addresses an engine may reserve for a memory: 4 GiB
// and what it keeps beside that.
const reserved uint64 = 6 << 30

// little is what may be more after a test. The goroutine is the engine's, and ends by
// itself.
var little = use{goroutines: 1, heap: 1 << 20, resident: 16 << 20, mapped: 256 << 20}

// stays repeats what must leave nothing behind, first to warm up and then to see
// that in all it leaves no more than that.
func stays(t *testing.T, more use, warm, times int, again func()) {
	t.Helper()
	for range warm {
		again()
	}
	before := usage(t)
	for n := range times {
		again()
		if open := descriptors(); open > before.descriptors { // looked at here, because the collector closes what is forgotten
			t.Fatalf("%d descriptors after %d times, %d before", open, n+1, before.descriptors)
		}
	}
	after := usage(t)
	t.Logf("%d times: before %+v, after %+v", times, before, after)
	for _, of := range []struct {
		name                string
		before, after, more uint64
	}{
		{"goroutines", before.goroutines, after.goroutines, more.goroutines},
		{"bytes alive on the heap", before.heap, after.heap, more.heap},
		{"bytes in RAM", before.resident, after.resident, more.resident},
		{"bytes mapped", before.mapped, after.mapped, more.mapped},
	} {
		if of.after > of.before+of.more {
			t.Errorf("%d %s, %d before", of.after, of.name, of.before)
		}
	}
}

// A use is what a process holds. What the system does not say is 0.
type use struct {
	goroutines, descriptors uint64
	heap, resident, mapped  uint64
}

// usage looks when all that can be given back is.
func usage(t *testing.T) use {
	t.Helper()
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := use{goroutines: uint64(runtime.NumGoroutine()), descriptors: descriptors(), heap: m.HeapAlloc, mapped: m.Sys}
	if underRace { // the system counts the detector's shadow of memory, too, which stays
		u.resident = m.Sys - m.HeapReleased
		return u
	}
	if status, err := os.ReadFile("/proc/self/statm"); err == nil {
		fields := bytes.Fields(status)
		u.mapped, u.resident = pages(t, fields[0]), pages(t, fields[1])
	}
	return u
}

// descriptors is how many descriptors are open, or 0 if the system does not say.
func descriptors() uint64 {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return uint64(len(open))
}

func pages(t *testing.T, field []byte) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(string(field), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n * uint64(os.Getpagesize())
}

// TestHostsLeaveNothingOnAnEngine makes many hosts on one engine, each with a
// plugin that uses the system interface.
func TestHostsLeaveNothingOnAnEngine(t *testing.T) {
	ctx := context.Background()
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close(ctx)
	open := sketched(opening)
	stays(t, little, 20, 300, func() {
		hosts, err := plugin.NewHosts(ctx, eng)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plugin.New(ctx, hosts, open, plugin.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := hosts.Close(ctx); err != nil {
			t.Error(err)
		}
		if _, err := plugin.New(ctx, hosts, open, plugin.Options{}); !errors.Is(err, wazero.ErrClosed) {
			t.Errorf("loaded after the end: %v", err)
		}
	})
}
