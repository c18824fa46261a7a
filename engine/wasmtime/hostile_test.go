//go:build cgo

package wasmtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// resident returns how many bytes of the process are in memory, where the system
// says it.
func resident(t testing.TB) int64 {
	t.Helper()
	stat, err := os.ReadFile("/proc/self/statm")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Fscan(bytes.NewReader(stat), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// TestLyingCounts has sections that say they have four billion items, and
// functions that say they have as many locals.
func TestLyingCounts(t *testing.T) {
	e := open(t)
	const header, most = "\x00asm\x01\x00\x00\x00", "\xff\xff\xff\xff\x0f"
	binaries := map[string]string{
		"locals":       header + "\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x0a\x0a\x01\x08\x01" + most + "\x7f\x0b",
		"table":        header + "\x04\x08\x01\x70\x01\x00" + most,
		"elements":     header + "\x04\x08\x01\x70\x00" + most,
		"memory":       header + "\x05\x06\x01\x00" + most,
		"memory pages": header + "\x05\x06\x01\x01\x00" + most[:2],
		"br_table":     header + "\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x0a\x0b\x01\x09\x00\x41\x00\x0e" + most,
		"custom":       header + "\x00\x05" + most,
	}
	for section := range 14 {
		name := fmt.Sprintf("section %d", section)
		binaries[name] = header + string(rune(section)) + "\x05" + most
		binaries[name+" of that size"] = header + string(rune(section)) + most
	}
	before := resident(t)
	for name, binary := range binaries {
		t.Run(name, func(t *testing.T) {
			if _, err := e.Compile(context.Background(), []byte(binary), engine.Limits{}); err == nil {
				t.Error("it was compiled")
			}
		})
	}
	if grown := resident(t) - before; grown > 64<<20 {
		t.Errorf("the process has %d MiB more", grown>>20)
	}
}

// TestStart: a start function is not wasmtime's to check here.
func TestStart(t *testing.T) {
	e := open(t)
	for name, params := range map[string][]corewasm.ValueType{"with a parameter": {corewasm.I32}, "none": nil} {
		var b corewasm.Builder
		f := b.Func(params, nil, nil, nil)
		if params == nil {
			f += 7
		}
		b.Start(f)
		if _, err := e.Compile(t.Context(), b.Bytes(), engine.Limits{}); err == nil {
			t.Errorf("%s: it was compiled", name)
		}
	}
}

// TestChangedBytes changes every third byte of the suite's guests: whatever comes of
// it is compiled and instantiated, or refused, and the engine goes on.
func TestChangedBytes(t *testing.T) {
	e := open(t)
	files, err := filepath.Glob("../enginetest/testdata/*.wasm")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d guests, %v", len(files), err)
	}
	compiled, refused := 0, 0
	for _, name := range files {
		whole, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for k := 0; k < len(whole); k += 3 {
			binary := bytes.Clone(whole)
			binary[k] ^= byte(1 + k%255)
			if tryBinary(e, binary) {
				compiled++
			} else {
				refused++
			}
		}
	}
	if compiled == 0 || refused == 0 {
		t.Errorf("%d compiled, %d refused", compiled, refused)
	}
}

func tryBinary(e engine.Engine, binary []byte) (compiled bool) {
	ctx := context.Background()
	m, err := e.Compile(ctx, binary, engine.Limits{MemoryBytes: 1 << 20})
	if err != nil {
		return false
	}
	if len(m.Imports()) == 0 && m.Custom("start") == nil {
		canceled, cancel := context.WithCancel(ctx)
		cancel() // a start function may not end
		if i, err := m.Instantiate(canceled, nil, engine.InstanceConfig{}); err == nil {
			_ = i.Close(ctx)
		}
	}
	_ = m.Close(ctx)
	return true
}

// TestManyCompilations leaves nothing behind but what the allocator keeps.
func TestManyCompilations(t *testing.T) {
	e := open(t)
	binary, err := os.ReadFile("../enginetest/testdata/traps.wasm")
	if err != nil {
		t.Fatal(err)
	}
	round := func() {
		m, err := e.Compile(t.Context(), binary, engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		round()
	}
	before := resident(t)
	for range 300 {
		round()
	}
	if grown := resident(t) - before; grown > 16<<20 {
		t.Errorf("300 modules left %d KiB behind", grown>>10)
	}
}

// TestManyTraps: what wasmtime hands out with a trap is given back.
func TestManyTraps(t *testing.T) {
	i := link(t, build(t, open(t), engine.Limits{}, adder(1)), nil)
	round := func() {
		if _, err := call(i, "fail"); engine.AsTrap(err) == nil {
			t.Fatal(err)
		}
	}
	for range 10_000 {
		round()
	}
	before := resident(t)
	for range 50_000 {
		round()
	}
	if grown := resident(t) - before; grown > 16<<20 {
		t.Errorf("50,000 traps left %d KiB behind", grown>>10)
	}
}
