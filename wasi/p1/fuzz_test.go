package p1_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// FuzzCalls does what the bytes say: a sequence of calls, each with a function
// and parameters, on a guest that has something to lose. Nothing panics, nothing
// outside of the preopened directory is changed, nothing in the one that may
// only be read is, and only proc_exit and proc_raise end the call.
func FuzzCalls(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03"), []byte("../secret"))
	f.Add(bytes.Repeat([]byte{31, 3, 0, 0, 1, 1, 9, 9, 0, 2}, 20), []byte("dir/../link/secret"))
	f.Add(bytes.Repeat([]byte{30, 1, 2, 3, 4, 5, 6, 7}, 30), []byte("link/\x00/a"))
	f.Fuzz(func(t *testing.T, script, text []byte) {
		outside := t.TempDir()
		inside, kept := filepath.Join(outside, "inside"), filepath.Join(outside, "kept")
		for _, folder := range []string{inside, kept, filepath.Join(inside, "dir")} {
			if err := os.Mkdir(folder, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		mustWrite(t, filepath.Join(outside, "secret"), "secret")
		mustWrite(t, filepath.Join(kept, "f"), "kept")
		if err := os.Symlink(outside, filepath.Join(inside, "link")); err != nil {
			t.Skipf("not run: symbolic links cannot be made: %v", err)
		}
		before := snapshot(t, outside, "inside")
		for _, module := range []string{p1.Snapshot, p1.Unstable} {
			c := newCaller(t, module, wasi.Config{
				Args: []string{"a", "b"}, Env: []string{"A=b"},
				Stdin: bytes.NewReader(text), Stdout: new(bytes.Buffer),
				Preopens: []wasi.Preopen{
					{Name: "/", Root: openRoot(t, inside), Writable: true},
					{Name: "/kept", Root: openRoot(t, kept)},
					{Name: "/served", FS: os.DirFS(kept)},
				},
			})
			c.play(t, script, text)
		}
		if after := snapshot(t, outside, "inside"); !cmp.Equal(before, after) {
			t.Error(cmp.Diff(before, after))
		}
	})
}

// pointers are values that parameters often have: good pointers, lengths, and
// what is around the ends of the memory.
var pointers = []uint64{
	0, 1, 2, 3, 4, 5, 6, 8, 16, result, list, path, target, content, events,
	engine.PageSize - 1, engine.PageSize, 1 << 31, 1<<32 - 1, 1<<32 - 8, 1 << 62, 1<<64 - 1,
}

// play makes the calls of a script.
func (c *caller) play(t *testing.T, script, text []byte) {
	var names []string
	for name := range c.host {
		names = append(names, name)
	}
	slices.Sort(names)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	for len(script) > 0 && ctx.Err() == nil {
		copy(c.memory[path:], text)
		copy(c.memory[target:], text[len(text)/2:])
		f := c.host[names[int(script[0])%len(names)]]
		script = script[1:]
		params := make([]uint64, len(f.Type.Params))
		for i, kind := range f.Type.Params {
			params[i], script = parameter(script)
			if kind == engine.I32 {
				params[i] = uint64(uint32(params[i]))
			}
		}
		if f.Name == "fd_allocate" || f.Name == "fd_filestat_set_size" {
			params[len(params)-1] %= 1 << 20 // the host's disk is not what is tested
			if f.Name == "fd_allocate" {
				params[1] %= 1 << 20
			}
		}
		_, err := c.try(ctx, f.Name, params...)
		if err != nil && ctx.Err() == nil && f.Name != "proc_exit" && f.Name != "proc_raise" {
			t.Fatalf("%s%v: %v", f.Name, params, err)
		}
	}
}

// parameter takes a parameter from the script: one of pointers, or a number.
func parameter(script []byte) (uint64, []byte) {
	if len(script) == 0 {
		return 0, nil
	}
	kind := script[0]
	script = script[1:]
	if int(kind) < 256-16 {
		return pointers[int(kind)%len(pointers)], script
	}
	var raw [8]byte
	n := copy(raw[:], script)
	return binary.LittleEndian.Uint64(raw[:]), script[n:]
}
