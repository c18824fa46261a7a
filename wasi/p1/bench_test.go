package p1_test

import (
	"context"
	"io"
	"testing"

	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// hotCalls are calls that guests make often. None of them allocates.
var hotCalls = map[string]func(c *caller) (string, []uint64){
	"fd_write": func(c *caller) (string, []uint64) {
		at, n := c.buffers(16)
		return "fd_write", []uint64{1, at, n, result}
	},
	"fd_write of two buffers": func(c *caller) (string, []uint64) {
		at, n := c.buffers(16, 16)
		return "fd_write", []uint64{1, at, n, result}
	},
	"clock_time_get realtime": func(*caller) (string, []uint64) {
		return "clock_time_get", []uint64{0, 1, result}
	},
	"clock_time_get monotonic": func(*caller) (string, []uint64) {
		return "clock_time_get", []uint64{1, 1, result}
	},
	"random_get": func(*caller) (string, []uint64) { return "random_get", []uint64{content, 32} },
	"fd_read at the end": func(c *caller) (string, []uint64) {
		at, n := c.buffers(16, 16)
		return "fd_read", []uint64{0, at, n, result}
	},
	"fd_fdstat_get": func(*caller) (string, []uint64) { return "fd_fdstat_get", []uint64{1, result} },
	"poll_oneoff of what is over": func(c *caller) (string, []uint64) {
		clear(c.memory[list:][:48])
		return "poll_oneoff", []uint64{list, events, 1, result}
	},
}

func BenchmarkCalls(b *testing.B) {
	for name, prepare := range hotCalls {
		b.Run(name, func(b *testing.B) {
			c := newCaller(b, p1.Snapshot, wasi.Config{Stdout: io.Discard})
			f := c.host
			function, params := prepare(c)
			call := f[function].Call
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				copy(c.stack, params)
				if err := call(ctx, c, c.stack); err != nil || c.stack[0] != 0 {
					b.Fatal(p1.Errno(c.stack[0]), err)
				}
			}
		})
	}
}

func TestHotCallsDoNotAllocate(t *testing.T) {
	for name, prepare := range hotCalls {
		t.Run(name, func(t *testing.T) {
			c := newCaller(t, p1.Snapshot, wasi.Config{Stdout: io.Discard})
			function, params := prepare(c)
			allocations := testing.AllocsPerRun(100, func() {
				if errno := c.call(t, function, params...); errno != 0 {
					t.Fatal(errno)
				}
			})
			if allocations != 0 {
				t.Errorf("%v allocations", allocations)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	config, _ := writable(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := p1.New(config)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
