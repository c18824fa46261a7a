package wazero

import (
	"context"
	"os"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A loader loads modules with a cache and sees what comes from it.
type loader struct {
	*testing.T
	dir string
}

func newLoader(t *testing.T) loader {
	if !canCompile() {
		t.Skip("not run: there is no compiler for this platform, so no code to keep")
	}
	return loader{t, t.TempDir()}
}

// load loads a module with an engine of its own, as another process would, and does
// something with it. Nothing must be wrong with the cache.
func (l loader) load(binary []byte, limits engine.Limits, use func(*Module)) {
	l.Helper()
	e, err := New(context.Background(), Config{CacheDir: l.dir, Warn: func(err error) { l.Error(err) }})
	if err != nil {
		l.Fatal(err)
	}
	m, err := e.Compile(l.Context(), binary, limits)
	if err != nil {
		l.Fatal(err)
	}
	use(m.(*Module))
	if err := e.Close(context.Background()); err != nil {
		l.Error(err)
	}
}

// lines is a module of some thousand functions and loops, with debug information
// that leads nowhere.
func lines() []byte {
	var b corewasm.Builder
	for range 100 {
		code := corewasm.Code{}
		for range 20 {
			code = code.Loop().End()
		}
		b.Func(nil, nil, nil, code)
	}
	b.Custom(".debug_line", []byte{0})
	return b.Bytes()
}

// TestKeptRewriting: what is known of a module that came from the cache is what
// was known when it was rewritten.
func TestKeptRewriting(t *testing.T) {
	for name, binary := range map[string][]byte{"functions": answering(7), "lines": lines(), "nothing": []byte("\x00asm\x01\x00\x00\x00")} {
		t.Run(name, func(t *testing.T) {
			l := newLoader(t)
			known := func() (s source) {
				l.load(binary, engine.Limits{}, func(m *Module) { s = *m.source })
				return s
			}
			first, second := known(), known()
			if n := len(storedFiles(t, l.dir)); n != 1 {
				t.Fatalf("%d files", n)
			}
			if first.functions != second.functions || first.throws != second.throws || first.name != second.name {
				t.Errorf("%+v, then %+v", first, second)
			}
			if (first.offsets == nil) != (name != "lines") || (second.offsets == nil) != (first.offsets == nil) {
				t.Fatalf("offsets %v, then %v", first.offsets, second.offsets)
			}
			for at := uint64(0); first.offsets != nil && at < 100_000; at++ {
				if got, want := second.offsets.Original(at), first.offsets.Original(at); got != want {
					t.Fatalf("%#x leads to %#x, want %#x", at, got, want)
				}
			}
		})
	}
}

// TestKeptForLimits: each limit that changes the rewritten module has an entry of
// its own, and none of the others has.
func TestKeptForLimits(t *testing.T) {
	l := newLoader(t)
	load := func(limits engine.Limits) { l.load(lines(), limits, func(*Module) {}) }
	load(engine.Limits{})
	for _, same := range []engine.Limits{{MemoryBytes: 1 << 20}, {Timeout: 1}, {Stack: 1 << 20}, {Complexity: 1 << 20}, {HostBytes: 1}} {
		load(same)
	}
	if n := len(storedFiles(t, l.dir)); n != 1 {
		t.Errorf("%d files for limits that change nothing", n)
	}
	for n, other := range []engine.Limits{{Fuel: 5}, {Trusted: true}, {TableElements: 5}} {
		load(other)
		if got := len(storedFiles(t, l.dir)); got != n+2 {
			t.Errorf("%+v: %d files, want %d", other, got, n+2)
		}
	}
}

// TestKeptIsChecked: what is in the cache is refused by limits that are lower.
func TestKeptIsChecked(t *testing.T) {
	l := newLoader(t)
	l.load(lines(), engine.Limits{}, func(m *Module) {
		_, err := m.engine.Compile(t.Context(), lines(), engine.Limits{Functions: 99})
		if refused, ok := err.(*engine.BinaryError); !ok || refused.Limit != "Functions" {
			t.Errorf("refused by %v", err)
		}
	})
}

// TestKeptNarrowed: what depends on limits that are not part of the key is made
// anew, and its code is used.
func TestKeptNarrowed(t *testing.T) {
	var b corewasm.Builder
	i32 := []corewasm.ValueType{corewasm.I32}
	thrower := b.Func(nil, nil, nil, corewasm.Code{}.Op(0x08).U32(b.Tag(nil)))
	b.Export("answer", corewasm.KindFunc, b.Func(nil, i32, i32, corewasm.Code{}.
		Block().Op(0x1f, 0x40, 1, 2, 0).I32Const(7).LocalSet(0).Call(thrower).End().End().LocalGet(0))) // (catch_all 0)
	l := newLoader(t)
	var files []os.FileInfo
	for range 2 {
		l.load(b.Bytes(), engine.Limits{}, func(m *Module) {
			i, err := m.Instantiate(t.Context(), nil, engine.InstanceConfig{})
			if err != nil {
				t.Fatal(err)
			}
			stack := []uint64{0}
			if err := i.Func("answer").Call(t.Context(), stack); err != nil || stack[0] != 7 || m.source.narrowed == nil {
				t.Errorf("answer %d, %v, narrowed %v", stack[0], err, m.source.narrowed)
			}
		})
		info, err := os.Stat(storedFiles(t, l.dir)[0])
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, info)
	}
	if !os.SameFile(files[0], files[1]) {
		t.Error("the code was compiled and kept a second time")
	}
}
