package p1_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A functionsEngine is an engine that hosts functions and nothing else, so that
// they can be called without a guest.
type functionsEngine struct{ engine.Engine }

func (functionsEngine) Host(_ context.Context, funcs ...engine.HostFunc) (engine.Instance, error) {
	h := functions{}
	for _, f := range funcs {
		h[f.Name] = f
	}
	return h, nil
}

// functions are host functions by name, as the instance that exports them.
type functions map[string]engine.HostFunc

func (functions) Func(string) engine.Func     { return nil }
func (functions) Memory(string) engine.Memory { return nil }
func (functions) Global(string) engine.Global { return nil }
func (functions) Data() any                   { return nil }
func (functions) System() any                 { return nil }
func (functions) Close(context.Context) error { return nil }
func (f functions) Export(name string) (engine.ExternType, bool) {
	have, ok := f[name]
	return engine.ExternType{Kind: engine.KindFunc, Func: have.Type}, ok
}

// bytesMemory is a memory of fixed size.
type bytesMemory []byte

func (m bytesMemory) Bytes() []byte              { return m }
func (m bytesMemory) Grow(uint32) (uint32, bool) { return 0, false }

// A caller is an instance that calls host functions: what a guest would do, with
// a memory to write parameters to.
type caller struct {
	functions // of no use but for being an Instance
	system    any
	memory    bytesMemory
	host      functions
	stack     []uint64
}

func (c *caller) System() any { return c.system }

func (c *caller) Memory(name string) engine.Memory {
	if name != "memory" || c.memory == nil {
		return nil
	}
	return c.memory
}

// newCaller returns a caller that was granted config and imports module.
func newCaller(tb testing.TB, module string, config wasi.Config) *caller {
	tb.Helper()
	h, err := p1.NewHost(context.Background(), functionsEngine{})
	if err != nil {
		tb.Fatal(err)
	}
	system, err := p1.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := system.Close(); err != nil {
			tb.Error(err)
		}
	})
	return &caller{
		system: system,
		memory: make(bytesMemory, engine.PageSize),
		host:   h.Modules()[module].(functions),
		stack:  make([]uint64, 16),
	}
}

// try calls a function, and returns its errno and the error that it ends the
// guest's call with.
func (c *caller) try(ctx context.Context, name string, params ...uint64) (p1.Errno, error) {
	f, ok := c.host[name]
	if !ok {
		panic("there is no function " + name)
	}
	copy(c.stack, params)
	err := f.Call(ctx, c, c.stack[:max(len(params), f.Type.Slots())])
	return p1.Errno(c.stack[0]), err
}

// call calls a function that does not end the call.
func (c *caller) call(tb testing.TB, name string, params ...uint64) p1.Errno {
	tb.Helper()
	errno, err := c.try(context.Background(), name, params...)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return errno
}

// ok calls a function that succeeds.
func (c *caller) ok(tb testing.TB, name string, params ...uint64) {
	tb.Helper()
	if errno := c.call(tb, name, params...); errno != p1.ESUCCESS {
		tb.Fatalf("%s%v: %v", name, params, errno)
	}
}

// fails calls a function that fails with want.
func (c *caller) fails(tb testing.TB, want p1.Errno, name string, params ...uint64) {
	tb.Helper()
	if errno := c.call(tb, name, params...); errno != want {
		tb.Errorf("%s%v: %v, want %v", name, params, errno, want)
	}
}

// Where tests put things in the memory of a caller.
const (
	result  = 8     // what a function writes first
	second  = 16    // what it writes second
	list    = 64    // buffers, subscriptions
	events  = 4096  // events
	path    = 8192  // a path
	target  = 12288 // another one
	content = 16384 // what is read and written
)

func (c *caller) put(at uint32, text string) uint64 { return uint64(copy(c.memory[at:], text)) }

func (c *caller) u32(at uint32) uint32 { return binary.LittleEndian.Uint32(c.memory[at:]) }

func (c *caller) u64(at uint32) uint64 { return binary.LittleEndian.Uint64(c.memory[at:]) }

// buffers writes a list of buffers, from content on, and returns where it is and
// how many there are.
func (c *caller) buffers(sizes ...uint32) (uint64, uint64) {
	at := uint32(content)
	for i, size := range sizes {
		binary.LittleEndian.PutUint32(c.memory[list+i*8:], at)
		binary.LittleEndian.PutUint32(c.memory[list+i*8+4:], size)
		at += size
	}
	return list, uint64(len(sizes))
}

// open opens a path and returns its descriptor.
func (c *caller) open(tb testing.TB, dir uint64, name string, oflags uint64, rights p1.Rights, flags uint64) uint64 {
	tb.Helper()
	if errno := c.tryOpen(tb, dir, name, oflags, rights, flags); errno != p1.ESUCCESS {
		tb.Fatalf("path_open %q: %v", name, errno)
	}
	return uint64(c.u32(result))
}

func (c *caller) tryOpen(tb testing.TB, dir uint64, name string, oflags uint64, rights p1.Rights, flags uint64) p1.Errno {
	tb.Helper()
	n := c.put(path, name)
	return c.call(tb, "path_open", dir, 1, path, n, oflags, uint64(rights), math.MaxUint64, flags, result)
}

// write writes text to a descriptor.
func (c *caller) write(tb testing.TB, fd uint64, text string) {
	tb.Helper()
	c.put(content, text)
	at, n := c.buffers(uint32(len(text)))
	c.ok(tb, "fd_write", fd, at, n, result)
	if wrote := c.u32(result); wrote != uint32(len(text)) {
		tb.Errorf("fd_write wrote %d bytes of %q", wrote, text)
	}
}

// read reads size bytes at most from a descriptor.
func (c *caller) read(tb testing.TB, fd uint64, size uint32) string {
	tb.Helper()
	at, n := c.buffers(size)
	c.ok(tb, "fd_read", fd, at, n, result)
	return string(c.memory[content:][:c.u32(result)])
}

// Flags of path_open.
const (
	creat     = 1
	directory = 2
	excl      = 4
	trunc     = 8
)

// anyRights are all rights there are.
const anyRights p1.Rights = 1<<30 - 1

// readRights are those that go with reading.
const readRights = anyRights &^ (p1.FDWrite | p1.FDAllocate | p1.FDFilestatSetSize)

// preopen is the descriptor of the first preopened directory.
const preopen = 3

// soon is long enough for what happens at once, on a slow machine too.
const soon = time.Minute

func writable(tb testing.TB) (wasi.Config, string) {
	tb.Helper()
	folder := tb.TempDir()
	return wasi.Config{Preopens: []wasi.Preopen{{Name: "/", Root: openRoot(tb, folder), Writable: true}}}, folder
}

func mustWrite(tb testing.TB, file, text string) {
	tb.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		tb.Fatal(err)
	}
}

func mustRead(tb testing.TB, file string) string {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		tb.Fatal(err)
	}
	return string(text)
}
