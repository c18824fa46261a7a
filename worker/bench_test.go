package worker_test

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// BenchmarkCall holds a worker's call against its plugin's own.
func BenchmarkCall(b *testing.B) {
	w, _ := run(b, newLoader(b), quick(guest(shape{tag: 'a'})))
	dst := make([]byte, 0, 16)
	in := payload(7)
	b.Run("worker", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := w.CallAppend(context.Background(), dst, "echo", in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plugin", func(b *testing.B) {
		b.ReportAllocs()
		err := w.Do(context.Background(), func(p *plugin.Plugin) error {
			for b.Loop() {
				if _, err := p.CallAppend(context.Background(), dst, "echo", in); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkSwap is everything that it takes to put another version of a small
// guest in use.
func BenchmarkSwap(b *testing.B) {
	options := quick(guest(shape{tag: 'a'}))
	options.Trial.Off = true
	w, _ := run(b, newLoader(b), options)
	versions := [][]byte{guest(shape{tag: 'b'}), guest(shape{tag: 'c'})}
	n := 0
	for b.Loop() {
		if err := w.Swap(context.Background(), versions[n%2]); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func TestCallAllocatesNothing(t *testing.T) {
	w, _ := run(t, newLoader(t), quick(guest(shape{tag: 'a'})))
	dst, in := make([]byte, 0, 16), payload(7)
	call := func(w *worker.Worker) {
		if _, err := w.CallAppend(context.Background(), dst, "echo", in); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(1000, func() { call(w) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
